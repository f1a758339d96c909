#include "analysis/wording.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Decimal digits of ${value}, in groups of three. */
static void
print_grouped(fv_result_wide value, char text[FV_WORDING_SIZE])
{
	char reversed[FV_WORDING_SIZE];
	size_t n = 0, digits = 0, i;

	do {
		if (digits > 0 && digits % 3 == 0)
			reversed[n++] = ',';
		reversed[n++] = (char)('0' + (int)(value % 10));
		digits++;
		value /= 10;
	} while (value > 0);
	for (i = 0; i < n; i++)
		text[i] = reversed[n - 1 - i];
	text[n] = '\0';
}

/* ${value} as a decimal fraction: it counts units of 10^-decimals. */
static void
print_fixed(fv_result_wide value, unsigned decimals, char text[FV_WORDING_SIZE])
{
	uint64_t unit = fv_result_power(decimals);
	size_t n;

	print_grouped(value / unit, text);
	n = strlen(text);
	if (decimals > 0)
		(void)snprintf(text + n, FV_WORDING_SIZE - n, ".%0*" PRIu64,
		    (int)decimals, (uint64_t)(value % unit));
}

/* Bytes with three digits: 999 B, 1.00 kB, 12.3 MB. */
static void
print_bytes(fv_result_wide value, char text[FV_WORDING_SIZE])
{
	static const char *const unit[] = { "B ", "kB", "MB", "GB", "TB", "PB",
		"EB" };
	fv_result_wide scale = 1, shown = value;
	unsigned decimals = 0;
	size_t i = 0, n;

	/* Look at the rounded figure: 999,999 is 1.00 MB, not 1000 kB. */
	while (i + 1 < FV_COUNT(unit) &&
	    fv_result_scaled(value, scale, 1) >= 1000) {
		scale *= 1000;
		i++;
		decimals = 2;
		while (decimals > 0 &&
		    fv_result_scaled(value, scale, fv_result_power(decimals)) >=
			1000)
			decimals--;
	}
	shown = fv_result_scaled(value, scale, fv_result_power(decimals));
	print_fixed(shown, decimals, text);
	n = strlen(text);
	(void)snprintf(text + n, FV_WORDING_SIZE - n, " %s", unit[i]);
}

static void
print_duration(fv_result_wide nanoseconds, char text[FV_WORDING_SIZE])
{
	uint64_t ms = (uint64_t)fv_result_scaled(nanoseconds, 1000000, 1);
	uint64_t s = ms / 1000, days = s / 86400;

	if (days > 0)
		(void)snprintf(text, FV_WORDING_SIZE,
		    "%" PRIu64 " d %02" PRIu64 ":%02" PRIu64 ":%02" PRIu64,
		    days, s / 3600 % 24, s / 60 % 60, s % 60);
	else if (s >= 60)
		(void)snprintf(text, FV_WORDING_SIZE,
		    "%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64, s / 3600,
		    s / 60 % 60, s % 60);
	else
		(void)snprintf(text, FV_WORDING_SIZE,
		    "%" PRIu64 ".%03" PRIu64 " s", s, ms % 1000);
}

const char *
fv_wording_cell(const struct fv_result_cell *cell, unsigned decimals, bool mask,
    char text[FV_WORDING_SIZE])
{
	uint64_t factor = fv_result_power(cell->decimals);
	unsigned pad;
	size_t n;

	text[0] = '\0';
	switch (cell->type) {
	case FV_RESULT_NONE:
		break;
	case FV_RESULT_TEXT:
		return cell->text;
	case FV_RESULT_HOST:
		if (!mask)
			return cell->text;
		(void)snprintf(text, FV_WORDING_SIZE, "host %" PRIu64,
		    (uint64_t)cell->part);
		break;
	case FV_RESULT_NUMBER:
		(void)snprintf(
		    text, FV_WORDING_SIZE, "%" PRIu64, (uint64_t)cell->part);
		break;
	case FV_RESULT_COUNT:
		print_grouped(cell->part, text);
		break;
	case FV_RESULT_BYTES:
		print_bytes(cell->part, text);
		break;
	case FV_RESULT_SHARE:
		if (cell->whole == 0)
			return "-";
		print_fixed(
		    fv_result_scaled(cell->part, cell->whole, 100 * factor),
		    cell->decimals, text);
		assert(decimals >= cell->decimals);
		/* A whole number has no point to align. */
		pad = cell->decimals == 0 ? 0 : decimals - cell->decimals;
		n = strlen(text);
		(void)snprintf(
		    text + n, FV_WORDING_SIZE - n, " %%%*s", (int)pad, "");
		break;
	case FV_RESULT_RATIO:
		if (cell->whole == 0)
			return "-";
		text[0] = '-';
		print_fixed(fv_result_scaled(cell->part, cell->whole, factor),
		    cell->decimals, text + cell->negative);
		break;
	case FV_RESULT_DURATION:
		print_duration(cell->part, text);
		break;
	}
	return text;
}

/*
 * The logarithm to base 2, times 256, by straight lines between powers of
 * two (at most 0.09 off, a fraction of a character of any bar).
 */
static uint64_t
log2_256(fv_result_wide value)
{
	unsigned bits = 0;

	while (value >> bits > 1)
		bits++;
	if (bits <= 8)
		return bits * 256 + (uint64_t)(((value << 8) >> bits) & 255);
	return bits * 256 + (uint64_t)((value >> (bits - 8)) & 255);
}

fv_result_wide
fv_wording_amount(const struct fv_result_cell *cell, enum fv_result_bar bar)
{
	if (cell->type == FV_RESULT_SHARE && bar == FV_RESULT_BAR_LINEAR)
		return fv_result_scaled(cell->part, cell->whole,
		    fv_result_power(FV_RESULT_DECIMALS_LIMIT));
	return cell->part;
}

size_t
fv_wording_bar(fv_result_wide value, fv_result_wide largest,
    enum fv_result_bar bar, size_t width)
{
	size_t n;

	if (value == 0 || largest == 0)
		return 0;
	if (bar == FV_RESULT_BAR_LOG)
		/* One more than both, so that 1 has a bar as well. */
		n = (size_t)fv_result_scaled(
		    log2_256(value + 1), log2_256(largest + 1), width);
	else
		n = (size_t)fv_result_scaled(value, largest, width);
	return n;
}
