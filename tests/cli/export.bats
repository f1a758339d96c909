#!/usr/bin/env bats
load common

make_dataset() {
	"$CAPGEN" flows 100000 2000 flows.pcap
	"$FLOWVEIL" convert --key file:test.key -o flows.h5 --records "${1:-primitive}" \
		flows.pcap mixed.pcap >/dev/null
}

export_csv() {
	"$FLOWVEIL" dataset export "$@"
}

@test "sort and uniq on the CSV count what the report says, in both modes" {
	for mode in primitive uniflow; do
		rm -f flows.h5
		make_dataset $mode
		"$FLOWVEIL" report --json flows.h5 >report.json
		"$BATS_TEST_DIRNAME/../csv_oracle.py" flows.h5 report.json
	done
	# And a report that says otherwise of any of them is noticed.
	local result id table column
	for result in R02:protocols:records R06:hosts:bytes \
		R09:ports_outbound:records R09:ports_all:records R12:ports:packets \
		R15:hosts:destinations R23:suspect:records R23:all:records; do
		IFS=: read -r id table column <<<"$result"
		/usr/bin/python3 -c '
import json, sys
report = json.load(open("report.json"))
rows = next(t["rows"] for s in report["sections"] if s["id"] == sys.argv[1]
            for t in s["tables"] if t["name"] == sys.argv[2])
rows[0][sys.argv[3]] += 1
json.dump(report, sys.stdout)' "$id" "$table" "$column" >changed.json
		run "$BATS_TEST_DIRNAME/../csv_oracle.py" flows.h5 changed.json
		[ "$status" -eq 1 ]
		[[ "$output" == *"the report says"* ]]
	done
}

