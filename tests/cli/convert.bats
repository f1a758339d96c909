#!/usr/bin/env bats
load common

@test "each packet ends in one counter, and the dataset has them all" {
	convert -o out.h5 --records primitive --json mixed.pcap
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	/usr/bin/python3 - "$output" <<-'PY'
		import json, sys
		import h5py
		printed = json.loads(sys.argv[1])
		c = printed["counters"]
		assert c["packets_read"] == 32 and c["packets_recorded"] == 21, c
		reasons = ["arp", "lldp", "eapol", "mpls_short", "ppp_other", "not_ip", "llc",
		           "ip_header_length", "ip_version", "ip_short", "link_short"]
		assert all(c[r] == 1 for r in reasons), c
		assert c["vlan_tagged"] == 12 and c["fragment_later"] == 1, c
		with h5py.File("out.h5") as f:
		    assert f["flows"].attrs["NROWS"] == 21
		    for name, value in c.items():
		        assert f["captures"][name][0] == value, name
	PY
}

@test "text and JSON are on stdout, and quiet means quiet" {
	convert -o a.h5 mixed.pcap
	[ "$status" -eq 0 ]
	[[ "$output" == *"packets read from the capture"*" 32 "* ]]
	convert -o b.h5 -q mixed.pcap
	[ "$status" -eq 0 ]
	[ -z "$output$stderr" ]
}

@test "no progress when stderr is no terminal" {
	"$CAPGEN" flows 300000 100 big.pcap
	convert -o big.h5 big.pcap
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
}

@test "the same input gives the same bytes, for 1 and for 4 threads" {
	"$CAPGEN" flows 200000 3000 flows.pcap
	for mode in primitive uniflow; do
		convert -o one.h5 --replace --records $mode --threads 1 flows.pcap
		[ "$status" -eq 0 ]
		convert -o four.h5 --replace --records $mode --threads 4 flows.pcap
		[ "$status" -eq 0 ]
		convert -o again.h5 --replace --records $mode --threads 4 flows.pcap
		[ "$status" -eq 0 ]
		cmp one.h5 four.h5
		cmp four.h5 again.h5
	done
}

@test "a damaged capture gives what is before the damage, and status 3" {
	head -c 1000 mixed.pcap >cut.pcap
	convert -o cut.h5 --json cut.pcap
	[ "$status" -eq 3 ]
	[[ "$stderr" =~ cut\.pcap:\ byte\ [0-9]+ ]]
	[ -f cut.h5 ]
	[ "$(jq_counter faults)" -eq 1 ]
	[ "$(jq_counter packets_read)" -gt 5 ]
}

jq_counter() {
	/usr/bin/python3 -c 'import json, sys
print(json.loads(sys.argv[1])["counters"][sys.argv[2]])' "$output" "$1"
}

@test "a link type that is not decoded is named, and its packets counted" {
	/usr/bin/python3 - <<-'PY'
		data = bytearray(open("mixed.pcap", "rb").read())
		data[20:24] = (107).to_bytes(4, "little")  # LINKTYPE_
		open("other.pcap", "wb").write(data)
	PY
	convert -o out.h5 --json other.pcap
	[ "$status" -eq 0 ]
	[[ "$stderr" == *"other.pcap: 32 packets of link type 107 (FRELAY, Frame Relay)"* ]]
	[ "$(jq_counter link_unsupported)" -eq 32 ]
	[ "$(jq_counter packets_read)" -eq 32 ]
}

@test "what is no capture fails with its name, and leaves nothing" {
	printf 'these are not packets at all' >text.pcap
	: >empty.pcap
	mkdir folder.pcap
	for file in text.pcap empty.pcap folder.pcap none.pcap; do
		convert -o bad.h5 mixed.pcap $file
		[ "$status" -eq 1 ]
		[[ "$stderr" == *"$file: "* ]]
		[ ! -e bad.h5 ]
		[ -z "$(find . -name '.bad*')" ]
	done
}

@test "an output that exists is left alone, unless told otherwise" {
	echo precious >out.h5
	convert -o out.h5 mixed.pcap
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"exists already"*"--replace"* ]]
	[ "$(cat out.h5)" = precious ]
	convert -o out.h5 --replace mixed.pcap
	[ "$status" -eq 0 ]
	[ "$(head -c 4 out.h5 | tail -c 3)" = HDF ]
}

@test "an output that cannot be created fails before any packet is read" {
	convert -o no/such/folder/out.h5 mixed.pcap
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"no/such/folder/out.h5"* ]]
}

@test "a full disk is an error that says so, and leaves nothing" {
	"$CAPGEN" flows 300000 30000 flows.pcap
	run --separate-stderr bash -c 'ulimit -f 64; exec "$FLOWVEIL" convert \
		--key file:test.key -o full.h5 --records primitive flows.pcap'
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"full.h5"*"arge"* ]]
	[ ! -e full.h5 ]
	[ -z "$(find . -name '.full*')" ]
}

