#ifndef TESTS_UNIT_SUITES_H
#define TESTS_UNIT_SUITES_H

#include <CUnit/CUnit.h>

/*
 * The suites, one per module; suite_NAME is an array of CU_TestInfo that
 * ends with CU_TEST_INFO_NULL, in tests/unit/test_*.c.
 */
#define FV_SUITES(X) \
	X(chunk)     \
	X(describe)  \
	X(err)       \
	X(info)      \
	X(layout)    \
	X(reader)    \
	X(schema)    \
	X(writer)

#define X(name) extern CU_TestInfo suite_##name[];
FV_SUITES(X)
#undef X

#endif
