#!/usr/bin/env bats
# The list of places of packets whose headers are wrong or of no use.
load common

setup() {
	: "${FLOWVEIL:?}" "${CAPGEN:?}"
	cd "$BATS_TEST_TMPDIR" || return 1
	reference_key
}

# faulty FILE [FIRST]: a capture from second FIRST on in which packets 2, 3, ...
# each break one rule, and packets 1, 8 and 11 none.
faulty() {
	/usr/bin/python3 - "$@" <<-'PY'
		import struct, sys
		A, B = bytes([192, 0, 2, 1]), bytes([198, 51, 100, 7])
		def ip(protocol, body, first=0x45, total=None):
		    total = 20 + len(body) if total is None else total
		    return struct.pack(">BBHHHBBH", first, 0, total, 0, 0, 64, protocol, 0) + A + B + body
		def udp(length=8, port=53):
		    return struct.pack(">HHHH", 4000, port, length, 0)
		def tcp(offset=5):
		    return struct.pack(">HHIIBBHHH", 4000, 80, 1, 0, offset << 4, 2, 9, 0, 0)
		def frame(packet, kind=0x0800):
		    return bytes.fromhex("020000000002020000000001") + struct.pack(">H", kind) + packet
		frames = [
		    frame(ip(17, udp())),
		    frame(ip(17, udp(), first=0x65)),          # ip_version
		    frame(ip(17, udp(), first=0x44)),          # ip_header_length
		    frame(ip(17, udp(), total=19)),            # ip_total_length
		    frame(ip(6, tcp(4))),                      # tcp_offset
		    frame(ip(17, udp(7))),                     # udp_length
		    frame(bytes(28), 0x0806),                  # arp
		    frame(ip(17, udp())),
		    frame(ip(4, ip(17, udp(), first=0x44))),   # tunnel_malformed
		    frame(ip(6, tcp()))[:46],                  # transport_short
		    frame(ip(4, ip(6, tcp(4)))),               # tunnel_transport
		    frame(ip(17, udp()))[:20],                 # ip_short
		]
		first = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
		out = struct.pack("<IHHIIII", 0xa1b23c4d, 2, 4, 0, 0, 262144, 1)
		for n, f in enumerate(frames):
		    wire = len(f) + (20 if n in (9, 11) else 0)
		    out += struct.pack("<IIII", first + 10 * n, n, len(f), wire) + f
		open(sys.argv[1], "wb").write(out)
	PY
}

# agrees LIST: rows for each reason are as many as the counter in the JSON of
# $output says, and a packet that is neither recorded nor asked to be left out
# has exactly one row that says rejected.  Prints how many rows there are.
agrees() {
	/usr/bin/python3 - "$1" "$output" <<-'PY'
		import collections, csv, json, re, sys
		rows = list(csv.DictReader(open(sys.argv[1])))
		counters = json.loads(sys.argv[2])["counters"]
		reasons = collections.Counter(r["reason"] for r in rows)
		for reason, n in reasons.items():
		    assert counters[reason] == n, (reason, n, counters[reason])
		for note in ("tunnel_short", "tunnel_malformed", "tunnel_deep",
		             "tunnel_transport", "transport_short", "tcp_offset", "udp_length"):
		    assert counters[note] == reasons[note], (note, reasons)
		rejected = collections.Counter((r["capture"], r["packet"]) for r in rows
		                               if r["fate"] == "rejected" and r["reason"]
		                               not in ("transport_short", "tcp_offset", "udp_length"))
		asked = sum(counters[c] for c in ("before_window", "after_window", "filtered",
		                                  "duplicates_dropped"))
		lost = counters["packets_read"] - counters["packets_recorded"] - asked
		assert set(rejected.values()) <= {1}
		assert len(rejected) == lost, (len(rejected), lost)
		line = re.compile(r"\d+,\d+,\d*,(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z)?,"
		                  r"\d+,\d+,(recorded|rejected),[a-z0-9_]+\n")
		text = open(sys.argv[1], newline="").readlines()
		assert all(line.fullmatch(row) for row in text[1:]), text
		print(len(rows))
	PY
}

# reasons LIST: packet and reason of each row.
reasons() {
	cut -d, -f2,8 "$1" | tail -n +2 | paste -sd' '
}

