#!/usr/bin/env bats
# Biflows (RFC 5103): one record for both directions of a session.
load common

setup() {
	: "${FLOWVEIL:?}" "${CAPGEN:?}"
	cd "$BATS_TEST_TMPDIR" || return 1
	reference_key
}

# capture FILE TIME:FLAGS:SEQUENCE:ACKNOWLEDGED:FROM[:PORT[:VLAN]]...: a capture
# of TCP headers between the client 10.0.0.1 (FROM is c) and the server
# 192.0.2.1 (s), each of 20 bytes.
capture() {
	/usr/bin/python3 - "$@" <<-'PY'
		import struct, sys
		out = struct.pack("<IHHIIII", 0xa1b23c4d, 2, 4, 0, 0, 262144, 1)
		hosts = {"c": bytes([10, 0, 0, 1]), "s": bytes([192, 0, 2, 1])}
		bits = {"F": 1, "S": 2, "R": 4, "P": 8, "A": 16}
		for row in sys.argv[2:]:
		    time, flags, seq, ack, who, *more = row.split(":")
		    port = int(more[0]) if more and more[0] else 40001
		    vlan = int(more[1]) if len(more) > 1 else 0
		    ports = (port, 443) if who == "c" else (443, port)
		    a, b = ("c", "s") if who == "c" else ("s", "c")
		    tcp = struct.pack(">HHIIBBHHH", *ports, int(seq) % 2**32,
		                      int(ack) % 2**32, 0x50,
		                      sum(bits[f] for f in flags), 1024, 0, 0)
		    ip = struct.pack(">BBHHHBBH", 0x45, 0, 40, 0, 0, 64, 6, 0)
		    frame = bytes(12) + (struct.pack(">HH", 0x8100, vlan) if vlan else b"")
		    frame += b"\x08\x00" + ip + hosts[a] + hosts[b] + tcp
		    out += struct.pack("<IIII", int(time), 0, len(frame), len(frame))
		    out += frame
		open(sys.argv[1], "wb").write(out)
	PY
}

# column FILE TABLE/COLUMN: its values.
column() {
	/usr/bin/python3 -c 'import h5py, sys
print(*h5py.File(sys.argv[1])[sys.argv[2]][:])' "$1" "$2"
}

# The two directions of one session, of four packets each.
OUT=(100:S:10:0:c 102:A:11:21:c 104:FA:11:21:c 107:A:12:22:c)
IN=(101:SA:20:11:s 103:A:21:11:s 105:A:21:12:s 106:FA:21:12:s)

expect_session() {
	[ "$(column "$1" flows/destination_port)" = 443 ]
	[ "$(column "$1" flows/packets)" = 4 ]
	[ "$(column "$1" flows/reverse_packets)" = 4 ]
	[ "$(column "$1" flows/bytes)" = 160 ]
	[ "$(column "$1" flows/reverse_bytes)" = 160 ]
	[ "$(column "$1" flows/start_time)" = 100000000000 ]
	[ "$(column "$1" flows/reverse_start_time)" = 101000000000 ]
	[ "$(column "$1" flows/duration)" = 7000000000 ]
	[ "$(column "$1" flows/reverse_duration)" = 5000000000 ]
	[ "$(column "$1" flows/initial_tcp_flags)" = 2 ]
	[ "$(column "$1" flows/reverse_initial_tcp_flags)" = 18 ]
	[ "$(column "$1" flows/biflow_direction)" = 1 ]
	[ "$(column "$1" flows/initiator_source)" = 3 ]
	[ "$(column "$1" flows/direction)" = 1 ]
}

@test "outbound and inbound of one session in two files are one biflow" {
	capture out.pcap "${OUT[@]}"
	capture in.pcap "${IN[@]}"
	convert -o a.h5 --policy open --records biflow --outbound out.pcap --inbound in.pcap
	[ "$status" -eq 0 ]
	expect_session a.h5
	[ "$(column a.h5 flows/end_reason)" = 3 ]
	convert -o b.h5 --policy open --records biflow --inbound in.pcap --outbound out.pcap
	cmp a.h5 b.h5
}

