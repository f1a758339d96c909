TESTS_UNIT := \
	tests/unit/main.c \
	tests/unit/test_err.c \
	tests/unit/test_reference_generate.c \
	tests/unit/test_reference_guests.c \
	tests/unit/test_reference_law.c \
	tests/unit/test_reference_philox.c \
	tests/unit/test_reference_plan.c \
	tests/unit/test_reference_quota.c \
	tests/unit/test_reference_script.c \
	tests/unit/test_reference_wire.c
TESTS_CAPGEN :=
TESTS_CAPGEN_MAIN :=
