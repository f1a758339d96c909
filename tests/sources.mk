TESTS_UNIT := \
	tests/unit/main.c \
	tests/unit/analysis_rows.c \
	tests/unit/test_err.c \
	tests/unit/test_observations.c \
	tests/unit/test_ports.c \
	tests/unit/test_protocols.c \
	tests/unit/test_volumes.c
TESTS_CAPGEN :=
TESTS_CAPGEN_MAIN :=
