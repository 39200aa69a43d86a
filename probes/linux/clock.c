#include "linux.h"

#include <time.h>
#include <unistd.h>

static int64_t read_clock(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

int64_t clock_monotonic_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t probe_wall_ns(const struct probe *p, int64_t monotonic_ns)
{
	return monotonic_ns + p->wall_offset_ns;
}

/* The wall clock can be set and the machine can sleep: the offset is taken
 * anew, the start of the machine only once. */
void probe_update_clock(struct probe *p)
{
	int64_t real = read_clock(CLOCK_REALTIME);

	p->wall_offset_ns = real - read_clock(CLOCK_MONOTONIC);
	if (!p->boot_ns) {
		long hz = sysconf(_SC_CLK_TCK);

		p->boot_ns = real - read_clock(CLOCK_BOOTTIME);
		p->ns_per_tick = NS_PER_S / (hz > 0 ? hz : 100);
	}
}

int64_t probe_tick_time_ns(const struct probe *p, uint64_t ticks)
{
	if (ticks > (uint64_t)(INT64_MAX / 2 / p->ns_per_tick))
		return 0;
	return p->boot_ns + (int64_t)ticks * p->ns_per_tick;
}

int64_t linux_now(struct probe *p)
{
	(void)p;
	return read_clock(CLOCK_REALTIME);
}