@test "the same of the reference month" {
	"$FLOWVEIL" generate --scale 0.01 --snaplen 134 -o month
	arguments=()
	for way in outbound inbound; do
		for capture in month/*-"$way"-*.pcap; do
			arguments+=("--$way" "$capture")
		done
	done
	"$FLOWVEIL" convert --key file:test.key -o month.h5 --records primitive \
		--internal 10.1.0.0/16 "${arguments[@]}" >/dev/null
	"$FLOWVEIL" report --json month.h5 >report.json
	"$BATS_TEST_DIRNAME/../csv_oracle.py" month.h5 report.json
}

@test "pandas reads every table as h5py has it" {
	make_dataset
	for table in flows hosts devices stacks captures sites; do
		export_csv --table $table -o $table.csv flows.h5
	done
	/usr/bin/python3 - <<-'PY'
		import h5py, pandas
		with h5py.File("flows.h5") as f:
		    address = f["hosts/address"].asstr()[:]
		    for table in f:
		        frame = pandas.read_csv(f"{table}.csv", keep_default_na=False, dtype=str)
		        rows = f[table].attrs["NROWS"]
		        assert len(frame) == rows, table
		        for name, column in f[table].items():
		            values = column[:]
		            if column.attrs.get("refers_to") == "hosts":
		                name, text = name + "_address", [address[v] for v in values]
		            elif "refers_to" in column.attrs:
		                text = ["" if v == 0xffffffff else str(v) for v in values]
		            else:
		                text = [v.decode() if values.dtype.kind == "S" else str(v) for v in values]
		            assert frame[name].tolist() == text, (table, name)
		        if table != "flows":
		            assert frame["row"].tolist() == [str(i) for i in range(rows)], table
	PY
}

@test "the CSV is the same for any number of threads, and in every compression" {
	make_dataset
	export_csv --threads 1 flows.h5 >one.csv
	export_csv --threads 3 -o three.csv flows.h5
	cmp one.csv three.csv
	[ "$(wc -l <one.csv)" -gt 100000 ]
	export_csv -o a.csv.gz flows.h5 && gzip -dc a.csv.gz | cmp - one.csv
	export_csv -o a.csv.zst flows.h5 && zstd -dqc a.csv.zst | cmp - one.csv
	export_csv -o a.csv.xz --head 1000 flows.h5 && xz -dc a.csv.xz | cmp - <(head -1001 one.csv)
}

@test "Parquet is the same for any number of threads" {
	make_dataset
	export_csv --threads 1 --row-group 30000 -o one.parquet flows.h5
	export_csv --threads 3 --row-group 30000 -o three.parquet flows.h5
	cmp one.parquet three.parquet
	[ "$(head -c 4 one.parquet)" = PAR1 ]
	[ "$(tail -c 4 one.parquet)" = PAR1 ]
}

@test "IPFIX records are the dataset's, by RFC 7011 and by tshark" {
	# Ends of both versions and no direction; then a month with directions.
	make_dataset uniflow
	export_csv -o mixed.ipfix flows.h5
	"$BATS_TEST_DIRNAME/../ipfix_oracle.py" flows.h5 mixed.ipfix
	"$FLOWVEIL" convert --key file:test.key -o out.h5 --outbound mixed.pcap >/dev/null
	export_csv -o out.ipfix out.h5
	"$BATS_TEST_DIRNAME/../ipfix_oracle.py" out.h5 out.ipfix
	# And a file that says otherwise is noticed.
	/usr/bin/python3 - <<-'PY'
		data = bytearray(open("out.ipfix", "rb").read())
		data[-1] ^= 1
		open("changed.ipfix", "wb").write(data)
	PY
	run ! "$BATS_TEST_DIRNAME/../ipfix_oracle.py" out.h5 changed.ipfix
	run --separate-stderr export_csv --columns bytes -o x.ipfix flows.h5
	[ "$status" -eq 2 ]
	[[ "$stderr" == *--columns* ]]
	[ ! -e x.ipfix ]
}

@test "columns are those asked for, in their order" {
	make_dataset
	run export_csv --head 2 --columns bytes,source_address,row flows.h5
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = bytes,source_address,row ]
	[[ "${lines[2]}" =~ ^[0-9]+,[0-9.]+,1$ ]]
	[ "${#lines[@]}" -eq 3 ]
	run export_csv --head 1 --words --times utc --columns start_time,direction flows.h5
	[[ "${lines[1]}" =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{9}Z,[a-z]+$ ]]
	[ "$(export_csv --crlf --head 1 flows.h5 | tr -cd '\r' | wc -c)" -eq 2 ]
	[ "$(export_csv --head 0 --columns bytes flows.h5)" = bytes ]
}

@test "whoever reads the CSV may stop when he has enough" {
	make_dataset
	run --separate-stderr bash -c '"$FLOWVEIL" dataset export flows.h5 | head -1'
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	# Where SIGPIPE is ignored, silent as well.
	run --separate-stderr bash -c 'trap "" PIPE; "$FLOWVEIL" dataset export flows.h5 | head -1'
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
}

@test "what cannot be is misuse, and says what can" {
	make_dataset
	run --separate-stderr export_csv
	[ "$status" -eq 2 ]
	run --separate-stderr export_csv --columns nothing flows.h5
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"'nothing'"*"dataset schema"* ]]
	run --separate-stderr export_csv --table flow flows.h5
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"hosts"* ]]
	for name in out.txt out out.parquet.gz .csv; do
		run --separate-stderr export_csv -o $name flows.h5
		[ "$status" -eq 2 ]
		[[ "$stderr" == *"$name"* ]]
		[ ! -e $name ]
	done
	for head in -1 x 1.5 '' 99999999999999999999; do
		run --separate-stderr export_csv --head "$head" flows.h5
		[ "$status" -eq 2 ]
	done
}

@test "an export appears whole, and writes over nothing unasked" {
	make_dataset
	export_csv -o out.csv flows.h5
	run --separate-stderr export_csv -o out.csv flows.h5
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"out.csv"*"exists already"* ]]
	export_csv --replace --head 1 -o out.csv flows.h5
	[ "$(wc -l <out.csv)" -eq 2 ]
	# A dataset that turns out to be broken leaves nothing behind.
	/usr/bin/python3 - <<-'PY'
		import h5py
		with h5py.File("flows.h5", "r+") as f:
		    f["flows/source"][90000] = 0xfffffffe
	PY
	for name in broken.csv broken.parquet; do
		run --separate-stderr export_csv -o $name flows.h5
		[ "$status" -eq 1 ]
		[[ "$stderr" == *"flows.h5: flows/source: row 90000 refers to row"* ]]
		[ -z "$(find . -name '*broken*')" ]
	done
	run --separate-stderr export_csv none.h5
	[ "$status" -eq 1 ]
	[[ "$stderr" == *none.h5* ]]
}
