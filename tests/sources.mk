TESTS_UNIT := \
	tests/unit/main.c \
	tests/unit/rows.c \
	tests/unit/test_chunk.c \
	tests/unit/test_describe.c \
	tests/unit/test_err.c \
	tests/unit/test_info.c \
	tests/unit/test_layout.c \
	tests/unit/test_reader.c \
	tests/unit/test_schema.c \
	tests/unit/test_writer.c
TESTS_CAPGEN :=
TESTS_CAPGEN_MAIN :=
