#!/usr/bin/env bats
# Time, taps, windows, damage and copies: the converter's rules on them.
load common

setup() {
	: "${FLOWVEIL:?}" "${CAPGEN:?}"
	cd "$BATS_TEST_TMPDIR" || return 1
	reference_key
}

# capture FILE [SECONDS:SOURCE:DESTINATION:ID[:TTL]]...: a capture of UDP
# packets from host SOURCE to host DESTINATION of 192.0.2.0/24.
capture() {
	/usr/bin/python3 - "$@" <<-'PY'
		import struct, sys
		out = struct.pack("<IHHIIII", 0xa1b23c4d, 2, 4, 0, 0, 262144, 101)
		for row in sys.argv[2:]:
		    time, a, b, ident, *ttl = row.split(":")
		    whole, _, part = time.partition(".")
		    ip = struct.pack(">BBHHHBBHBBBBBBBB", 0x45, 0, 36, int(ident), 0,
		                     int((ttl or ["64"])[0]), 17, 0,
		                     192, 0, 2, int(a), 192, 0, 2, int(b))
		    udp = struct.pack(">HHHHQ", 1000 + int(a), 1000 + int(b), 16, 0, 0)
		    out += struct.pack("<IIII", int(whole), int((part + "0" * 9)[:9]), 36, 36)
		    out += ip + udp
		open(sys.argv[1], "wb").write(out)
	PY
}

# counter NAME: of the JSON that convert printed.
counter() {
	/usr/bin/python3 -c 'import json, sys
print(json.loads(sys.argv[1])["counters"][sys.argv[2]])' "$output" "$1"
}

# column FILE TABLE/COLUMN: its values.
column() {
	/usr/bin/python3 -c 'import h5py, sys
print(*h5py.File(sys.argv[1])[sys.argv[2]][:])' "$1" "$2"
}

@test "rule 1: taps side by side are merged by time, in whatever order they are named" {
	capture out.pcap 100:1:9:1 102:1:9:2 104:1:9:3
	capture in.pcap 101:9:1:1 103:9:1:2 105:9:1:3
	for mode in primitive uniflow; do
		convert -o a.h5 --replace --records $mode --outbound out.pcap --inbound in.pcap
		[ "$status" -eq 0 ]
		convert -o b.h5 --replace --records $mode --inbound in.pcap --outbound out.pcap
		[ "$status" -eq 0 ]
		cmp a.h5 b.h5
	done
	convert -o a.h5 --replace --records primitive --outbound out.pcap --inbound in.pcap
	[ "$(column a.h5 flows/direction)" = "1 2 1 2 1 2" ]
	[ "$(column a.h5 flows/capture)" = "0 1 0 1 0 1" ]
}

@test "rule 1: rotated files follow each other, in whatever order they are named" {
	capture 1.pcap 100:1:9:1 101:1:9:2
	capture 2.pcap 102:1:9:3 103:1:9:4
	capture 3.pcap 104:1:9:5
	convert -o a.h5 3.pcap 1.pcap 2.pcap
	[ "$status" -eq 0 ]
	convert -o b.h5 1.pcap 2.pcap 3.pcap
	cmp a.h5 b.h5
	[ "$(column a.h5 flows/packets)" = 5 ]
	[ "$(column a.h5 flows/duration)" = 4000000000 ]
}

@test "rule 1: a file out of order loses nothing, and its disorder is counted" {
	capture back.pcap 1000:1:9:1 1500:1:9:2 900:1:9:3 901:1:9:4 902:1:9:5
	convert -o a.h5 --json back.pcap
	[ "$status" -eq 0 ]
	[ "$(counter packets_recorded)" -eq 5 ]
	[ "$(counter time_disorder)" -eq 3 ]
	[ "$(column a.h5 captures/step_back)" = 600000000000 ]
	# The three behind the step are one flow, not one each.
	[[ " $(column a.h5 flows/packets) " == *" 3 "* ]]
}

