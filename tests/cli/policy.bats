#!/usr/bin/env bats
# Policies: printed, refused with their line, and told by the dataset.
load common

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return 1
	"$FLOWVEIL" generate --scale 0.05 --snaplen 134 --days 1 -o month
	install -m 600 "$BATS_TEST_DIRNAME/../vectors/reference.key" test.key
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return 1
}

@test "a built-in policy, printed, is the same policy again" {
	"$FLOWVEIL" policy show open >open.yaml
	"$FLOWVEIL" policy show open.yaml | cmp - open.yaml
}

@test "an unknown column is named with its line, and nothing is written" {
	printf 'policy: x\nbase: partner\nflows:\n  start_tim: keep\n' >bad.yaml
	run "$FLOWVEIL" convert --key file:test.key --policy bad.yaml -o bad.h5 month
	[ "$status" -eq 1 ]
	[[ "$output" == *"line 4: unknown column"*"did you mean 'start_time'"* ]]
	[ ! -e bad.h5 ]
}

@test "a file that is not YAML is refused" {
	printf 'policy: [\n' >bad.yaml
	run "$FLOWVEIL" policy show bad.yaml
	[ "$status" -eq 1 ]
	[[ "$output" == *"is not YAML"* ]]
}

@test "the dataset tells its policy, and another one is not merged with it" {
	for policy in open partner; do
		"$FLOWVEIL" convert -q --key file:test.key --policy $policy \
			-o $policy.h5 month/*outbound*.pcap
	done
	"$FLOWVEIL" dataset info open.h5 | grep -q '^Policy  *open$'
	"$FLOWVEIL" dataset info open.h5 | grep -q 'vlan: drop'
	run "$FLOWVEIL" dataset merge -o both.h5 open.h5 partner.h5
	[ "$status" -eq 1 ]
	[[ "$output" == *"policy"*"can be merged"* ]]
	"$FLOWVEIL" report open.h5 | grep -q 'Policy of the release  *open'
}
