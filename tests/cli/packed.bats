#!/usr/bin/env bats
# Captures as people keep them: compressed, in archives, in directories.
load common

# The digest of what $1 holds.
digest() {
	"$FLOWVEIL" dataset info --json "$1" | grep content_digest
}

# same OUT INPUT... : convert INPUT like mixed.pcap.
same() {
	local out=$1
	shift
	convert -o "$out" --json --replace "$@"
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "$(digest "$out")" = "$(digest plain.h5)" ]
}

plain() {
	convert -o plain.h5 mixed.pcap
	[ "$status" -eq 0 ]
}

@test "a compressed capture gives what the plain one gives" {
	plain
	for tool in gzip bzip2 xz zstd lz4; do
		"$tool" -c mixed.pcap >packed
		same out.h5 packed
		same out.h5 - < <(cat packed)
	done
	# Members one after the other, as appending to a .gz makes them.
	head -c 1000 mixed.pcap | gzip >packed
	tail -c +1001 mixed.pcap | gzip >>packed
	same out.h5 packed
}

# zip_both ZIP FILE FILE [METHOD]: 0, stored, or 8, deflated.
zip_both() {
	/usr/bin/python3 - "$@" <<-'PY'
		import sys, zipfile
		name, *files = sys.argv[1:4]
		with zipfile.ZipFile(name, "w", int((sys.argv[4:] or ["0"])[0])) as z:
		    for file in files:
		        z.write(file)
	PY
}

@test "captures in archives are captures, in the archive's order" {
	"$CAPGEN" flows 1000 50 flows.pcap
	# Their times overlap, but members of an archive follow each other.
	zip_both plain.zip mixed.pcap flows.pcap
	convert -o plain.h5 plain.zip
	[ "$status" -eq 0 ]
	gzip -k mixed.pcap
	xz -k flows.pcap
	mkdir folder
	tar cf a.tar mixed.pcap folder flows.pcap
	same out.h5 a.tar
	tar czf b.tgz mixed.pcap.gz flows.pcap.xz
	same out.h5 b.tgz
	zip_both c.zip mixed.pcap flows.pcap.xz 8
	zip_both d.zip mixed.pcap flows.pcap.xz
	same out.h5 c.zip
	same out.h5 d.zip
	same out.h5 - < <(cat c.zip)
	tar cf e.tar c.zip
	same out.h5 e.tar
}

@test "a directory's captures are taken, in folders, too" {
	"$CAPGEN" flows 1000 50 flows.pcap
	convert -o plain.h5 mixed.pcap flows.pcap
	mkdir -p captures/b
	cp mixed.pcap captures/a.cap
	gzip -c flows.pcap >captures/b/z.gz
	touch captures/.hidden
	same out.h5 captures
}

@test "what is no capture is passed by, and named by its number alone" {
	plain
	mkdir captures
	echo secret >captures/guest-in-room-12
	cp mixed.pcap captures/z.pcap
	convert -o out.h5 --json captures
	[ "$status" -eq 0 ]
	[[ "$stderr" == *"passed by: captures, file 1: is not a pcap"* ]]
	[[ "$stderr" != *guest* ]]
	[ "$(digest out.h5)" = "$(digest plain.h5)" ]
	tar cf guests.tar -C captures guest-in-room-12 z.pcap
	convert -o out.h5 --replace --json guests.tar
	[ "$status" -eq 0 ]
	[[ "$stderr" == *"guests.tar, member 1: is not a pcap"* ]]
	[[ "$stderr" != *room* ]]
}

@test "where nothing is a capture, nothing is written" {
	mkdir empty
	echo text | gzip >text.gz
	tar cf text.tar text.gz
	# A gzip that ends in its header; one that is none but for two bytes.
	gzip -c mixed.pcap | head -c 5 >cut.gz
	printf '\037\213 and no more' >none.gz
	for input in empty text.gz text.tar cut.gz none.gz; do
		convert -o out.h5 $input
		[ "$status" -eq 1 ]
		[[ "$stderr" == *"$input"* ]]
		[ ! -e out.h5 ]
	done
}

