#include "probe.h"

#ifdef __linux__
extern const struct probe_ops linux_probe;

const struct probe_ops *probe_live(void)
{
	return &linux_probe;
}
#else
const struct probe_ops *probe_live(void)
{
	return NULL;
}
#endif