@test "concatenated in one file, too, in either order" {
	capture out-in.pcap "${OUT[@]}" "${IN[@]}"
	capture in-out.pcap "${IN[@]}" "${OUT[@]}"
	for order in out-in in-out; do
		convert -o $order.h5 --policy open --records biflow $order.pcap
		[ "$status" -eq 0 ]
		expect_session $order.h5
	done
}

@test "rule 3: a closed connection takes in what comes late, as long as --tcp-linger says" {
	capture late.pcap "${OUT[@]}" "${IN[@]}" 112:R:22:0:s
	convert -o six.h5 --policy open --records biflow --tcp-linger 6 late.pcap
	[ "$(column six.h5 flows/reverse_packets)" = 5 ]
	capture sorted.pcap 100:S:10:0:c 101:SA:20:11:s 102:RA:11:21:c 105:R:21:0:s
	convert -o three.h5 --policy open --records biflow --tcp-linger 3 sorted.pcap
	[ "$(column three.h5 flows/packets)" = "2 1" ]
	[ "$(column three.h5 flows/end_reason)" = "3 3" ]
	convert -o four.h5 --policy open --records biflow --tcp-linger 4 sorted.pcap
	[ "$(column four.h5 flows/packets)" = 2 ]
	[ "$(column four.h5 flows/reverse_packets)" = 2 ]
}

@test "rule 4: a SYN with another sequence number begins another biflow" {
	capture reuse.pcap 100:S:10:0:c 101:SA:20:11:s 102:S:10:0:c 103:S:4294967295:0:c
	convert -o reuse.h5 --policy open --records biflow reuse.pcap
	[ "$(column reuse.h5 flows/packets)" = "2 1" ]
	[ "$(column reuse.h5 flows/end_reason)" = "3 4" ]
}

@test "rule 12: VLANs are in the key only with --vlan-in-key" {
	capture vlan.pcap 100:S:10:0:c::5 101:SA:20:11:s 102:A:11:21:c::5
	for mode in uniflow biflow; do
		convert -o one-$mode.h5 --policy open --records $mode vlan.pcap
		convert -o two-$mode.h5 --policy open --records $mode --vlan-in-key vlan.pcap
	done
	[ "$(column one-biflow.h5 flows/packets)" = 2 ]
	[ "$(column one-biflow.h5 flows/reverse_packets)" = 1 ]
	[ "$(column two-biflow.h5 flows/reverse_packets)" = "0 0" ]
	[ "$(column two-biflow.h5 flows/biflow_direction)" = "2 1" ]
	[[ "$("$FLOWVEIL" dataset info two-biflow.h5)" == *"5-tuple and VLAN"* ]]
}

@test "rule 20: --max-flows bounds the flows under way, and says how many it ended" {
	capture many.pcap 100:S:1:0:c:1 101:S:1:0:c:2 102:S:1:0:c:3 103:S:1:0:c:4
	for mode in uniflow biflow; do
		convert -o $mode.h5 --policy open --records $mode --max-flows 2 many.pcap
		[ "$status" -eq 0 ]
		[[ "$stderr" == *"2 flows were ended early"* ]]
		[ "$(column $mode.h5 flows/end_reason)" = "5 5 4 4" ]
		[ "$(column $mode.h5 flows/source_port)" = "1 2 3 4" ]
	done
}

@test "biflows are verified, audited, merged and exported with all their columns" {
	capture out.pcap "${OUT[@]}"
	capture in.pcap "${IN[@]}"
	capture other.pcap 9000:S:1:0:c:50000 9001:RA:0:2:s:50000
	for policy in open partner internal; do
		convert -o $policy.h5 --policy $policy --records biflow --cut-flows \
			out.pcap in.pcap
		run "$FLOWVEIL" audit --key file:test.key $policy.h5 --raw out.pcap --raw in.pcap
		[ "$status" -eq 0 ]
		run "$FLOWVEIL" dataset info --check $policy.h5
		[ "$status" -eq 0 ]
	done
	convert -o other.h5 --policy partner --records biflow --cut-flows other.pcap
	"$FLOWVEIL" dataset merge -o both.h5 partner.h5 other.h5
	"$FLOWVEIL" dataset info --check both.h5
	[ "$(column both.h5 flows/reverse_packets)" = "4 1" ]
	"$FLOWVEIL" dataset export both.h5 >both.csv
	[[ "$(head -n 1 both.csv)" == *,reverse_packets,*,initiator_source ]]
	[[ "$(sed -n 2p both.csv)" == *,initiator,request ]] ||
		[[ "$(sed -n 2p both.csv)" == *,1,3 ]]
	"$FLOWVEIL" dataset verify both.h5
}