@test "rule 1: both directions one after the other in one file are the same flows" {
	capture out.pcap 100:1:9:1 900:1:9:2 901:1:9:3
	capture in.pcap 100.5:9:1:1 101:9:1:2 900.5:9:1:3
	capture both.pcap 100:1:9:1 900:1:9:2 901:1:9:3 100.5:9:1:1 101:9:1:2 900.5:9:1:3
	convert -o a.h5 out.pcap in.pcap
	convert -o b.h5 both.pcap
	for c in start_time duration packets bytes; do
		[ "$(column a.h5 flows/$c | tr ' ' '\n' | sort)" = \
			"$(column b.h5 flows/$c | tr ' ' '\n' | sort)" ]
	done
}

@test "rule 1: one clock that is off is put right, and the dataset says so" {
	capture out.pcap 100:1:9:1 102:1:9:2
	capture in.pcap 40.75:9:1:1 42.75:9:1:2
	convert -o a.h5 --records primitive --outbound out.pcap --inbound in.pcap \
		--inbound-offset 60.25
	[ "$status" -eq 0 ]
	[ "$(column a.h5 flows/start_time)" = \
		"100000000000 101000000000 102000000000 103000000000" ]
	[ "$(column a.h5 captures/clock_offset)" = "0 60250000000" ]
	convert -o b.h5 --records primitive --outbound out.pcap --inbound in.pcap \
		--outbound-offset=-60.25
	[ "$(column b.h5 flows/direction)" = "1 2 1 2" ]
}

@test "rule 2: a label gives the direction, whatever the addresses say" {
	capture out.pcap 100:1:9:1
	convert -o a.h5 --inbound out.pcap --internal 192.0.2.1/32
	[ "$(column a.h5 flows/direction)" = 2 ]
	[ "$(column a.h5 flows/direction_source)" = 1 ]
	convert -o b.h5 out.pcap --internal 192.0.2.1/32
	[ "$(column b.h5 flows/direction)" = 1 ]
	[ "$(column b.h5 flows/direction_source)" = 3 ]
}

@test "rule 16: copies are counted, and dropped when asked, never across captures" {
	capture a.pcap 100:1:9:1 100.0009:1:9:1:63 100.5:1:9:1 100.6:1:9:2
	convert -o a.h5 --json --records primitive a.pcap
	[ "$status" -eq 0 ]
	[ "$(counter duplicates)" -eq 1 ]
	[ "$(counter packets_recorded)" -eq 4 ]
	convert -o b.h5 --json --records primitive --drop-duplicates a.pcap
	[ "$status" -eq 0 ]
	[ "$(counter duplicates_dropped)" -eq 1 ]
	[ "$(counter packets_recorded)" -eq 3 ]
	[ "$(counter ipv4)" -eq 3 ]
	cp a.pcap b.pcap
	convert -o c.h5 --json --drop-duplicates a.pcap b.pcap
	[ "$(counter duplicates_dropped)" -eq 2 ]
}

