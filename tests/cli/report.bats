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

@test "the page, the tables and the plots of a report" {
	make_dataset
	"$FLOWVEIL" report --plots -o out flows.h5
	/usr/bin/python3 "$BATS_TEST_DIRNAME/../html_check.py" out/report.html
	grep -q "default-src 'none'" out/report.html
	grep -q 'Licence of Chart.js' out/report.html
	[ "$(wc -c <out/report.html)" -lt 2000000 ]
	# Every table and every figure of the JSON is a file, with all its rows.
	/usr/bin/python3 - out <<-'END'
		import csv, json, sys
		out = sys.argv[1]
		def rows(name):
		    with open(f"{out}/tables/{name}.csv", newline="") as file:
		        return list(csv.reader(file))
		for s in json.load(open(f"{out}/report.json"))["sections"]:
		    for t in s["tables"]:
		        got = rows(f"{s['id']}-{t['name']}")
		        assert len(got) == 1 + len(t["rows"]), t["name"]
		        assert all(len(r) == len(got[0]) for r in got), t["name"]
		    for f in s["figures"]:
		        if "values" not in f:
		            continue
		        got = rows(f"{s['id']}-figure-{f['name']}")
		        assert got[0] == list(f["values"]), f["name"]
		        want = zip(*f["values"].values())
		        assert [tuple(map(int, r)) for r in got[1:]] == list(want)
	END
	ls out/plots/R06-hosts.dat out/plots/R06-hosts.gp
	for plot in out/plots/*.gp; do
		grep -q '</svg>' "${plot%.gp}.svg"
	done
}

@test "the page is the same for any number of threads, and with labels masked for any key" {
	make_dataset
	"$FLOWVEIL" report --threads 1 -o one flows.h5
	"$FLOWVEIL" report --threads 3 -o three flows.h5
	diff -r one three
	"$FLOWVEIL" key new other.key >/dev/null 2>&1
	"$FLOWVEIL" convert --key file:other.key -o other.h5 --records primitive \
		flows.pcap >/dev/null
	"$FLOWVEIL" report --mask-labels -o a flows.h5
	"$FLOWVEIL" report --mask-labels -o b other.h5
	diff -r a b
	"$FLOWVEIL" report -o c flows.h5
	run ! cmp -s a/report.html c/report.html
}

@test "plots need a directory, and gnuplot" {
	make_dataset
	run "$FLOWVEIL" report --plots flows.h5
	[ "$status" -eq 2 ]
	[[ "$output" == *"-o DIR"* ]]
	PATH=/nowhere run "$FLOWVEIL" report --plots -o out flows.h5
	[ "$status" -eq 1 ]
	[[ "$output" == *"gnuplot-nox"* ]]
	[ ! -e out ]
}

@test "any host can be looked at closely, by its published address" {
	make_dataset
	host=$("$FLOWVEIL" report --json --only R15 flows.h5 |
		/usr/bin/python3 -c 'import json, sys; print(json.load(sys.stdin)["sections"][1]["tables"][0]["rows"][2]["host"]["label"])')
	"$FLOWVEIL" report --host "$host" -o out flows.h5
	grep -q "Host asked for  *$host" out/report.txt
	grep -q "Host asked for: <strong>$host</strong>" out/report.html
	run "$FLOWVEIL" report --host 192.0.2.77 flows.h5
	[ "$status" -eq 2 ]
	[[ "$output" == *"no host of these datasets is called '192.0.2.77'"* ]]
}

@test "an address at several sites has to be named with its site" {
	make_dataset
	for site in lobby garden; do
		# In one space: private addresses of two sites differ otherwise.
		"$FLOWVEIL" convert --key file:test.key -o $site.h5 --site $site \
			--canonical flows.pcap >/dev/null
	done
	host=$("$FLOWVEIL" report --json --only R15 lobby.h5 |
		/usr/bin/python3 -c 'import json, sys; print(json.load(sys.stdin)["sections"][1]["tables"][0]["rows"][0]["host"]["label"])')
	run "$FLOWVEIL" report --host "$host" lobby.h5 garden.h5
	[ "$status" -eq 2 ]
	[[ "$output" == *"2 hosts are called '$host', by their site"* ]]
	[[ "$output" == *"'$host at "* ]]
	"$FLOWVEIL" report --host "$host at lobby" lobby.h5 garden.h5 >report.txt
	grep -q "$host at lobby" report.txt
}

@test "only the results that were asked for" {
	make_dataset
	run "$FLOWVEIL" report --only R06 flows.h5
	[ "$status" -eq 0 ]
	[[ "$output" == *R06* ]]
	[[ "$output" != *R09* ]]
	"$FLOWVEIL" report --only R06,R19 -o some flows.h5
	/usr/bin/python3 "$BATS_TEST_DIRNAME/../html_check.py" some/report.html
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

@test "R28 is six results, and each says so where it has nothing" {
	cd "$BATS_TEST_TMPDIR"
	"$FLOWVEIL" generate -q --profile today --scale 0.05 --days 2 --snaplen 134 -o month
	"$FLOWVEIL" key new key
	"$FLOWVEIL" convert -q --key file:key --records primitive \
		--internal 10.1.0.0/16 --outbound month/*-outbound-*-01.pcap \
		--inbound month/*-inbound-*-01.pcap -o inside.h5
	"$FLOWVEIL" convert -q --key file:key --internal 192.0.2.0/24 \
		--outbound month/*-outbound-*-01.pcap -o nobody.h5
	"$FLOWVEIL" report --only R28 inside.h5 >inside
	[ "$(awk 'length > 80' inside | wc -l)" -eq 0 ]
	[ "$(grep -c '^R28[a-f]' inside)" -eq 6 ]
	run ! grep -q '^R27' inside
	grep -q 'WireGuard' inside
	grep -q 'nothing to compare' inside
	"$FLOWVEIL" report --only R28 nobody.h5 >nobody
	[ "$(grep -c 'known to be internal' nobody)" -eq 6 ]
	"$FLOWVEIL" report --only R28c inside.h5 >one
	[ "$(grep -c '^R28' one)" -eq 1 ]
}

@test "a result whose column a policy dropped says so, and the rest stands" {
	make_dataset
	"$FLOWVEIL" report flows.h5 >whole
	/usr/bin/python3 - <<-'PY'
		import h5py
		with h5py.File("flows.h5", "r+") as f:
		    f["flows/tcp_flags"].attrs["anonymization_technique"] = \
		        "black-marker anonymization"
		    f["flows/tcp_flags"][:] = 0
	PY
	"$FLOWVEIL" report flows.h5 >dropped
	cmp <(grep -oE '^R[0-9]+[a-f]?  ' whole) \
		<(grep -oE '^R[0-9]+[a-f]?  ' dropped)
	grep -A5 '^R23  Left out' dropped | grep -q 'policy of the release dropped: tcp_flags'
	grep -q '^R06  Outbound' dropped
	diff <(sed -n '/^R06/,/^R07/p' whole) <(sed -n '/^R06/,/^R07/p' dropped)
	# A host that is chosen by what was dropped is not looked at, either.
	/usr/bin/python3 - <<-'PY'
		import h5py
		with h5py.File("flows.h5", "r+") as f:
		    f["flows/destination"].attrs["anonymization_technique"] = \
		        "black-marker anonymization"
	PY
	"$FLOWVEIL" report --only R15,R24 --json flows.h5 >neither
	[ "$(grep -c 'release dropped: destination' neither)" -ge 2 ]
}

# A capture of ${2} packets of IPv6 alone, from one host to another.
make_ipv6() {
	/usr/bin/python3 - "$1" "$2" <<-'PYTHON'
		import ipaddress, struct, sys
		path, n = sys.argv[1], int(sys.argv[2])
		ends = [ipaddress.ip_address(a).packed for a in ("2001:db8::1", "2001:db8:1::2")]
		udp = struct.pack(">HHHH", 40000, 53, 8, 0)
		packet = struct.pack(">IHBB", 6 << 28, len(udp), 17, 64) + ends[0] + ends[1] + udp
		with open(path, "wb") as file:
		    file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 229))
		    for i in range(n):
		        file.write(struct.pack("<IIII", 1225497600 + i, 0, len(packet), len(packet)) + packet)
	PYTHON
}

@test "IPv6 alone, and a single packet, make whole reports" {
	for n in 1 25; do
		make_ipv6 six.pcap "$n"
		"$FLOWVEIL" convert -q --key file:test.key --replace --records primitive \
			--internal 2001:db8::/48 -o six.h5 six.pcap
		rm -rf six
		"$FLOWVEIL" report -o six six.h5
		/usr/bin/python3 "$BATS_TEST_DIRNAME/../html_check.py" six/report.html
		# Every result has its place, and what needs IPv4 says what it lacks.
		for id in R02 R06 R09 R12 R15 R16 R23 R26 R27 R28A R28F; do
			grep -qi "^$id " six/report.txt
		done
		grep -q "Addresses *2$" six/report.txt
		grep -q "Hosts that sent any *1 " six/report.txt
		grep -qi "IPv4" six/report.txt
	done
}
