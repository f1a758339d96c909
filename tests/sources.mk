TESTS_UNIT := \
	tests/unit/main.c \
	tests/unit/test_decode.c \
	tests/unit/test_decode_ip.c \
	tests/unit/test_decode_link.c \
	tests/unit/test_decode_transport.c \
	tests/unit/test_err.c \
	tests/unit/test_slides_counters.c
TESTS_CAPGEN := \
	tests/capgen/packet.c
TESTS_CAPGEN_MAIN :=
