/* The arithmetic of shares and ratios; result.h declares it. */
#include "analysis/result.h"

#include <assert.h>

uint64_t
fv_result_power(unsigned n)
{
	uint64_t power = 1;

	assert(n <= FV_RESULT_DECIMALS_LIMIT + 2);
	while (n-- > 0)
		power *= 10;
	return power;
}

fv_result_wide
fv_result_scaled(fv_result_wide part, fv_result_wide whole, uint64_t factor)
{
	fv_result_wide quotient, rest;

	if (whole == 0)
		return 0;
	quotient = part * factor / whole;
	rest = part * factor % whole;
	return quotient + (rest >= whole - rest ? 1 : 0);
}

unsigned
fv_result_fine(uint64_t part, uint64_t whole)
{
	unsigned decimals = 2;

	if (part == 0)
		return 0;
	while (decimals < FV_RESULT_DECIMALS_LIMIT &&
	    fv_result_scaled(part, whole, fv_result_power(decimals + 2)) == 0)
		decimals++;
	return decimals;
}
