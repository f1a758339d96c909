#!/usr/bin/env bats
load common

audit() {
	run --separate-stderr "$FLOWVEIL" audit "$@"
}

# Whether gate $1 of the JSON in $output came out as $2.
gate() {
	/usr/bin/python3 -c 'import json, sys
gates = {g["gate"]: g["outcome"] for g in json.loads(sys.argv[1])["gates"]}
sys.exit(gates[sys.argv[2]] != sys.argv[3])' "$output" "$1" "$2"
}

@test "a dataset passes against its captures, in both modes" {
	"$CAPGEN" flows 50000 5000 flows.pcap
	for mode in primitive uniflow; do
		convert -o $mode.h5 --records $mode mixed.pcap flows.pcap
		audit $mode.h5 --raw mixed.pcap --raw flows.pcap
		[ "$status" -eq 0 ]
		[ -z "$stderr" ]
		[[ "$output" == *"PASSED: all 13 gates"* ]]
		[ "$(grep -c '^passed' <<<"$output")" -eq 13 ]
		audit --json --key file:test.key $mode.h5 --raw mixed.pcap \
			--raw flows.pcap
		[ "$status" -eq 0 ]
		gate key passed
	done
}

@test "sides are those of the conversion" {
	convert -o a.h5 --outbound mixed.pcap
	audit --json a.h5 --outbound mixed.pcap
	[ "$status" -eq 0 ]
	audit --json a.h5 --inbound mixed.pcap
	[ "$status" -eq 1 ]
	gate captures failed
	[[ "$output" == *"labelled otherwise"* ]]
}

@test "taps, windows, filters and clocks are those of the conversion" {
	"$CAPGEN" flows 20000 500 in.pcap
	"$CAPGEN" flows 20000 300 out.pcap
	local choice=(--inbound in.pcap --outbound out.pcap
		--inbound-offset -0.01 --from 1262304000.01
		--to 1262304000.15 --filter 'tcp or greater 100')
	convert -o a.h5 --drop-duplicates "${choice[@]}"
	[ "$status" -eq 0 ]
	audit --json a.h5 "${choice[@]}"
	[ "$status" -eq 0 ]
	audit --json a.h5 --outbound out.pcap --inbound in.pcap
	[ "$status" -eq 1 ]
	gate captures failed
	# Clocks that are not moved give other packets their turn.
	audit --json a.h5 "${choice[@]:0:4}" "${choice[@]:6}"
	[ "$status" -eq 1 ]
	gate captures failed
}

@test "every planted value, and every kind of leak, is found by its gate" {
	/usr/bin/python3 "$BATS_TEST_DIRNAME/../audit_leaks.py" leaks
}

@test "a mapping that changes nothing fails" {
	: "${IDENTITY:?}"
	"$IDENTITY" convert --key file:test.key -o same.h5 mixed.pcap >/dev/null \
		2>&1
	audit --json same.h5 --raw mixed.pcap
	[ "$status" -eq 1 ]
	gate fixed-points failed
	gate identifiers failed
	gate classes passed
}

@test "without captures nothing is shown, and the status says so" {
	convert -o a.h5 mixed.pcap
	audit a.h5
	[ "$status" -eq 1 ]
	[[ "$output" == *"NOT SHOWN"*"--raw"* ]]
	audit --json a.h5
	[ "$status" -eq 1 ]
	gate structure passed
	gate addresses "not shown"
	gate prefixes "not shown"
	audit --no-raw a.h5
	[ "$status" -eq 0 ]
	[[ "$output" == *"PASSED AS FAR AS ASKED"*"nothing shows"* ]]
}

@test "captures that the dataset was not made of" {
	"$CAPGEN" flows 500 50 flows.pcap
	convert -o a.h5 mixed.pcap
	audit --json a.h5 --raw flows.pcap
	[ "$status" -eq 1 ]
	gate captures failed
	gate prefixes "not shown"
	[[ "$output" == *"hosts are in the captures"* ]]
	# Counts are told, names are not.
	[[ "$output$stderr" != *flows.pcap* ]]
	audit a.h5 --raw missing.pcap
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[[ "$stderr" == *"missing.pcap"*"No such file"* ]]
}

@test "another key is refused, and no report made" {
	convert -o a.h5 mixed.pcap
	"$FLOWVEIL" key new other.key >/dev/null 2>&1
	audit --key file:other.key -o report.txt a.h5 --raw mixed.pcap
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"--key"*"another key"* ]]
	[ ! -e report.txt ]
}

@test "names of a list are looked for, and told of if too short" {
	convert -o a.h5 --site "Grand Hotel Budapest" mixed.pcap
	printf 'grand hotel budapest\nbob\n\nSomebody Else\n' >names
	audit --json --names names a.h5 --raw mixed.pcap
	[ "$status" -eq 1 ]
	gate names failed
	[[ "$output" == *"column sites/name, row 0"* ]]
	[[ "$stderr" == *"line 2"*"too short"* ]]
	[[ "${output,,}" != *budapest* ]]
	printf 'Somebody Else\n' >names
	audit --json --names names a.h5 --raw mixed.pcap
	[ "$status" -eq 0 ]
	audit --names missing a.h5 --raw mixed.pcap
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"--names: missing"* ]]
}

@test "names of files in a directory are looked for, too" {
	mkdir -p month
	cp mixed.pcap month/tapped-by-erika.pcap
	convert -o a.h5 --site tapped-by-erika month
	audit --json a.h5 --raw month
	[ "$status" -eq 1 ]
	gate names failed
	[[ "$output" != *erika* ]]
}

@test "the report is whole, the same each time, and names no capture" {
	convert -o a.h5 mixed.pcap
	for n in 1 4; do
		audit --threads $n -o report$n.txt a.h5 --raw mixed.pcap
		[ "$status" -eq 0 ]
		[ -z "$output$stderr" ]
		audit --threads $n --json -o report$n.json a.h5 --raw mixed.pcap
	done
	cmp report1.txt report4.txt
	cmp report1.json report4.json
	run ! grep -qE 'mixed|192\.0\.2|2001:db8' report1.txt report1.json
	/usr/bin/python3 - <<-'PY'
		import json
		report = json.load(open("report1.json"))
		assert report["passed"] and report["with_captures"]
		assert len(report["dataset"]["content_digest"]) == 64
		assert report["searched"]["ipv4"] > 1
	PY
	audit -o report1.txt a.h5 --raw mixed.pcap
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"report1.txt"*"exists"* ]]
	audit --replace -o report1.txt a.h5 --raw mixed.pcap
	[ "$status" -eq 0 ]
}

@test "a report joins a release" {
	convert -o a.h5 --site hotel-01 --site-kind hotel mixed.pcap
	sed "s/2008-11-30/2010-12-31/" "$BATS_TEST_DIRNAME/../demo.cff" >release.cff
	audit --json -o audit.json a.h5 --raw mixed.pcap
	run --separate-stderr "$FLOWVEIL" dataset package \
		-m release.cff \
		--audit audit.json -o rel a.h5
	[ "$status" -eq 0 ]
	cmp audit.json rel/data/metadata/audit.json
}

@test "what is no dataset, and what is misuse" {
	audit mixed.pcap --raw mixed.pcap
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"not built as a dataset"* ]]
	[ -z "$output" ]
	audit
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"no dataset is named"* ]]
	audit a.h5 b.h5
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"behind --raw"* ]]
	audit a.h5 --no-raw --raw mixed.pcap
	[ "$status" -eq 2 ]
	audit a.h5 --key file:test.key
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"--key needs the captures"* ]]
}
