# Shared by the cases: a folder of their own, a key, and captures to convert.
# FLOWVEIL and CAPGEN name the commands under test.

# One key for ever and not a random one: under another, chance maps an address
# to itself now and then, and that is warned of (docs/privacy.md).
reference_key() {
	install -m 600 "$BATS_TEST_DIRNAME/../vectors/reference.key" test.key
}

setup() {
	: "${FLOWVEIL:?}" "${CAPGEN:?}"
	cd "$BATS_TEST_TMPDIR" || return 1
	reference_key
	"$CAPGEN" mixed mixed.pcap
}

# Run with stdout in $output and stderr in $stderr.
bats_require_minimum_version 1.5.0

convert() {
	run --separate-stderr "$FLOWVEIL" convert --key file:test.key "$@"
}
