#include "recent.h"

static const int64_t minute_ns = 60 * (int64_t)1000000000;

enum { LOOK_BACK_MAX = 4096 };

static const char *const bars[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

enum { BARS = sizeof(bars) / sizeof(bars[0]) };

int64_t recent_denials(const struct store *s, const struct process *p)
{
	int64_t since = store_now(s) - minute_ns, n = 0;
	size_t count = store_happenings(s);

	if (!p->denial_count || p->last_denial_ns < since)
		return 0;
	for (size_t i = 0; i < count && i < LOOK_BACK_MAX; i++) {
		const struct happening *h = store_happening(s, count - 1 - i);

		if (h->time_ns < since)
			break;
		if (h->type != EVENT_DENIAL || h->process != p->serial)
			continue;
		if (h->as.denial.count > INT64_MAX - n)
			return INT64_MAX;
		n += h->as.denial.count;
	}
	return n;
}

const char *recent_bar(int64_t count)
{
	int step = 0;

	if (count <= 0)
		return bars[0];
	while (step < BARS - 2 && count > INT64_C(1) << step)
		step++;
	return bars[step + 1];
}
