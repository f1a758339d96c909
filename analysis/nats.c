#include "analysis/nats.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

enum { MANTISSA = 52, BIAS = 1023, LN_TERMS = 10, EXP_TERMS = 14 };

double
fv_nats_ln(double x)
{
	uint64_t bits;
	double m, t, t2, sum = 0;
	int exponent, k;

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
	for (k = LN_TERMS; k >= 0; k--)
		sum = sum * t2 + 1.0 / (2 * k + 1);
	return 2 * t * sum + exponent * FV_NATS_LN2;
}

double
fv_nats_exp(double x)
{
	double sum = 1, power;
	uint64_t bits;
	int n, k;

	if (x < -700)
		return 0;
	if (x > 700)
		x = 700;
	n = (int)(x / FV_NATS_LN2 + (x < 0 ? -0.5 : 0.5));
	x -= n * FV_NATS_LN2;
	for (k = EXP_TERMS; k > 0; k--)
		sum = 1 + x / k * sum;
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