@test "rule 9: each packet that fails a check is listed with its counter" {
	faulty faulty.pcap
	convert -o a.h5 --json --tunnels inner --quarantine a.csv faulty.pcap
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "$(reasons a.csv)" = "2,ip_version 3,ip_header_length 4,ip_total_length 5,tcp_offset 6,udp_length 7,arp 9,tunnel_malformed 10,transport_short 11,tunnel_transport 12,ip_short" ]
	[ "$(agrees a.csv)" -eq 10 ]
	[ "$(grep -c ',recorded,' a.csv)" -eq 5 ]
	# The outer packets alone: nothing is told of what is in tunnels.
	convert -o b.h5 --json --quarantine b.csv faulty.pcap
	[ "$(agrees b.csv)" -eq 8 ]
	[ "$(grep -c tunnel b.csv)" -eq 0 ]
}

@test "rows of the list are as many as the counters say, of every made-up capture" {
	"$CAPGEN" mixed mixed.pcap
	"$CAPGEN" links links.pcapng
	"$CAPGEN" tunnels tunnels.pcap
	for file in mixed.pcap links.pcapng tunnels.pcap; do
		for tunnels in outer inner both; do
			convert -o x.h5 --replace --json --tunnels $tunnels --quarantine x.csv $file
			[ "$status" -eq 0 ]
			agrees x.csv
		done
	done
	convert -o x.h5 --replace --json --quarantine x.csv mixed.pcap links.pcapng tunnels.pcap
	[ "$(agrees x.csv)" -gt 10 ]
	# It can fail.
	sed -i 2d x.csv
	run agrees x.csv
	[ "$status" -ne 0 ]
}

@test "the list leads to the packet, by tshark's number and by the offset" {
	"$CAPGEN" mixed mixed.pcap
	faulty faulty.pcap
	for file in mixed.pcap faulty.pcap; do
		convert -q -o x.h5 --replace --quarantine x.csv $file
		tshark -r $file -t u -T fields -e frame.number -e frame.time_epoch \
			-e frame.cap_len -e frame.len >tshark.txt 2>/dev/null
		/usr/bin/python3 - $file <<-'PY'
			import csv, datetime, struct, sys
			seen = {}
			for line in open("tshark.txt"):
			    number, time, captured, length = line.split()
			    seen[number] = (time, captured, length)
			data = open(sys.argv[1], "rb").read()
			rows = list(csv.DictReader(open("x.csv")))
			assert len(rows) >= 8
			for r in rows:
			    time, captured, length = seen[r["packet"]]
			    assert (captured, length) == (r["captured_length"], r["wire_length"]), r
			    whole, fraction = r["time"].rstrip("Z").split(".")
			    whole = datetime.datetime.fromisoformat(whole + "+00:00").timestamp()
			    assert f"{int(whole)}.{fraction}" == time, (r, time)
			    _, _, there, wire = struct.unpack_from("<IIII", data, int(r["offset"]))
			    assert (str(there), str(wire)) == (captured, length), r
		PY
	done
}

@test "what was asked to be left out is not listed" {
	faulty faulty.pcap
	convert -o a.h5 --json --quarantine a.csv --filter udp --from 1970-01-01T00:17:21Z faulty.pcap
	[ "$status" -eq 0 ]
	[ "$(reasons a.csv)" = "6,udp_length" ]
	agrees a.csv
	# The same frames again, at the same times: each a copy of the one before.
	/usr/bin/python3 - <<-'PY'
		import struct
		data = open("faulty.pcap", "rb").read()
		out, at = data[:24], 24
		while at < len(data):
		    length = 16 + struct.unpack_from("<I", data, at + 8)[0]
		    out += data[at:at + length] * 2
		    at += length
		open("twice.pcap", "wb").write(out)
	PY
	convert -o b.h5 --json --quarantine b.csv --drop-duplicates twice.pcap
	[ "$status" -eq 0 ]
	agrees b.csv
	[ "$(grep -c duplicates b.csv)" -eq 0 ]
	[ "$(grep -c 'recorded,tcp_offset' b.csv)" -eq 1 ]
	[ "$(grep -c 'rejected,tcp_offset' b.csv)" -eq 1 ]
}

