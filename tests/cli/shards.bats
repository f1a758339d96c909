#!/usr/bin/env bats
# One conversion, several datasets: what they hold, together and alone.
load common

setup() {
	: "${FLOWVEIL:?}" "${CAPGEN:?}"
	cd "$BATS_TEST_TMPDIR" || return 1
	reference_key
}

# capture FILE [SECONDS:SOURCE:DESTINATION:PORT]...: a capture of UDP packets
# from host SOURCE of 192.0.2.0/24 to host DESTINATION.
capture() {
	/usr/bin/python3 - "$@" <<-'PY'
		import struct, sys
		out = struct.pack("<IHHIIII", 0xa1b23c4d, 2, 4, 0, 0, 262144, 101)
		for n, row in enumerate(sys.argv[2:]):
		    time, a, b, port = map(int, row.split(":"))
		    ip = struct.pack(">BBHHHBBHBBBBBBBB", 0x45, 0, 36, n, 0, 64, 17, 0,
		                     192, 0, 2, a, 192, 0, 2, b)
		    udp = struct.pack(">HHHHQ", port, 53, 16, 0, 0)
		    out += struct.pack("<IIII", time, 0, 36, 36) + ip + udp
		open(sys.argv[1], "wb").write(out)
	PY
}

# A flow that lasts over three hours of which one is silent, two short ones,
# and one that ends with the last packet.
three_hours() {
	capture long.pcap 100:1:9:7 3000:2:9:8 3590:1:9:7 3610:1:9:7 \
		11000:3:9:9 11100:1:8:7
}

column() {
	/usr/bin/python3 -c 'import h5py, sys
print(*h5py.File(sys.argv[1])[sys.argv[2]][:])' "$1" "$2"
}

attribute() {
	/usr/bin/python3 -c 'import h5py, sys
value = h5py.File(sys.argv[1]).attrs[sys.argv[2]]
print(value.decode() if isinstance(value, bytes) else value)' "$1" "$2"
}

# names DIR: of all that is in it.
names() {
	/usr/bin/python3 -c 'import os, sys
print(*sorted(os.listdir(sys.argv[1])))' "$1"
}