@test "a report over biflows is that over the same packets in one-way flows" {
	# Without what divides flows of one direction and of both otherwise:
	# timeouts, ends of TCP, and identifiers of ICMP.
	"$FLOWVEIL" generate --scale 0.02 --snaplen 134 -o month >/dev/null
	local mode whole=(--idle-timeout 1000000000 --active-timeout 0 --tcp-linger 0)
	for mode in uniflow biflow; do
		convert -o $mode.h5 --records $mode "${whole[@]}" \
			--filter 'not icmp and not icmp6' month/*.pcap
		[ "$status" -eq 0 ]
		"$FLOWVEIL" report --threads 2 --json $mode.h5 >$mode.json
	done
	cmp uniflow.json biflow.json
	# Side by side with others, and in any number of datasets.
	"$FLOWVEIL" report --json uniflow.h5 biflow.h5 >both.json
	"$FLOWVEIL" report --json uniflow.h5 uniflow.h5 >twice.json
	cmp both.json twice.json
	/usr/bin/python3 - <<-'PY'
		import h5py
		rows = {m: h5py.File(m + ".h5")["flows"].attrs["NROWS"]
		        for m in ("uniflow", "biflow")}
		assert rows["biflow"] < 0.6 * rows["uniflow"], rows
	PY
}

@test "replies of ICMP are told as replies" {
	/usr/bin/python3 - <<-'PY'
		import struct
		out = struct.pack("<IHHIIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101)
		a, b = bytes([10, 0, 0, 1]), bytes([192, 0, 2, 1])
		for i, (kind, code, ends) in enumerate(
		        ((8, 0, a + b), (0, 0, b + a), (13, 0, a + b), (14, 0, b + a),
		         (3, 1, b + a))):
		    ip = struct.pack(">BBHHHBBH", 0x45, 0, 28, i, 0, 64, 1, 0) + ends
		    ip += struct.pack(">BBHHH", kind, code, 0, 7, 0)
		    out += struct.pack("<IIII", 1000 + i, 0, 28, 28) + ip
		open("icmp.pcap", "wb").write(out)
	PY
	local mode
	for mode in uniflow biflow; do
		convert -o $mode.h5 --records $mode icmp.pcap
		"$FLOWVEIL" report --json $mode.h5 >$mode.json
	done
	[ "$(column biflow.h5 flows/reverse_packets)" = "1 1 0" ]
	cmp uniflow.json biflow.json
}

@test "IPFIX of biflows is that of RFC 5103, by its letter and by tshark" {
	capture out.pcap "${OUT[@]}"
	capture in.pcap "${IN[@]}"
	"$CAPGEN" mixed mixed.pcap
	convert -o a.h5 --records biflow out.pcap in.pcap mixed.pcap
	"$FLOWVEIL" dataset export -o a.ipfix a.h5
	/usr/bin/python3 - <<-'PY'
		import h5py
		with h5py.File("a.h5") as f:
		    back = f["flows/reverse_packets"][:]
		assert (back == 0).any() and (back > 0).any()
	PY
	run /usr/bin/python3 "$BATS_TEST_DIRNAME/../ipfix_oracle.py" a.h5 a.ipfix
	[ "$status" -eq 0 ]
	[[ "$output" == *"are the dataset's, by RFC 7011 and by tshark" ]]
	# And a file that says otherwise is noticed.
	/usr/bin/python3 - <<-'PY'
		data = bytearray(open("a.ipfix", "rb").read())
		data[-1] ^= 1
		open("changed.ipfix", "wb").write(data)
	PY
	run ! /usr/bin/python3 "$BATS_TEST_DIRNAME/../ipfix_oracle.py" a.h5 \
		changed.ipfix
}

@test "records of a kind that there is not are misuse" {
	capture out.pcap "${OUT[@]}"
	convert -o a.h5 --records both out.pcap
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"'both' is none of primitive, uniflow and biflow"* ]]
}
