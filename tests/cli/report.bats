#!/usr/bin/env bats
load common

# Records in primitive mode, so that the report's packets are records.
make_dataset() {
	"$CAPGEN" flows 100000 2000 flows.pcap
	"$FLOWVEIL" convert --key file:test.key -o flows.h5 --records primitive \
		flows.pcap >/dev/null
}

@test "the report reads like the slides, and its numbers are right" {
	make_dataset
	"$FLOWVEIL" report flows.h5 >report.txt
	"$FLOWVEIL" report --json flows.h5 >report.json
	[ "$(awk 'length > 80' report.txt | wc -l)" -eq 0 ]
	grep -q 'R01' report.txt && grep -q 'R02' report.txt
	grep -q 'R06' report.txt && grep -q 'R09' report.txt
	/usr/bin/python3 "$BATS_TEST_DIRNAME/../report_oracle.py" flows.h5 report.json
}

@test "the report is the same for any number of threads" {
	make_dataset
	"$FLOWVEIL" report --threads 1 --json flows.h5 >one
	"$FLOWVEIL" report --threads 2 --json flows.h5 >two
	"$FLOWVEIL" report --threads 7 --json flows.h5 >seven
	cmp one two
	cmp one seven
}

@test "with labels masked, the report does not depend on the key" {
	make_dataset
	"$FLOWVEIL" key new other.key >/dev/null 2>&1
	"$FLOWVEIL" convert --key file:other.key -o other.h5 --records primitive \
		flows.pcap >/dev/null
	"$FLOWVEIL" report --mask-labels flows.h5 >a
	"$FLOWVEIL" report --mask-labels other.h5 >b
	cmp a b
	"$FLOWVEIL" report flows.h5 >c
	run ! cmp -s a c
}

@test "a report into a directory appears whole, and only where none is" {
	make_dataset
	run "$FLOWVEIL" report -o out flows.h5
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	cmp out/report.txt <("$FLOWVEIL" report flows.h5)
	cmp out/report.json <("$FLOWVEIL" report --json flows.h5)
	run "$FLOWVEIL" report -o out flows.h5
	[ "$status" -eq 1 ]
	[[ "$output" == *"exists already"* ]]
	[ -z "$(find . -name '.out*')" ]
}

@test "only the results that were asked for" {
	make_dataset
	run "$FLOWVEIL" report --only R06 flows.h5
	[ "$status" -eq 0 ]
	[[ "$output" == *R06* ]]
	[[ "$output" != *R09* ]]
	run "$FLOWVEIL" report --only R99 flows.h5
	[ "$status" -eq 2 ]
	[[ "$output" == *R99* ]]
}

@test "what is no dataset fails with its name" {
	echo 'not HDF5' >text.h5
	for file in text.h5 mixed.pcap none.h5; do
		run --separate-stderr "$FLOWVEIL" report $file
		[ "$status" -eq 1 ]
		[ -z "$output" ]
		[[ "$stderr" == *"$file"* ]]
	done
	run "$FLOWVEIL" report
	[ "$status" -eq 2 ]
}

@test "a report without memory for its tables is the same" {
	make_dataset
	"$FLOWVEIL" report --json flows.h5 >roomy
	TMPDIR=$PWD "$FLOWVEIL" report --json --memory 1 flows.h5 >narrow
	cmp roomy narrow
	TMPDIR=/proc run --separate-stderr "$FLOWVEIL" report --memory 1 flows.h5
	# Enough for this dataset, or a sentence that says what to do.
	[ "$status" -eq 0 ] || [[ "$stderr" == *"scratch"*"another directory"* ]]
	run "$FLOWVEIL" report --memory 0 flows.h5
	[ "$status" -eq 2 ]
}
