#include "tests/unit/suites.h"

#include <stdio.h>

#include <CUnit/Basic.h>

/* Runs every suite; status 0 only when each assertion of each test held. */
int
main(void)
{
	static CU_SuiteInfo suites[] = {
#define X(name) { #name, NULL, NULL, NULL, NULL, suite_##name },
		FV_SUITES(X)
#undef X
		    CU_SUITE_INFO_NULL
	};
	unsigned failed;

	if (CU_initialize_registry() != CUE_SUCCESS ||
	    CU_register_suites(suites) != CUE_SUCCESS) {
		(void)fprintf(stderr, "unit: %s\n", CU_get_error_msg());
		return 1;
	}
	CU_basic_set_mode(CU_BRM_NORMAL);
	if (CU_basic_run_tests() != CUE_SUCCESS)
		return 1;
	failed = CU_get_number_of_failures() +
	    CU_get_number_of_suites_failed() + CU_get_number_of_tests_failed();
	if (CU_get_number_of_tests_run() == 0)
		failed = 1;
	CU_cleanup_registry();
	return failed == 0 ? 0 : 1;
}