@test "rule 17: times last to 2106, fractions are carried over, and both are counted" {
	/usr/bin/python3 - <<-'PY'
		import struct
		ip = bytes.fromhex("4500001400010000400100000000000000000000")
		ip = ip[:12] + bytes([192, 0, 2, 1, 192, 0, 2, 2])
		out = struct.pack("<IHHIIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 101)
		for s, us in ((2**31 + 5, 7), (2**32 - 1, 999999), (2**31 + 5, 1500000)):
		    out += struct.pack("<IIII", s, us, 20, 20) + ip
		open("late.pcap", "wb").write(out)
	PY
	convert -o a.h5 --json --records primitive late.pcap
	[ "$status" -eq 0 ]
	[ "$(counter time_fraction)" -eq 1 ]
	[ "$(column a.h5 flows/start_time)" = \
		"2147483653000007000 4294967295999999000 2147483654500000000" ]
}

@test "rule 18: a flow goes on over midnight, and a window is by UTC" {
	day=$((1777593600 + 86400)) # 2026-05-02
	capture a.pcap $((day - 1)):1:9:1 $day:1:9:2 $((day + 1)):1:9:3
	convert -o a.h5 a.pcap
	[ "$(column a.h5 flows/packets)" = 3 ]
	TZ=Pacific/Auckland convert -o b.h5 --json --to 2026-05-02 a.pcap
	[ "$(counter packets_recorded)" -eq 1 ]
	[ "$(counter after_window)" -eq 2 ]
	convert -o c.h5 --json --from $day --to 2026-05-02T00:00:01Z a.pcap
	[ "$(counter packets_recorded)" -eq 1 ]
	[ "$(counter before_window)" -eq 1 ]
	[ "$(counter after_window)" -eq 1 ]
}

@test "rule 19: what stands before and behind damage is there, with status 3 and its place" {
	capture a.pcap 100:1:9:1 101:1:9:2 102:1:9:3 103:1:9:4
	/usr/bin/python3 - <<-'PY'
		data = bytearray(open("a.pcap", "rb").read())
		data[24 + 52 + 8:24 + 52 + 12] = b"\xff\xff\xff\x7f"
		open("bad.pcap", "wb").write(data)
		open("cut.pcap", "wb").write(data[:-3])
		open("padded.pcap", "wb").write(open("a.pcap", "rb").read() + bytes(5000))
	PY
	convert -o bad.h5 --json bad.pcap
	[ "$status" -eq 3 ]
	[[ "$stderr" == *"damaged: bad.pcap: byte 76: "*"reading goes on at byte 128"* ]]
	[ "$(counter packets_recorded)" -eq 3 ]
	[ "$(counter faults)" -eq 1 ]
	[ "$(counter resumed)" -eq 1 ]
	[ "$(counter bytes_skipped)" -eq 52 ]
	convert -o stop.h5 --json --no-resync bad.pcap
	[ "$status" -eq 3 ]
	[ "$(counter packets_recorded)" -eq 1 ]
	[ "$(counter bytes_skipped)" -eq 156 ]
	convert -o cut.h5 --json cut.pcap
	[ "$status" -eq 3 ]
	[ "$(counter packets_recorded)" -eq 2 ]
	[ "$(counter faults)" -eq 2 ]
	convert -o padded.h5 --json padded.pcap
	[ "$status" -eq 0 ]
	[ "$(counter packets_recorded)" -eq 4 ]
}

@test "rule 22: what windows, filter and copies leave out is in the sum" {
	capture a.pcap 100:1:9:1 101:2:9:1 101.0001:2:9:1 102:3:9:1 103:4:9:1 104:5:9:1
	convert -o a.h5 --json --drop-duplicates --from 101 --to 104 \
		--filter 'not src host 192.0.2.3' a.pcap
	[ "$status" -eq 0 ]
	[ "$(counter packets_read)" -eq 6 ]
	[ "$(counter before_window)" -eq 1 ]
	[ "$(counter after_window)" -eq 1 ]
	[ "$(counter filtered)" -eq 1 ]
	[ "$(counter duplicates_dropped)" -eq 1 ]
	[ "$(counter packets_recorded)" -eq 2 ]
	# The filter names a guest: it is not in the dataset.
	run ! grep -aq '192\.0\.2\.3' a.h5
}

@test "rule 24: what comes first is decided by packets, not by hashes" {
	"$CAPGEN" flows 20000 500 flows.pcap
	for n in 1 2 3; do
		convert -o $n.h5 --outbound flows.pcap --inbound flows.pcap --inbound-offset 0.0000005
		[ "$status" -eq 0 ]
	done
	cmp 1.h5 2.h5
	cmp 2.h5 3.h5
}

@test "flows are cut where no capture is under way, and only there" {
	capture out.pcap 100:1:9:1 104:1:9:2
	capture in.pcap 101:9:1:1 102:9:1:2
	capture next.pcap 106:1:9:3
	convert -o a.h5 --cut-flows --outbound out.pcap --inbound in.pcap --outbound next.pcap
	[ "$(column a.h5 flows/packets | tr ' ' '\n' | sort | xargs)" = "1 2 2" ]
}

@test "a filter or a time that makes no sense is misuse, in one sentence" {
	capture a.pcap 100:1:9:1
	for words in '--filter tcp&&' '--from 2026-02-30' '--to yesterday' '--from 5 --to 5' \
		'--inbound-offset 1s' '--from 2026-05-01T25:00'; do
		# shellcheck disable=SC2086 # words
		convert -o a.h5 $words a.pcap
		[ "$status" -eq 2 ]
		[ -n "$stderr" ]
		[ ! -e a.h5 ]
	done
}