@test "killed at any moment, nothing is left under the name" {
	"$CAPGEN" flows 1500000 60000 flows.pcap
	for delay in 0.01 0.03 0.06 0.1 0.2; do
		for signal in TERM INT KILL; do
			"$FLOWVEIL" convert --key file:test.key -o killed.h5 \
				--records primitive flows.pcap >/dev/null 2>&1 &
			pid=$!
			sleep $delay
			if kill -s $signal $pid 2>/dev/null; then
				wait $pid || [ ! -e killed.h5 ]
			fi
			wait $pid || true
			# Either it was done in time, or there is nothing.
			if [ -e killed.h5 ]; then
				/usr/bin/python3 -c 'import h5py; h5py.File("killed.h5")["flows"].attrs["NROWS"]'
				rm killed.h5
			fi
			if [ $signal != KILL ]; then
				[ -z "$(find . -name '.killed*')" ]
			fi
			find . -name '.killed*' -delete
		done
	done
}

@test "labels, internal networks and capture flags give the direction" {
	convert -o out.h5 --outbound mixed.pcap --inbound mixed.pcap mixed.pcap \
		--internal 192.0.2.0/24 --internal 2001:db8::/48 --records primitive
	[ "$status" -eq 0 ]
	/usr/bin/python3 - <<-'PY'
		import h5py
		with h5py.File("out.h5") as f:
		    d, s, c = (f["flows"][n][:] for n in
		               ("direction", "direction_source", "capture"))
		    assert (d[c == 0] == 1).all() and (s[c == 0] == 1).all()
		    assert (d[c == 1] == 2).all() and (s[c == 1] == 1).all()
		    assert (d[c == 2] == 1).all() and (s[c == 2] == 3).all()
		    assert list(f["captures/side"][:]) == [1, 2, 0]
		    assert 0 < f["hosts/internal"][:].sum() < len(f["hosts/internal"])
	PY
}

