#include "tests/unit/suites.h"

#include <math.h>
#include <string.h>

#include "analysis/nats.h"
#include "tests/unit/trial.h"

static void
logarithms_and_powers_are_those_of_the_library(void)
{
	uint64_t seed = 3;
	double x, worst_ln = 0, worst_exp = 0;
	int i;

	for (i = 0; i < 20000; i++) {
		x = (double)(trial_random(&seed) >> 11) / 0x1p53;
		x = pow(10, x * 40 - 20);
		worst_ln = fmax(worst_ln,
		    fabs(fv_nats_ln(x) - log(x)) / fmax(1, fabs(log(x))));
		x = (double)(trial_random(&seed) >> 11) / 0x1p53 * 1400 - 700;
		worst_exp =
		    fmax(worst_exp, fabs(fv_nats_exp(x) - exp(x)) / exp(x));
	}
	CU_ASSERT(worst_ln < 1e-14);
	/* x times ln 2 loses bits as x grows. */
	CU_ASSERT(worst_exp < 1e-12);
	CU_ASSERT(fv_nats_ln(1) == 0);
	CU_ASSERT(fv_nats_exp(0) == 1);
	CU_ASSERT(fv_nats_exp(-1e6) == 0);
	CU_ASSERT(fv_nats_exp(1e6) == fv_nats_exp(700));
}

CU_TestInfo suite_nats[] = {
	{ "logarithms and powers are those of the library",
	    logarithms_and_powers_are_those_of_the_library },
	CU_TEST_INFO_NULL,
};