# merged_is_one OPTION...: datasets of a folder, merged, are one conversion.
merged_is_one() {
	rm -rf parts
	convert -q -o one.h5 --replace "$@"
	[ "$status" -eq 0 ]
	convert -q --shards parts --rotate "${rotate:-3600}" "$@"
	[ "$status" -eq 0 ]
	rm -f merged.h5
	# In an order that is not theirs.
	mapfile -t list < <(printf '%s\n' parts/*.h5 | sort -r)
	run "$FLOWVEIL" dataset merge -q -o merged.h5 "${list[@]}"
	[ "$status" -eq 0 ]
	cmp merged.h5 one.h5
}

@test "an hour is a dataset, an hour without packets is none" {
	three_hours
	convert --shards parts long.pcap
	[ "$status" -eq 0 ]
	[[ "$output" == *"datasets 3, of them there before 0"* ]]
	[ "$(names parts)" = "part-00000.h5 part-00001.h5 part-00002.h5" ]
	for i in 0 1 2; do
		[ "$(attribute parts/part-0000$i.h5 series_number)" = $i ]
		run "$FLOWVEIL" dataset verify parts/part-0000$i.h5
		[ "$status" -eq 0 ]
	done
	[ "$(attribute parts/part-00001.h5 series_last)" = no ]
	[ "$(attribute parts/part-00002.h5 series_last)" = yes ]
	[ "$(attribute parts/part-00000.h5 series)" = \
		"$(attribute parts/part-00002.h5 series)" ]
}

@test "a flow goes on in the next dataset, and is recorded where it ends" {
	three_hours
	convert -q --shards parts --idle-timeout 4000 --active-timeout 0 long.pcap
	[ "$status" -eq 0 ]
	# Two hours end with both flows under way: they end in the third.
	[ "$(column parts/part-00000.h5 flows/packets)" = "" ]
	[ "$(column parts/part-00001.h5 flows/packets)" = "" ]
	[ "$(column parts/part-00002.h5 flows/packets)" = "1 3 1 1" ]
	# What each counts of the one capture adds up to it.
	[ "$(column parts/part-00000.h5 captures/packets_recorded)" = 3 ]
	[ "$(column parts/part-00001.h5 captures/packets_recorded)" = 1 ]
	[ "$(column parts/part-00002.h5 captures/packets_recorded)" = 2 ]
	[ "$(column parts/part-00002.h5 hosts/ip_version)" = "4 4 4 4 4" ]
}

@test "merged, they are to the byte what one conversion gives" {
	three_hours
	capture other.pcap 3599:4:9:1 3601:4:9:1 7100:9:4:1 7300:4:9:1
	for records in primitive uniflow biflow; do
		merged_is_one --records $records long.pcap other.pcap
		[ "$(names parts | wc -w)" -ge 3 ]
		merged_is_one --records $records --idle-timeout 4000 \
			--active-timeout 0 long.pcap other.pcap
	done
	"$CAPGEN" mixed mixed.pcap
	for policy in open partner internal; do
		merged_is_one --policy $policy mixed.pcap long.pcap
	done
}

@test "with each capture another dataset, where none overlap" {
	capture 1.pcap 100:1:9:1 101:1:9:1
	capture 2.pcap 102:1:9:1 103:2:9:1
	capture 3.pcap 102:1:9:1 104:1:9:1
	capture 4.pcap 200:1:9:1
	rotate=capture merged_is_one [1234].pcap
	# 2 and 3 overlap.
	[ "$(names parts | wc -w)" -eq 3 ]
	[ "$(column parts/part-00001.h5 captures/packets_recorded)" = "0 2 2" ]
	[ "$(attribute parts/part-00001.h5 series_first_capture)" = 0 ]
}

@test "a conversion that was killed goes on to the same bytes" {
	three_hours
	convert -q --shards whole long.pcap
	[ "$status" -eq 0 ]
	mkdir killed
	cp whole/part-00000.h5 killed
	echo half >killed/.part-00001.h5.aBcDeF
	convert --shards killed --resume long.pcap
	[ "$status" -eq 0 ]
	[[ "$output" == *"datasets 3, of them there before 1"* ]]
	diff -r whole killed
	[ "$(names killed | wc -w)" -eq 3 ]
	# One in the middle that is gone is made again.
	rm killed/part-00001.h5
	convert -q --shards killed --resume long.pcap
	[ "$status" -eq 0 ]
	diff -r whole killed
}

@test "killed at any time, it leaves only datasets that are whole" {
	"$FLOWVEIL" generate --scale 0.02 -o month
	convert -q --shards whole --rotate 86400 month
	[ "$status" -eq 0 ]
	for seconds in 0.05 0.3 0.6; do
		timeout -s KILL "$seconds" "$FLOWVEIL" convert --key file:test.key \
			-q --shards killed --resume --rotate 86400 month || true
		for part in killed/*.h5; do
			[ ! -e "$part" ] || cmp "$part" "whole/${part#killed/}"
		done
	done
	convert -q --shards killed --resume --rotate 86400 month
	[ "$status" -eq 0 ]
	diff -r whole killed
}

@test "a folder with datasets is gone on from by wish alone, and only if they fit" {
	three_hours
	capture other.pcap 100:1:9:7 5000:1:9:7
	convert -q --shards parts long.pcap
	[ "$status" -eq 0 ]
	convert -q --shards parts long.pcap
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"--resume"* ]]
	cp -r parts before
	for wrong in "other.pcap" "--idle-timeout 100 long.pcap" \
		"--rotate 1800 long.pcap" "--site elsewhere long.pcap" \
		"--records biflow long.pcap"; do
		# shellcheck disable=SC2086
		convert -q --shards parts --resume $wrong
		[ "$status" -eq 1 ]
		[[ "$stderr" == *"part-00000.h5: this is not what"* ]]
		diff -r parts before
	done
	"$FLOWVEIL" key new other.key
	run --separate-stderr "$FLOWVEIL" convert --key file:other.key -q \
		--shards parts --resume long.pcap
	[ "$status" -eq 1 ]
	diff -r parts before
}

@test "a dataset that is damaged is told before captures are read" {
	three_hours
	convert -q --shards parts long.pcap
	[ "$status" -eq 0 ]
	truncate -s 3000 parts/part-00001.h5
	# Nothing comes through the pipe: whoever waits for it is too late.
	run --separate-stderr timeout 20 "$FLOWVEIL" convert --key file:test.key \
		-q --shards parts --resume - < <(exec 3>&-; sleep 30)
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"parts/part-00001.h5: "*"not complete"* ]]
}

@test "shards: a conversion that fails at once leaves no folder" {
	echo nothing >no.pcap
	convert -q --shards parts no.pcap
	[ "$status" -eq 1 ]
	[ ! -e parts ]
	convert -q --shards parts/in/what/is/not/there no.pcap
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"no folder for datasets"* ]]
}

@test "one of a series that is named twice is told, and nothing is written" {
	three_hours
	convert -q --shards parts long.pcap
	cp parts/part-00001.h5 copy.h5
	run "$FLOWVEIL" dataset merge -q -o merged.h5 parts/*.h5 copy.h5
	[ "$status" -eq 1 ]
	[[ "$output" == *"number 1 of one series"* ]]
	[ ! -e merged.h5 ]
}

@test "a report over the datasets is that over one" {
	"$FLOWVEIL" generate --scale 0.02 -o month
	convert -q -o one.h5 --records primitive month
	convert -q --shards parts --rotate 86400 --records primitive month
	"$FLOWVEIL" report --json one.h5 >one.json
	"$FLOWVEIL" report --json parts/*.h5 >parts.json
	cmp one.json parts.json
	[ "$(grep -c '"R[0-9][0-9]"' one.json)" -ge 25 ]
}

@test "an audit of one of a series says what it cannot hold against the captures" {
	three_hours
	convert -q --shards parts long.pcap
	run "$FLOWVEIL" audit parts/part-00001.h5 --raw long.pcap
	[ "$status" -eq 1 ]
	[[ "$output" == *"one of a series: merge all of them"* ]]
	[[ "$output" != *failed* ]]
	"$FLOWVEIL" dataset merge -q -o merged.h5 parts/*.h5
	run "$FLOWVEIL" audit merged.h5 --raw long.pcap
	[ "$status" -eq 0 ]
}

@test "options that do not go together are told" {
	three_hours
	convert long.pcap
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"-o is missing"* ]]
	convert -o a.h5 --shards parts long.pcap
	[ "$status" -eq 2 ]
	convert -o a.h5 --rotate 60 long.pcap
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"--rotate goes with --shards"* ]]
	convert -o a.h5 --resume long.pcap
	[ "$status" -eq 2 ]
	convert --shards parts --replace long.pcap
	[ "$status" -eq 2 ]
	for when in 0 0.5 -1 day ""; do
		convert --shards parts --rotate "$when" long.pcap
		[ "$status" -eq 2 ]
	done
	run --separate-stderr "$FLOWVEIL" convert --ephemeral --shards parts \
		--resume long.pcap
	[ "$status" -eq 2 ]
	[ ! -e parts ]
}