# conversation FILE: two TCP connections from the same ports, a second apart.
conversation() {
	/usr/bin/python3 - "$1" <<-'PY'
		import struct, sys
		def packet(time, back, flags, seq):
		    ends = [bytes([192, 0, 2, 1]), bytes([192, 0, 2, 9])]
		    ports = [40000, 80]
		    if back:
		        ends.reverse(), ports.reverse()
		    ip = struct.pack(">BBHHHBBH", 0x45, 0, 40, 0, 0, 64, 6, 0)
		    tcp = struct.pack(">HHIIBBHHH", *ports, seq, 0, 0x50, flags, 100, 0, 0)
		    return struct.pack("<IIII", time // 1000, time % 1000 * 1000, 40,
		                       40) + ip + ends[0] + ends[1] + tcp
		out = struct.pack("<IHHIIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101)
		for start, seq in ((0, 1000), (1000, 900000)):
		    for at, back, flags, n in ((0, 0, 2, 0), (1, 1, 18, 0), (2, 0, 16, 1),
		                               (3, 0, 17, 1), (4, 1, 17, 1), (5, 0, 16, 2)):
		        out += packet(start + at, back, flags, seq + n)
		open(sys.argv[1], "wb").write(out)
	PY
}

@test "rules 3 and 4: connections from the same ports are flows of their own" {
	conversation tcp.pcap
	convert -o a.h5 --json tcp.pcap
	[ "$status" -eq 0 ]
	[[ "$output" == *'"flows": 4,'* ]]
	[ "$(/usr/bin/python3 -c 'import h5py
f = h5py.File("a.h5")["flows"]
print(*f["packets"][:], *f["end_reason"][:])')" = "4 2 2 4 3 3 3 3" ]
	convert -o b.h5 --json --tcp-linger 0 tcp.pcap
	[[ "$output" == *'"flows": 2,'* ]]
	convert -o c.h5 --json --tcp-linger 0.5 tcp.pcap
	[[ "$output" == *'"flows": 4,'* ]]
}

@test "rule 20: more flows than may be end the most silent, and it is told" {
	"$CAPGEN" flows 20000 50 flows.pcap
	convert -o a.h5 --json --max-flows 10 flows.pcap
	[ "$status" -eq 0 ]
	[[ "$stderr" == *"flows were ended early"*"--max-flows"* ]]
	[ "$(/usr/bin/python3 -c 'import h5py, json, sys
f = h5py.File("a.h5")["flows"]
ended = int((f["end_reason"][:] == 5).sum())
print(ended > 1000, ended == json.loads(sys.argv[1])["evicted_flows"],
      int(f["packets"][:].sum()))' "$output")" = "True True 20000" ]
	convert -o b.h5 --max-flows 0 flows.pcap
	[ "$status" -eq 2 ]
}

@test "flows of many packets, and timeouts that end them" {
	"$CAPGEN" flows 20000 50 flows.pcap
	convert -o long.h5 --json flows.pcap
	[ "$status" -eq 0 ]
	[[ "$output" == *'"flows": 50,'* ]]
	convert -o short.h5 --json --active-timeout 0.1 flows.pcap
	[ "$status" -eq 0 ]
	[[ "$output" != *'"flows": 50,'* ]]
}

@test "misuse is status 2 and a sentence" {
	for words in '' '--key file:test.key' '--key file:test.key -o x.h5' \
		'-o x.h5 mixed.pcap' \
		'--key file:test.key -o x.h5 --records bogus mixed.pcap' \
		'--key file:test.key -o x.h5 --idle-timeout 0 mixed.pcap' \
		'--key file:test.key -o x.h5 --idle-timeout -3 mixed.pcap' \
		'--key file:test.key -o x.h5 --internal 10.0.0.1/8 mixed.pcap' \
		'--key file:test.key -o x.h5 --threads 0 mixed.pcap' \
		'--key file:test.key -o'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr "$FLOWVEIL" convert $words
		[ "$status" -eq 2 ]
		[ -n "$stderr" ]
		[ ! -e x.h5 ]
	done
}

@test "a capture comes through a pipe" {
	"$FLOWVEIL" convert --key file:test.key -o pipe.h5 - <mixed.pcap >/dev/null
	"$FLOWVEIL" convert --key file:test.key -o file.h5 mixed.pcap >/dev/null
	cmp pipe.h5 file.h5
	"$FLOWVEIL" convert --key file:test.key -o cat.h5 - \
		< <(dd if=mixed.pcap bs=37 status=none) >/dev/null
	cmp cat.h5 file.h5
}

@test "another key, other pseudonyms; the same key, the same" {
	"$FLOWVEIL" key new other.key >/dev/null 2>&1
	convert -o a.h5 mixed.pcap
	"$FLOWVEIL" convert --key file:other.key -o b.h5 mixed.pcap >/dev/null
	/usr/bin/python3 - <<-'PY'
		import h5py
		with h5py.File("a.h5") as a, h5py.File("b.h5") as b:
		    assert (a["hosts/address"][:] != b["hosts/address"][:]).all()
		    assert a.attrs["key_id"] != b.attrs["key_id"]
		    assert (a["devices/token"][:] != b["devices/token"][:]).all()
		    assert (a["flows/source"][:] == b["flows/source"][:]).all()
	PY
}

@test "no real address, MAC or file name is in the dataset" {
	"$CAPGEN" flows 50000 5000 flows.pcap
	for mode in primitive uniflow; do
		for name in mixed flows; do
			convert -o $name.$mode.h5 --records $mode $name.pcap
			[ "$status" -eq 0 ]
			"$BATS_TEST_DIRNAME/../residual" $name.$mode.h5 $name.pcap
			run ! grep -aq "$name.pcap" $name.$mode.h5
			run ! grep -aqF "$PWD" $name.$mode.h5
		done
	done
}

@test "the search for real addresses finds one that was planted" {
	convert -o leaky.h5 mixed.pcap
	/usr/bin/python3 - <<-'PY'
		import h5py
		with h5py.File("leaky.h5", "r+") as f:
		    f.attrs["note"] = "seen at 192.0.2.1"
	PY
	run "$BATS_TEST_DIRNAME/../residual" leaky.h5 mixed.pcap
	[ "$status" -eq 1 ]
	[[ "$output" == *"an attribute holds a real address"* ]]
	convert -o leaky2.h5 mixed.pcap
	/usr/bin/python3 - <<-'PY'
		import h5py
		with h5py.File("leaky2.h5", "r+") as f:
		    f["hosts/address_low"][0] = 0xffff_c000_0201
	PY
	run "$BATS_TEST_DIRNAME/../residual" leaky2.h5 mixed.pcap
	[ "$status" -eq 1 ]
	[[ "$output" == *"real IPv4 addresses"* ]]
	# A mapping that changes nothing, public addresses left out.
	"$CAPGEN" flows 3000 500 flows.pcap
	"$IDENTITY" convert --key file:test.key -q -o leaky3.h5 flows.pcap
	run "$BATS_TEST_DIRNAME/../residual" leaky3.h5 flows.pcap
	[ "$status" -eq 1 ]
	[[ "$output" == *"keep their network are real ones"* ]]
}

@test "a site's name that some readers could not take is refused" {
	for option in --site --site-kind; do
		convert -o out.h5 $option 'hôtel' mixed.pcap
		[ "$status" -eq 2 ]
		[[ "$stderr" == *"$option"*"printable ASCII"* ]]
		[ ! -e out.h5 ]
	done
}