@test "a compressed capture that was cut gives what is there, and status 3" {
	"$CAPGEN" flows 200000 500 flows.pcap
	for tool in gzip zstd; do
		"$tool" -c flows.pcap >whole
		head -c $(($(stat -c %s whole) / 2)) whole >cut.packed
		convert -o out.h5 --json --replace --records primitive cut.packed
		[ "$status" -eq 3 ]
		[[ "$stderr" == *"cut.packed: byte "*"cannot be unpacked further"* ]]
		/usr/bin/python3 -c '
import json, sys
c = json.loads(sys.argv[1])["counters"]
assert 50000 < c["packets_read"] < 150000, c
assert c["faults"] >= 1, c' "$output"
	done
	tar cf whole.tar mixed.pcap flows.pcap
	head -c 2000000 whole.tar >cut.tar
	convert -o out.h5 --json --replace cut.tar
	[ "$status" -eq 3 ]
	[[ "$stderr" == *"cut.tar, member 2: byte "* ]]
}

@test "archives in archives are followed to a depth, and no deeper" {
	plain
	cp mixed.pcap inner
	for depth in 1 2 3 4 5 6 7 8; do
		tar cf outer inner
		mv outer inner
		if [ $depth -lt 4 ] || [ $depth -eq 8 ]; then same out.h5 inner; fi
	done
	tar cf outer inner
	convert -o deep.h5 outer
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"followed 8 deep"* ]]
	[ ! -e deep.h5 ]
}

# captures_of JSON: "CAPTURES PACKETS FAULTS" of a conversion.
captures_of() {
	/usr/bin/python3 -c '
import json, sys
d = json.loads(sys.argv[1])
print(d["captures"], d["counters"]["packets_read"],
      d["counters"]["faults"])' "$1"
}

# expect STATUS "CAPTURES PACKETS FAULTS" WORDS INPUT
expect() {
	convert -o out.h5 --json --replace "$4"
	[ "$status" -eq "$1" ]
	[ "$(captures_of "$output")" = "$2" ]
	if [ -n "$3" ]; then [[ "$stderr" == *$3* ]]; else [ -z "$stderr" ]; fi
}

