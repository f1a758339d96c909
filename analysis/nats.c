#include "analysis/nats.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/attributes.h"

enum { MANTISSA = 52, BIAS = 1023 };

/* Coefficients, since a division takes longer than all else in a step. */
static const double ln_term[] = { 1.0, 1.0 / 3, 1.0 / 5, 1.0 / 7, 1.0 / 9,
	1.0 / 11, 1.0 / 13, 1.0 / 15, 1.0 / 17, 1.0 / 19 };
static const double exp_term[] = { 1.0, 1.0, 1.0 / 2, 1.0 / 6, 1.0 / 24,
	1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320, 1.0 / 362880,
	1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800 };

double
fv_nats_ln(double x)
{
	uint64_t bits;
	double m, t, t2, sum = 0;
	int exponent;
	size_t k;

	assert(x > 0);
	memcpy(&bits, &x, sizeof(bits));
	exponent = (int)(bits >> MANTISSA) - BIAS;
	bits = (bits & ((UINT64_C(1) << MANTISSA) - 1)) |
	    (uint64_t)BIAS << MANTISSA;
	memcpy(&m, &bits, sizeof(m));
	/* From 1 to 2; to 0.7 to 1.4, where the series is short. */
	if (m > 1.41421356237309504880) {
		m /= 2;
		exponent++;
	}
	/* ln m = 2 artanh t = 2 (t + t^3/3 + t^5/5 + ...), |t| < 0.172. */
	t = (m - 1) / (m + 1);
	t2 = t * t;
	for (k = FV_COUNT(ln_term); k-- > 0;)
		sum = sum * t2 + ln_term[k];
	return 2 * t * sum + exponent * FV_NATS_LN2;
}

double
fv_nats_exp(double x)
{
	double sum = 0, power;
	uint64_t bits;
	size_t k;
	int n;

	if (x < -700)
		return 0;
	if (x > 700)
		x = 700;
	n = (int)(x / FV_NATS_LN2 + (x < 0 ? -0.5 : 0.5));
	x -= n * FV_NATS_LN2;
	for (k = FV_COUNT(exp_term); k-- > 0;)
		sum = sum * x + exp_term[k];
	bits = (uint64_t)(n + BIAS) << MANTISSA;
	memcpy(&power, &bits, sizeof(power));
	return sum * power;
}

double
fv_nats_add(double a, double b)
{
	double high = a > b ? a : b, low = a > b ? b : a;

	if (low <= FV_NATS_NEVER)
		return high;
	return high + fv_nats_ln(1 + fv_nats_exp(low - high));
}
