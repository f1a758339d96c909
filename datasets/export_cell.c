#include "datasets/export_cell.h"

#include <stdbool.h>
#include <string.h>

#include "base/digits.h"
#include "base/memory.h"

#define SECOND INT64_C(1000000000)
#define DAY (86400 * SECOND)

/*
 * The day ${days} after 1970-01-01 as year, month and day of the proleptic
 * Gregorian calendar (ISO 8601): years begin in March, so that the odd day
 * comes last, and repeat every 400, which are 146,097 days.
 */
static void
set_day(struct fv_export_cell_day *d, int64_t days)
{
	int64_t shifted = days + 719468; /* since 0000-03-01 */
	int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int64_t of_era = shifted - era * 146097;
	int64_t year =
	    (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153; /* March is 0 */
	uint32_t day = (uint32_t)(of_year - (153 * month + 2) / 5 + 1);
	char *to = d->text;

	month = month < 10 ? month + 3 : month - 9;
	year += era * 400 + (month <= 2);
	/* 64 bits of nanoseconds reach from 1677 to 2262: four digits. */
	to = fv_digits_two(to, (uint32_t)year / 100);
	to = fv_digits_two(to, (uint32_t)year % 100);
	*to++ = '-';
	to = fv_digits_two(to, (uint32_t)month);
	*to++ = '-';
	to = fv_digits_two(to, day);
	*to++ = 'T';
	d->length = (size_t)(to - d->text);
	d->day = days + 1;
}

char *
fv_export_cell_time(char *to, int64_t ns, struct fv_export_cell_day *d)
{
	int64_t days = ns / DAY, left = ns % DAY;
	uint32_t second;

	if (left < 0) { /* before 1970: the day begins before it */
		days--;
		left += DAY;
	}
	second = (uint32_t)(left / SECOND);
	if (d->day != days + 1 || d->length == 0)
		set_day(d, days);
	memcpy(to, d->text, d->length);
	to = fv_digits_two(to + d->length, second / 3600);
	*to++ = ':';
	to = fv_digits_two(to, second / 60 % 60);
	*to++ = ':';
	to = fv_digits_two(to, second % 60);
	*to++ = '.';
	to = fv_digits_nine(to, (uint32_t)(left % SECOND));
	*to++ = 'Z';
	return to;
}

char *
fv_export_cell_text(char *to, const char *text, size_t n)
{
	size_t i;

	if (n > 0 && memchr(text, ',', n) == NULL &&
	    memchr(text, '"', n) == NULL) {
		memcpy(to, text, n);
		return to + n;
	}
	*to++ = '"';
	for (i = 0; i < n; i++) {
		if (text[i] == '"')
			*to++ = '"';
		*to++ = text[i];
	}
	*to++ = '"';
	return to;
}

int
fv_export_cell_entries(const struct fv_export_entries *entries,
    struct fv_export_entries *cells, struct fv_err *err)
{
	size_t i, room;
	char *to;

	*cells = (struct fv_export_entries){ .count = entries->count };
	room = fv_export_cell_bound((size_t)entries->at[entries->count]) +
	    2 * entries->count + FV_EXPORT_SLACK;
	cells->at = fv_memory_new(entries->count + 1, sizeof(*cells->at), err);
	cells->bytes = fv_memory_pages(room, err);
	if (cells->at == NULL || cells->bytes == NULL)
		return -1;
	to = cells->bytes;
	for (i = 0; i < entries->count; i++) {
		to = fv_export_cell_text(to, entries->bytes + entries->at[i],
		    (size_t)(entries->at[i + 1] - entries->at[i]));
		cells->at[i + 1] = (uint64_t)(to - cells->bytes);
	}
	memset(to, 0, FV_EXPORT_SLACK);
	return 0;
}
