TESTS_UNIT := \
	tests/unit/main.c \
	tests/unit/rows.c \
	tests/unit/test_chunk.c \
	tests/unit/test_err.c \
	tests/unit/test_join.c \
	tests/unit/test_observations.c \
	tests/unit/test_ports.c \
	tests/unit/test_protocols.c \
	tests/unit/test_report_json.c \
	tests/unit/test_report_text.c \
	tests/unit/test_result.c \
	tests/unit/test_scan.c \
	tests/unit/test_schema.c \
	tests/unit/test_volumes.c \
	tests/unit/test_writer.c \
	tests/unit/trial.c
TESTS_CAPGEN :=
TESTS_CAPGEN_MAIN :=
TESTS_BENCH := analysis
