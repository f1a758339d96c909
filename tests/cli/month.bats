#!/usr/bin/env bats
# Reports that do not move, on two made-up months: before and after addresses
# are mapped, in one dataset or many, in any number of threads.
load common

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return 1
	for profile in deck today; do
		"$FLOWVEIL" generate --profile $profile --scale 0.02 \
			--snaplen 134 -o $profile
	done
}

setup() {
	: "${FLOWVEIL:?}" "${IDENTITY:?}"
	cd "$BATS_FILE_TMPDIR" || return 1
	reference_key
}

# captures FIRST LAST PROFILE: fill the array "taps" with those days' captures.
captures() {
	local day side
	taps=()
	for day in $(seq "$1" "$2"); do
		for side in outbound inbound; do
			taps+=("--$side")
			taps+=("$(echo "$3"/*-"$side"-*-"$(printf %02d "$day")".pcap)")
		done
	done
}

# month COMMAND OUT PROFILE FIRST LAST OPTION...
month() {
	local command=$1 out=$2 profile=$3
	captures "$4" "$5" "$profile"
	shift 5
	"$command" convert --key file:test.key -o "$out" --site hotel-01 \
		--internal 10.1.0.0/16 "$@" "${taps[@]}" >/dev/null 2>&1
}

@test "the report is the same before and after addresses are mapped" {
	for profile in deck today; do
		for records in primitive uniflow; do
			month "$FLOWVEIL" mapped.h5 $profile 1 30 --replace --records $records
			month "$IDENTITY" plain.h5 $profile 1 30 --replace --records $records
			for form in "" --json; do
				# shellcheck disable=SC2086 # no option, or one
				"$FLOWVEIL" report --mask-labels $form mapped.h5 >mapped
				# shellcheck disable=SC2086
				"$FLOWVEIL" report --mask-labels $form plain.h5 >plain
				cmp mapped plain
			done
			[ "$(wc -c <plain)" -gt 10000 ]
			# The two are told apart where labels are shown.
			"$FLOWVEIL" report plain.h5 >plain
			grep -q '10\.1\.' plain
			"$FLOWVEIL" report mapped.h5 >mapped
			run ! cmp -s mapped plain
		done
	done
}

@test "the report is the same over 1, 2 and 7 datasets, in any order and threads" {
	month "$FLOWVEIL" whole.h5 deck 1 30 --replace --records primitive
	"$FLOWVEIL" report --json --mask-labels whole.h5 >one
	month "$FLOWVEIL" half-1.h5 deck 1 11 --replace --records primitive
	month "$FLOWVEIL" half-2.h5 deck 12 30 --replace --records primitive
	"$FLOWVEIL" report --json --mask-labels half-1.h5 half-2.h5 >two
	cmp one two
	for part in 1 2 3 4 5 6 7; do
		month "$FLOWVEIL" part-$part.h5 deck $((part * 4 - 3)) \
			$((part == 7 ? 30 : part * 4)) --replace --records primitive
	done
	for threads in 1 2 5; do
		"$FLOWVEIL" report --json --mask-labels --threads $threads \
			part-3.h5 part-7.h5 part-1.h5 part-2.h5 part-6.h5 part-5.h5 \
			part-4.h5 >seven
		cmp one seven
	done
	# Six of the seven are not the month.
	"$FLOWVEIL" report --json --mask-labels part-[1-6].h5 >six
	run ! cmp -s one six
}