@test "what follows the end of what is packed is told, unless it is padding" {
	packets=$("$FLOWVEIL" convert --key file:test.key -o plain.h5 --json \
		mixed.pcap | /usr/bin/python3 -c 'import json, sys
print(json.load(sys.stdin)["counters"]["packets_read"])')
	for tool in gzip bzip2 lz4; do
		"$tool" -c mixed.pcap >whole
		(cat whole; head -c 300000 /dev/zero) >packed
		same out.h5 packed
		same out.h5 - < <(cat packed)
		# The next member's first bytes are damaged: they say nothing.
		(cat whole; head -c 300000 /dev/zero; printf X
			tail -c +2 whole) >packed
		place="packed: byte $(($(stat -c %s whole) + 300000)): "
		expect 3 "1 $packets 1" "${place}*something follows" packed
		expect 3 "1 $packets 1" "something follows" - < <(cat packed)
	done
}

@test "archives one behind the other are one" {
	cp mixed.pcap again.pcap
	tar cf one.tar mixed.pcap
	tar cf two.tar mixed.pcap again.pcap
	convert -o three.h5 --json two.tar
	packets=$(captures_of "$output")
	cat one.tar one.tar >both.tar
	expect 0 "$packets" "" both.tar
	expect 0 "$packets" "" - < <(cat both.tar)
	gzip -k both.tar
	expect 0 "$packets" "" both.tar.gz
}

# flip FILE OFFSET: another byte there.
flip() {
	/usr/bin/python3 - "$@" <<-'PY'
		import sys
		with open(sys.argv[1], "r+b") as f:
		    f.seek(int(sys.argv[2]))
		    byte = f.read(1)[0]
		    f.seek(-1, 1)
		    f.write(bytes([byte ^ 0x55]))
	PY
}

@test "a member of a tar whose header is damaged is told, and others are read" {
	tar cf one.tar mixed.pcap
	convert -o one.h5 --json one.tar
	read -r _ packets _ <<<"$(captures_of "$output")"
	cp mixed.pcap second.pcap
	cp mixed.pcap third.pcap
	tar cf all.tar mixed.pcap second.pcap third.pcap
	# Each header is 512 bytes, and what it stands for is padded to that.
	member=$((512 + ($(stat -c %s mixed.pcap) + 511) / 512 * 512))
	flip all.tar $((member + 20))
	expect 3 "2 $((2 * packets)) 1" "all.tar: byte *header of a member is damaged" all.tar
	expect 3 "2 $((2 * packets)) 1" "header of a member is damaged" - < <(cat all.tar)
	# Nothing but damage behind the first.
	head -c $member one.tar >junk.tar
	yes flowveil | head -c 20000 >>junk.tar
	expect 3 "1 $packets 1" "header of a member is damaged" junk.tar
}

@test "a zip without its directory is read by the headers of its members" {
	cp mixed.pcap mixed2.pcap
	zip_both whole.zip mixed.pcap mixed2.pcap 8
	expect 0 "$(convert -o o.h5 --json --replace whole.zip; captures_of "$output")" "" whole.zip
	read -r captures packets _ <<<"$(captures_of "$output")"
	[ "$captures" -eq 2 ]
	# offset KIND: where the second header of that kind is.
	offset() { grep -abo "PK$1" whole.zip | sed -n '2s/:.*//p'; }
	cp whole.zip broken.zip
	flip broken.zip "$(offset $'\001\002')"
	expect 3 "2 $packets 1" "broken.zip: the directory at its end is damaged" broken.zip
	# Through a pipe there is no directory before the end: it is counted by.
	cp whole.zip broken.zip
	flip broken.zip "$(offset $'\003\004')"
	expect 3 "1 $((packets / 2)) 1" "2 members are said to be in the archive, and 1 were found" - < <(cat broken.zip)
	expect 0 "2 $packets 0" "" - < <(cat whole.zip)
}

# packets FILE: how many a capture has.
packets() {
	convert -o out.h5 --json --replace "$1"
	read -r _ n _ <<<"$(captures_of "$output")"
	echo "$n"
}

@test "of gzip everything that stands before the fault is there" {
	"$CAPGEN" flows 3000 50 flows.pcap
	gzip -c flows.pcap >whole.gz
	for percent in 10 40 99; do
		head -c $(($(stat -c %s whole.gz) * percent / 100)) whole.gz >cut.gz
		gzip -dc cut.gz >cut.pcap 2>gzip.log || true
		want=$(packets cut.pcap)
		[ "$want" -gt 20 ]
		convert -o out.h5 --json --replace cut.gz
		[ "$status" -eq 3 ]
		[ "$(captures_of "$output")" = "1 $want 2" ] ||
			[ "$(captures_of "$output")" = "1 $want 1" ]
		[[ "$stderr" == *"cut.gz: byte "*"cannot be unpacked further (it was cut off)"* ]]
	done
	# And so in a tar: what is cut is the member that it reaches into.
	tar czf whole.tgz mixed.pcap flows.pcap
	head -c $(($(stat -c %s whole.tgz) / 2)) whole.tgz >cut.tgz
	convert -o out.h5 --json --replace cut.tgz
	[ "$status" -eq 3 ]
	[[ "$stderr" == *"cut.tgz, member 2: byte "* ]]
	[[ "$stderr" == *"cut.tgz: byte "*"it was cut off"* ]]
}

@test "of gzip a checksum that is wrong is told, and what follows is read" {
	"$CAPGEN" flows 3000 50 flows.pcap
	want=$(packets flows.pcap)
	head -c 50000 flows.pcap | gzip >first.gz
	tail -c +50001 flows.pcap | gzip >second.gz
	cat first.gz second.gz >both.gz
	expect 0 "1 $want 0" "" both.gz
	flip both.gz $(($(stat -c %s first.gz) - 6)) # of its CRC-32
	expect 3 "1 $want 1" "both.gz: byte *a checksum is wrong" both.gz
}
