#!/usr/bin/env bats
load common

anonymize() {
	run --separate-stderr "$FLOWVEIL" anonymize --key file:test.key "$@"
}

@test "each packet ends in one counter, and those written are in the capture" {
	anonymize -o out.pcapng --json mixed.pcap
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	/usr/bin/python3 - "$output" <<-'PY'
		import json, sys
		c = json.loads(sys.argv[1])
		assert c["packets_read"] == 32 and c["packets_written"] == 21, c
		assert sum(c["left_out"].values()) == 11, c
		assert c["left_out"]["arp"] == 1, c
	PY
	convert -o out.h5 --json --records primitive out.pcapng
	[ "$status" -eq 0 ]
	[[ "$output" == *'"packets_read": 21,'* ]]
	[[ "$output" == *'"packets_recorded": 21,'* ]]
}

@test "the counters are told as text, and quiet means quiet" {
	anonymize -o a.pcap mixed.pcap
	[ "$status" -eq 0 ]
	[[ "$output" == *"packets written"*" 21 "* ]]
	[[ "$output" == *"left out, by reason"*"ARP or RARP"* ]]
	anonymize -o b.pcap -q mixed.pcap
	[ "$status" -eq 0 ]
	[ -z "$output$stderr" ]
}

@test "a capture and its headers convert to the same columns, and tshark agrees" {
	"$CAPGEN" flows 20000 300 flows.pcap
	FLOWVEIL=$FLOWVEIL "$BATS_TEST_DIRNAME"/../packets_check.py mixed.pcap \
		flows.pcap
}

@test "the same input gives the same bytes, for any number of threads" {
	"$CAPGEN" flows 100000 3000 flows.pcap
	for name in out.pcap out.pcapng out.pcap.gz out.pcapng.zst; do
		for threads in 1 2 5; do
			anonymize -o "$threads-$name" --threads $threads \
				flows.pcap mixed.pcap
			[ "$status" -eq 0 ]
		done
		cmp "1-$name" "2-$name"
		cmp "2-$name" "5-$name"
	done
	cmp <(gzip -dc 1-out.pcap.gz) 1-out.pcap
	cmp <(zstd -dcq 1-out.pcapng.zst) 1-out.pcapng
}

@test "captures done apart are the same packets as done together, by time" {
	"$CAPGEN" flows 5000 30 flows.pcap
	anonymize -q -o both.pcap flows.pcap mixed.pcap
	anonymize -q -o one.pcap mixed.pcap
	anonymize -q -o two.pcap flows.pcap
	/usr/bin/python3 - <<-'PY'
		import struct
		def records(name):
		    data, at = open(name, "rb").read(), 24
		    while at < len(data):
		        end = at + 16 + struct.unpack_from("<I", data, at + 8)[0]
		        yield data[at:end]
		        at = end
		both = list(records("both.pcap"))
		apart = [*records("one.pcap"), *records("two.pcap")]
		assert sorted(both) == sorted(apart) and len(both) > 5000, len(both)
		times = [struct.unpack_from("<II", r) for r in both]
		assert times == sorted(times)
	PY
}

@test "another key gives other packets" {
	"$FLOWVEIL" key new other.key >/dev/null 2>&1
	anonymize -q -o one.pcap mixed.pcap
	"$FLOWVEIL" anonymize --key file:other.key -q -o two.pcap mixed.pcap
	run ! cmp -s one.pcap two.pcap
}

@test "a damaged capture gives what is before the damage, and status 3" {
	head -c 1000 mixed.pcap >cut.pcap
	anonymize -o out.pcap --json cut.pcap
	[ "$status" -eq 3 ]
	[[ "$stderr" =~ cut\.pcap:\ byte\ [0-9]+ ]]
	[ -f out.pcap ]
	[[ "$output" == *'"faults": 1'* ]]
}

@test "nothing of a pcapng but its packets is in the output" {
	/usr/bin/python3 - <<-'PY'
		import struct
		def option(code, value):
		    return struct.pack("<HH", code, len(value)) + value + \
		        bytes(-len(value) % 4)
		def block(kind, body):
		    n = len(body) + 12
		    return struct.pack("<II", kind, n) + body + struct.pack("<I", n)
		MARK = b"Kilroy-was-here!"
		packet = open("mixed.pcap", "rb").read()[40:40 + 66]
		end = bytes(4)
		with open("marked.pcapng", "wb") as f:
		    f.write(block(0x0a0d0d0a, struct.pack(
		        "<IHHq", 0x1a2b3c4d, 1, 0, -1) + b"".join(
		        option(c, MARK) for c in (1, 2, 3, 4)) + end))
		    f.write(block(1, struct.pack("<HHI", 1, 0, 0) + b"".join(
		        option(c, MARK) for c in (1, 2, 3, 11, 12, 15)) +
		        option(4, MARK[:8]) + option(5, MARK + b"\x40") +
		        option(6, MARK[:6]) + option(7, MARK[:8]) + end))
		    f.write(block(6, struct.pack("<IIIII", 0, 0x50000, 7, len(packet),
		        len(packet)) + packet + bytes(-len(packet) % 4) +
		        option(1, MARK) + option(3, b"\x02" + MARK) +
		        option(7, MARK) + end))
		    f.write(block(4, option(1, bytes((192, 0, 2, 1)) + MARK + b"\0") +
		        end + option(2, MARK) + end))
		    f.write(block(10, struct.pack("<II", 0x544c534b, 16) + MARK))
		    f.write(block(9, MARK))
		    f.write(block(0xbad, struct.pack("<I", 32473) + MARK))
		    f.write(block(5, struct.pack("<III", 0, 0x50000, 8) +
		        option(1, MARK) + end))
	PY
	for name in out.pcapng out.pcap; do
		anonymize -o $name marked.pcapng
		[ "$status" -eq 0 ]
		[[ "$output" == *"packets written"*" 1 "* ]]
		run grep -c -e 'Kil' -e 'roy' -e 'was-' -e 'here' $name
		[ "$status" -eq 1 ]
	done
}

@test "an output that cannot be is refused before anything is read" {
	anonymize -o out.h5 mixed.pcap
	[ "$status" -eq 2 ]
	[[ "$stderr" == *".pcap or .pcapng"* ]]
	touch there.pcap
	anonymize -o there.pcap mixed.pcap
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"there.pcap"*"--replace"* ]] ||
		[[ "$stderr" == *"there.pcap"*"exists"* ]]
	[ ! -s there.pcap ]
	anonymize -o there.pcap --replace -q mixed.pcap
	[ "$status" -eq 0 ]
	[ -s there.pcap ]
}

@test "what is missing is told" {
	run --separate-stderr "$FLOWVEIL" anonymize -o out.pcap mixed.pcap
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"--key is missing"* ]]
	anonymize mixed.pcap
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"-o is missing"* ]]
	anonymize -o out.pcap
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"no capture is named"* ]]
	anonymize -o out.pcap nothing.pcap
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"nothing.pcap"* ]]
	[ ! -e out.pcap ]
}

@test "without link headers, packets begin with IP" {
	anonymize -q -o out.pcap --without-link mixed.pcap
	[ "$status" -eq 0 ]
	[ "$(od -An -tu4 -j20 -N4 out.pcap | tr -d ' ')" -eq 101 ]
	run tshark -n -r out.pcap -Y 'eth || vlan'
	[ "$status" -eq 0 ]
	[[ "$output" != *"TCP"* ]]
}
