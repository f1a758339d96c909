TESTS_UNIT := \
	tests/unit/main.c \
	tests/unit/test_err.c
TESTS_CAPGEN :=
TESTS_CAPGEN_MAIN :=
