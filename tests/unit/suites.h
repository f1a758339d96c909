#ifndef TESTS_UNIT_SUITES_H
#define TESTS_UNIT_SUITES_H

#include <CUnit/CUnit.h>

/*
 * The suites, one per module; suite_NAME is an array of CU_TestInfo that
 * ends with CU_TEST_INFO_NULL, in tests/unit/test_*.c.
 */
/* clang-format off: one name per line */
#define FV_SUITES(X) \
	X(err) \
	X(reference_generate) \
	X(reference_guests) \
	X(reference_law) \
	X(reference_philox) \
	X(reference_plan) \
	X(reference_quota) \
	X(reference_script) \
	X(reference_wire)
/* clang-format on */

#define X(name) extern CU_TestInfo suite_##name[];
FV_SUITES(X)
#undef X

#endif
