/* The scalars of an XML property list: what is between their tags, read as
 * strictly as the tags are. */
#include "plist_guard.h"

#include <inttypes.h>
#include <stdio.h>

static bool all_digits(struct slice s, size_t from, size_t len)
{
	for (size_t i = from; i < from + len; i++)
		if (i >= s.len || s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	return len > 0;
}

static int64_t number_at(struct slice s, size_t from, size_t len)
{
	int64_t n = 0;

	for (size_t i = from; i < from + len; i++)
		n = n * 10 + (s.ptr[i] - '0');
	return n;
}

enum status plist_scalar_integer(struct plist_guard *g, struct slice s,
				 size_t at, struct error *err)
{
	struct plist_odd odd = {.type = VALUE_INT};
	bool minus = s.len && *s.ptr == '-';
	size_t i = s.len && (*s.ptr == '-' || *s.ptr == '+') ? 1 : 0;
	bool hex = i + 2 < s.len && s.ptr[i] == '0' &&
		   (s.ptr[i + 1] | 0x20) == 'x';
	bool leading_zero = !hex && i + 1 < s.len && s.ptr[i] == '0';
	uint64_t n = 0, base = hex ? 16 : 10;

	if (hex)
		i += 2;
	if (i >= s.len)
		return plist_bad(err, at, "an integer without digits");
	for (; i < s.len; i++) {
		uint8_t c = s.ptr[i];
		uint64_t digit = c >= '0' && c <= '9'
					 ? c - (uint64_t)'0'
					 : (c | 0x20) - (uint64_t)'a' + 10;

		if (digit >= base)
			return plist_bad(err, at + i, "a digit was expected");
		if (n > (UINT64_MAX - digit) / base)
			return error_set(err, STATUS_LIMIT, (int64_t)at,
					 "an integer of more than 64 bits");
		n = n * base + digit;
	}
	if (minus && n > (uint64_t)INT64_MAX + 1)
		return error_set(err, STATUS_LIMIT, (int64_t)at,
				 "an integer of more than 64 bits");
	if (!minus && n > INT64_MAX) {
		odd.type = VALUE_STRING;
		(void)snprintf(odd.text, sizeof(odd.text), "%" PRIu64, n);
	} else if (leading_zero) {
		/* Octal to libplist, decimal to Apple. */
		odd.number = minus ? (int64_t)(0 - n) : (int64_t)n;
	} else {
		return STATUS_OK;
	}
	return plist_guard_odd(g, &odd, at, err);
}

enum status plist_scalar_real(struct slice s, size_t at, struct error *err)
{
	size_t digits = 0, i = 0;
	struct slice word;

	if (i < s.len && (s.ptr[i] == '-' || s.ptr[i] == '+'))
		i++;
	word = slice_part(s, i, s.len);
	if (word.len >= 3 && (!slice_find(word, SLICE_LITERAL("inf"), true) ||
			      !slice_find(word, SLICE_LITERAL("nan"), true)))
		return STATUS_OK;
	for (; i < s.len; i++) {
		uint8_t c = s.ptr[i];

		if (c >= '0' && c <= '9')
			digits++;
		else if (!memchr(".eE+-", c, 5))
			return plist_bad(err, at + i, "a digit was expected");
	}
	if (!digits || s.len > 64)
		return plist_bad(err, at, "a real without digits, or too long");
	return STATUS_OK;
}

/* Days from 1970-01-01 to a day of the Gregorian calendar. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year =
		(153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year - 719468;
}

/* YYYY-MM-DDThh:mm:ssZ, as the DTD describes it. */
enum status plist_scalar_date(struct plist_guard *g, struct slice s, size_t at,
			      struct error *err)
{
	static const int64_t epoch = 978307200; /* 2001-01-01 */
	struct plist_odd odd = {.type = VALUE_DATE};
	int64_t month, day, hour, minute, second, seconds;

	if (s.len != 20 || !all_digits(s, 0, 4) || s.ptr[4] != '-' ||
	    !all_digits(s, 5, 2) || s.ptr[7] != '-' || !all_digits(s, 8, 2) ||
	    s.ptr[10] != 'T' || !all_digits(s, 11, 2) || s.ptr[13] != ':' ||
	    !all_digits(s, 14, 2) || s.ptr[16] != ':' ||
	    !all_digits(s, 17, 2) || s.ptr[19] != 'Z')
		return plist_bad(err, at,
				 "a date as 2025-12-31T23:59:59Z was expected");
	month = number_at(s, 5, 2);
	day = number_at(s, 8, 2);
	hour = number_at(s, 11, 2);
	minute = number_at(s, 14, 2);
	second = number_at(s, 17, 2);
	if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 ||
	    minute > 59 || second > 60)
		return plist_bad(err, at, "a date that no calendar has");
	seconds = days_of(number_at(s, 0, 4), month, day) * 86400 +
		  hour * 3600 + minute * 60 + second;
	if (plist_date_fits(seconds - epoch))
		return STATUS_OK;
	if (seconds > -9200000000 && seconds < 9200000000) {
		odd.number = seconds * 1000000000;
	} else {
		odd.type = VALUE_STRING;
		memcpy(odd.text, s.ptr, s.len);
	}
	return plist_guard_odd(g, &odd, at, err);
}

/* RFC 4648 with blanks between; *len: of what it decodes to. */
enum status plist_scalar_data(struct slice s, size_t at, size_t *len,
			      struct error *err)
{
	size_t digits = 0, padding = 0;

	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = s.ptr[i];

		if (plist_is_space(c))
			continue;
		if (c == '=') {
			padding++;
		} else if (!padding &&
			   ((c >= '0' && c <= '9') ||
			    ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
			    c == '+' || c == '/')) {
			digits++;
		} else {
			return plist_bad(
				err, at + i,
				"a byte that base64 does not have there");
		}
	}
	if (padding > 2 || (digits + padding) % 4)
		return plist_bad(err, at, "base64 that is cut off");
	*len = digits / 4 * 3 + (digits % 4 ? digits % 4 - 1 : 0);
	return STATUS_OK;
}
