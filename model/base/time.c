/* Times as text: RFC 3339 both ways, and spans. Days are counted by the
 * proleptic Gregorian calendar, as RFC 3339 says. */
#include "text.h"

#define SECOND_NS INT64_C(1000000000)
#define DAY_S     INT64_C(86400)

struct date {
	int64_t year;
	int month, day; /* from 1 */
};

static bool leap_year(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in_month(int64_t year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30,
				   31, 31, 30, 31, 30, 31};

	return month == 2 && leap_year(year) ? 29 : days[month - 1];
}

/* Days from 0001-01-01 to the first day of a year >= 1. */
static int64_t days_before_year(int64_t year)
{
	int64_t y = year - 1;

	return y * 365 + y / 4 - y / 100 + y / 400;
}

/* 1970-01-01 is day 0. */
static int64_t day_number(struct date d)
{
	int64_t days = days_before_year(d.year) - days_before_year(1970);

	for (int month = 1; month < d.month; month++)
		days += days_in_month(d.year, month);
	return days + d.day - 1;
}

static struct date date_of_day(int64_t number)
{
	int64_t days = number + days_before_year(1970);
	struct date d = {days * 400 / 146097 + 1, 1, 1};

	/* The estimate is off by one year at most. */
	while (days_before_year(d.year) > days)
		d.year--;
	while (days_before_year(d.year + 1) <= days)
		d.year++;
	days -= days_before_year(d.year);
	while (days >= days_in_month(d.year, d.month))
		days -= days_in_month(d.year, d.month++);
	d.day = (int)days + 1;
	return d;
}

/* Every int64_t lies between the years 1677 and 2262. */
void text_add_time(struct text *t, int64_t time_ns)
{
	int64_t seconds = time_ns / SECOND_NS, ns = time_ns % SECOND_NS;
	int64_t day, second;
	struct date d;

	if (ns < 0) {
		ns += SECOND_NS;
		seconds--;
	}
	day = seconds / DAY_S;
	second = seconds % DAY_S;
	if (second < 0) {
		second += DAY_S;
		day--;
	}
	d = date_of_day(day);
	text_addf(t, "%04d-%02d-%02dT%02d:%02d:%02d.%09dZ", (int)d.year,
		  d.month, d.day, (int)(second / 3600), (int)(second / 60 % 60),
		  (int)(second % 60), (int)ns);
}

/* `count` digits off the front of *s. */
static bool take_digits(struct slice *s, size_t count, int64_t *out)
{
	if (s->len < count || !slice_to_int(slice_part(*s, 0, count), out))
		return false;
	*s = slice_part(*s, count, s->len);
	return true;
}

static bool take_byte(struct slice *s, uint8_t byte)
{
	if (s->len == 0 || s->ptr[0] != byte)
		return false;
	*s = slice_part(*s, 1, s->len);
	return true;
}

static bool take_date(struct slice *s, struct date *d)
{
	int64_t month, day;

	if (!take_digits(s, 4, &d->year) || !take_byte(s, '-') ||
	    !take_digits(s, 2, &month) || !take_byte(s, '-') ||
	    !take_digits(s, 2, &day))
		return false;
	if (d->year < 1 || month < 1 || month > 12 || day < 1 ||
	    day > days_in_month(d->year, (int)month))
		return false;
	d->month = (int)month;
	d->day = (int)day;
	return true;
}

/* Seconds of the day; 60 is a leap second and counts as the next one. */
static bool take_clock(struct slice *s, int64_t *seconds)
{
	int64_t hour, minute, second;

	if (!take_digits(s, 2, &hour) || !take_byte(s, ':') ||
	    !take_digits(s, 2, &minute) || !take_byte(s, ':') ||
	    !take_digits(s, 2, &second))
		return false;
	*seconds = (hour * 60 + minute) * 60 + second;
	return hour < 24 && minute < 60 && second <= 60;
}

static bool take_fraction(struct slice *s, int64_t *ns)
{
	int64_t unit = SECOND_NS;

	*ns = 0;
	if (!take_byte(s, '.'))
		return true;
	while (s->len && s->ptr[0] >= '0' && s->ptr[0] <= '9') {
		if (unit == 1)
			return false;
		unit /= 10;
		*ns += (s->ptr[0] - '0') * unit;
		*s = slice_part(*s, 1, s->len);
	}
	return unit < SECOND_NS;
}

/* "Z", "+hh:mm" or "-hh:mm". */
static bool take_offset(struct slice *s, int64_t *seconds)
{
	int64_t hour, minute;
	bool west;

	*seconds = 0;
	if (take_byte(s, 'Z') || take_byte(s, 'z'))
		return true;
	west = take_byte(s, '-');
	if (!west && !take_byte(s, '+'))
		return false;
	if (!take_digits(s, 2, &hour) || !take_byte(s, ':') ||
	    !take_digits(s, 2, &minute) || hour > 23 || minute > 59)
		return false;
	*seconds = (hour * 60 + minute) * 60;
	if (west)
		*seconds = -*seconds;
	return true;
}

bool time_parse(struct slice text, int64_t *out_ns)
{
	int64_t clock, ns, offset, seconds;
	struct date d;

	if (!take_date(&text, &d) ||
	    !(take_byte(&text, 'T') || take_byte(&text, 't')) ||
	    !take_clock(&text, &clock) || !take_fraction(&text, &ns) ||
	    !take_offset(&text, &offset) || text.len != 0)
		return false;
	seconds = day_number(d) * DAY_S + clock - offset;
	/* Towards zero, so that the product of the earliest times fits. */
	if (seconds < 0 && ns > 0) {
		seconds++;
		ns -= SECOND_NS;
	}
	if (__builtin_mul_overflow(seconds, SECOND_NS, &seconds) ||
	    __builtin_add_overflow(seconds, ns, &seconds))
		return false;
	*out_ns = seconds;
	return true;
}

void text_add_span(struct text *t, int64_t span_ns)
{
	int64_t ms = span_ns / (SECOND_NS / 1000), s = ms / 1000;

	if (span_ns > 0 && ms == 0)
		text_add_text(t, "<1 ms");
	else if (span_ns <= 0)
		text_add_text(t, "0 ms");
	else if (s == 0)
		text_addf(t, "%d ms", (int)ms);
	else if (s < 10)
		text_addf(t, "%d.%d s", (int)s, (int)(ms / 100 % 10));
	else if (s < 60)
		text_addf(t, "%d s", (int)s);
	else if (s < 3600)
		text_addf(t, "%d min", (int)(s / 60));
	else if (s < 2 * DAY_S)
		text_addf(t, "%d h", (int)(s / 3600));
	else if (s < 10000 * DAY_S)
		text_addf(t, "%d d", (int)(s / DAY_S));
	else
		text_addf(t, "%d y", (int)(s / DAY_S / 365));
}
