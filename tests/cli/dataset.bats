#!/usr/bin/env bats
load common

@test "Python finds every column as the schema says, and its digest" {
	"$CAPGEN" flows 150000 2000 flows.pcap
	for mode in primitive uniflow biflow; do
		convert -o $mode.h5 --records $mode mixed.pcap flows.pcap
		[ "$status" -eq 0 ]
		"$FLOWVEIL" dataset schema --json >schema.json
		/usr/bin/python3 "$BATS_TEST_DIRNAME/../dataset_h5py.py" $mode.h5 schema.json
	done
}

@test "info says what the dataset is, as text and as JSON" {
	convert -o out.h5 --site hotel-a mixed.pcap
	run "$FLOWVEIL" dataset info out.h5
	[ "$status" -eq 0 ]
	[[ "$output" == *crypto-pan* ]]
	[[ "$output" == *hotel-a* ]]
	[[ "$output" == *"$("$FLOWVEIL" key show --key file:test.key | sed -n 's/key id: //p')"* ]]
	"$FLOWVEIL" dataset info --json out.h5 | /usr/bin/python3 -m json.tool >/dev/null
}

@test "the tables of the format document are those of the schema" {
	"$FLOWVEIL" dataset schema --markdown >tables.md
	/usr/bin/python3 - "$BATS_TEST_DIRNAME/../../docs/dataset-format.md" <<-'PY'
		import sys
		document = open(sys.argv[1], encoding="utf-8").read()
		tables = open("tables.md", encoding="utf-8").read().strip()
		assert tables and tables in document, "run: flowveil dataset schema --markdown"
	PY
}

@test "a dataset that was changed is told from a whole one" {
	convert -o out.h5 --records primitive mixed.pcap
	run "$FLOWVEIL" dataset info --check out.h5
	[ "$status" -eq 0 ]
	/usr/bin/python3 - <<-'PY'
		import h5py
		with h5py.File("out.h5", "r+") as f:
		    f["flows/source_port"][3] += 1
	PY
	run "$FLOWVEIL" dataset info --check out.h5
	[ "$status" -eq 1 ]
	[[ "$output" == *"out.h5"* ]]
}
