# Shared by the cases: a folder of their own, a key, and captures to convert.
# FLOWVEIL and CAPGEN name the commands under test.

setup() {
	: "${FLOWVEIL:?}" "${CAPGEN:?}"
	cd "$BATS_TEST_TMPDIR" || return 1
	"$FLOWVEIL" key new test.key >/dev/null 2>&1
	"$CAPGEN" mixed mixed.pcap
}

# One key for ever in place of the random one: under another, chance maps an
# address to itself now and then (docs/privacy.md).
reference_key() {
	install -m 600 "$BATS_TEST_DIRNAME/../vectors/reference.key" test.key
}

# Run with stdout in $output and stderr in $stderr.
bats_require_minimum_version 1.5.0

convert() {
	run --separate-stderr "$FLOWVEIL" convert --key file:test.key "$@"
}
