#!/usr/bin/env bats
load common

# A month of the slides with the suspicious host of a kind, as a dataset.
make_month() {
	"$FLOWVEIL" generate --scale 0.3 --snaplen 134 --suspect "$1" -o month
	reference_key
	local way capture captures=()
	for way in outbound inbound; do
		for capture in month/*-"$way"-*.pcap; do
			captures+=("--$way" "$capture")
		done
	done
	"$FLOWVEIL" convert --key file:test.key -o "$1.h5" --records primitive \
		--internal 10.1.0.0/16 "${captures[@]}" >/dev/null
	rm -r month
}

# The value of a fact of the report in report.json.
fact() {
	/usr/bin/python3 -c '
import json, sys
for s in json.load(open("report.json"))["sections"]:
    for f in s["facts"]:
        if (s["id"], f["name"]) == tuple(sys.argv[1:]):
            print(f["value"])' "$1" "$2"
}

@test "a host that shares files and one that scans are told apart, with reasons" {
	make_month p2p
	"$FLOWVEIL" report --only R26 --json p2p.h5 >report.json
	[ "$(fact R26 verdict)" = "peer-to-peer node" ]
	[ "$(fact R26 besides)" = "ordinary browsing" ]
	[ "$(fact R26 scan)" = "no: contacts answer" ]
	[ "$(fact R26 several_confidence)" = "low to medium" ]
	[ "$(fact R26 main_port)" = 36459 ]
	make_month scanner
	"$FLOWVEIL" report --only R26 --json scanner.h5 >report.json
	[ "$(fact R26 verdict)" = "scanner" ]
	[ "$(fact R26 scan)" = "not ruled out" ]
	# The evidence, measured by another program.
	run /usr/bin/python3 "$BATS_TEST_DIRNAME/../fit_who_am_i.py" \
		--measure scanner.h5
	[ "$status" -eq 0 ]
	[[ "$output" == *common_prefix*29.* ]]
	[[ "$output" != *DIFFER* ]]
}

@test "what is inferred is the same for any number of threads, and fits a page" {
	make_month p2p
	"$FLOWVEIL" report --only R26,R27 --threads 1 --json p2p.h5 >one
	"$FLOWVEIL" report --only R26,R27 --threads 5 --json p2p.h5 >five
	cmp one five
	"$FLOWVEIL" report --only R26,R27 p2p.h5 >report.txt
	[ "$(awk 'length > 80' report.txt | wc -l)" -eq 0 ]
	grep -q '[.][.][.] and [0-9]* more' report.txt
}

@test "with segments for units, each host of an address is one" {
	make_month p2p
	"$FLOWVEIL" report --unit segment --only R06,R15,R27 --threads 1 --json \
		p2p.h5 >report.json
	[ "$(fact R06 hosts)" = "$(fact R27 segments)" ]
	[ "$(fact R15 hosts)" = "$(fact R27 segments)" ]
	[ "$(fact R06 hosts)" -gt 300 ]
	grep -q '"label": "[0-9.]*#2"' report.json
	"$FLOWVEIL" report --unit segment --only R06,R15,R27 --threads 3 --json \
		p2p.h5 | cmp - report.json
	# Nothing is lost on the way.
	local bytes
	bytes=$(fact R06 bytes)
	"$FLOWVEIL" report --only R06,R27 --json p2p.h5 >report.json
	[ "$(fact R06 bytes)" = "$bytes" ]
	[ "$(fact R06 hosts)" = 100 ]
	run "$FLOWVEIL" report --unit host p2p.h5
	[ "$status" -eq 2 ]
	[[ "$output" == *"'host' is no unit: address or segment"* ]]
}

@test "the host that scans is found, and the one that shares files is not" {
	make_month p2p
	"$FLOWVEIL" report --only R28d --json p2p.h5 >report.json
	[ "$(fact R28d scanners)" = 0 ]
	[ "$(fact R28d contacts)" -gt 1000 ]
	make_month scanner
	"$FLOWVEIL" report --only R15,R28d --json scanner.h5 >report.json
	[ "$(fact R28d scanners)" = 1 ]
	# It is the suspicious host.
	run /usr/bin/python3 -c '
import json
tables = [s["tables"][0] for s in json.load(open("report.json"))["sections"]
          if s["id"] in ("R15", "R28d")]
print(*(t["rows"][0]["host"]["label"] for t in tables))'
	[ "$status" -eq 0 ]
	[ "${output% *}" = "${output#* }" ]
}