@test "the list is the same for any number of threads, a pipe, an archive, a folder" {
	faulty one.pcap 1000
	faulty two.pcap 1005
	convert -q -o a.h5 --quarantine a.csv --threads 1 one.pcap two.pcap
	[ "$(cut -d, -f1 a.csv | sort -u | paste -sd' ')" = "0 1 capture" ]
	# Taps side by side: their packets alternate.
	[ "$(cut -d, -f1 a.csv | sed -n 2,5p | paste -sd' ')" = "0 1 0 1" ]
	convert -q -o b.h5 --quarantine b.csv --threads 4 two.pcap one.pcap
	cmp a.csv b.csv
	convert -q -o c.h5 --quarantine c.csv.gz one.pcap two.pcap
	gzip -dc c.csv.gz | cmp - a.csv
	convert -q --shards parts --rotate 60 --quarantine d.csv one.pcap two.pcap
	[ "$(find parts -name '*.h5' | wc -l)" -gt 1 ]
	cmp a.csv d.csv
	# A run that was stopped left no list; what goes on from it lists all.
	rm "$(find parts -name '*.h5' | sort | tail -n 1)"
	convert -q --shards parts --rotate 60 --resume --quarantine e.csv one.pcap two.pcap
	[ "$status" -eq 0 ]
	cmp a.csv e.csv
	convert -q -o f.h5 --quarantine one.csv one.pcap
	for file in one.pcap.gz one.tar.xz one.zip; do
		case $file in
		*.gz) gzip -k one.pcap ;;
		*.xz) tar -cJf one.tar.xz one.pcap ;;
		*.zip) /usr/bin/python3 -m zipfile -c one.zip one.pcap ;;
		esac
		convert -q -o f.h5 --replace --quarantine f.csv $file
		cmp one.csv f.csv
	done
	convert -q -o f.h5 --replace --quarantine f.csv - <one.pcap
	cmp one.csv f.csv
	# Times are the capture's own.
	convert -q -o f.h5 --replace --quarantine f.csv --inbound one.pcap --inbound-offset 5
	cmp one.csv f.csv
}

@test "the list changes nothing in the dataset" {
	faulty faulty.pcap
	convert -q -o a.h5 faulty.pcap
	convert -q -o b.h5 --quarantine b.csv faulty.pcap
	cmp a.h5 b.h5
}

@test "the list appears whole or not at all" {
	faulty faulty.pcap
	echo mine >there.csv
	convert -o a.h5 --quarantine there.csv faulty.pcap
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"there.csv"*"exists"* ]]
	[ "$(cat there.csv)" = mine ]
	[ ! -e a.h5 ]
	convert -o a.h5 --quarantine no/such/list.csv faulty.pcap
	[ "$status" -eq 1 ]
	[ ! -e a.h5 ]
	convert -o a.h5 --quarantine a.h5 faulty.pcap
	[ "$status" -eq 2 ]
	[ ! -e a.h5 ]
	echo 'no capture' >no.pcap
	convert -o a.h5 --quarantine list.csv faulty.pcap no.pcap
	[ "$status" -eq 1 ]
	[ ! -e a.h5 ]
	convert --shards parts --quarantine parts/list.csv no.pcap
	[ "$status" -eq 1 ]
	[ "$(find . -name '*list.csv*' | wc -l)" -eq 0 ]
	[ ! -e parts ]
	convert -q -o a.h5 --replace --quarantine there.csv faulty.pcap
	[ "$status" -eq 0 ]
	[ "$(head -c 8 there.csv)" = capture, ]
	# Without a fault, it is a line of names.
	"$CAPGEN" flows 100 10 flows.pcap
	convert -q -o b.h5 --quarantine b.csv flows.pcap
	[ "$(wc -l <b.csv)" -eq 1 ]
}

@test "packets behind damage are found by their offset" {
	faulty faulty.pcap
	/usr/bin/python3 - <<-'PY'
		import struct
		data = bytearray(open("faulty.pcap", "rb").read())
		struct.pack_into("<I", data, 24 + 8, 0x7fffffff)
		open("damaged.pcap", "wb").write(data)
	PY
	convert -o a.h5 --json --quarantine a.csv damaged.pcap
	[ "$status" -eq 3 ]
	[[ "$stderr" == *"damaged.pcap: byte 24"* ]]
	agrees a.csv
	convert -q -o b.h5 --quarantine b.csv faulty.pcap
	# One packet is missing, and numbers count what was read.
	cut -d, -f3- b.csv >whole.txt
	cut -d, -f3- a.csv | cmp - whole.txt
}
