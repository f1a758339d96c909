#!/usr/bin/env bats
load common

# counter NAME of the JSON in $output
counter() {
	/usr/bin/python3 -c 'import json, sys
print(json.loads(sys.argv[1])["counters"][sys.argv[2]])' "$output" "$1"
}

# encapsulations OUT: how many records came in which tunnel, and how many
# packets all records count.
encapsulations() {
	/usr/bin/python3 - "$1" <<-'PY'
		import collections, sys
		import h5py
		with h5py.File(sys.argv[1]) as f:
		    column = f["flows/encapsulation"]
		    words = column.attrs["flag_meanings"].split()
		    kinds = collections.Counter(words[v] for v in column[:])
		    print(dict(sorted(kinds.items())), int(f["flows/packets"][:].sum()))
	PY
}

@test "rule 11: a packet behind every link header is recorded, as tshark sees it" {
	"$CAPGEN" links links.pcapng
	convert -o links.h5 --records primitive --json links.pcapng
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "$(counter packets_recorded)" -gt 35 ]
	[ "$(counter packets_recorded)" -eq "$(counter packets_read)" ]
	# All are one packet, but for what only the link tells.
	convert -o links.h5 --replace --json links.pcapng
	[ "$(/usr/bin/python3 -c 'import json, sys
print(json.loads(sys.argv[1])["flows"])' "$output")" -eq 1 ]
	[ "$(tshark -r links.pcapng -T fields -e udp.dstport 2>/dev/null | grep -cx 53)" \
		-gt 30 ]
}

@test "rule 13: --tunnels says which packet of a tunnel is recorded" {
	"$CAPGEN" tunnels tunnels.pcap
	convert -o outer.h5 --records primitive --json tunnels.pcap
	[ "$status" -eq 0 ]
	read=$(counter packets_read)
	[ "$(counter tunnelled)" -eq 0 ]
	[ "$(encapsulations outer.h5)" = "{'none': $read} $read" ]
	convert -o inner.h5 --records primitive --json --tunnels inner tunnels.pcap
	[ "$status" -eq 0 ]
	[ "$(counter packets_recorded)" -eq "$read" ]
	[ "$(counter tunnelled)" -eq $((read - 4)) ]
	[ "$(counter tunnel_records)" -eq 0 ]
	[[ "$(encapsulations inner.h5)" == *"'none': 4, "*" $read" ]]
	for kind in ipv4_in_ip ipv6_in_ip gre pptp nvgre erspan vxlan geneve gtp_u \
		teredo l2tp mpls; do
		[[ "$(encapsulations inner.h5)" == *"'$kind': "* ]]
	done
	convert -o both.h5 --records primitive --json --tunnels both tunnels.pcap
	[ "$status" -eq 0 ]
	[ "$(counter packets_recorded)" -eq "$read" ]
	[ "$(counter tunnel_records)" -eq $((read - 4)) ]
	[[ "$(encapsulations both.h5)" == *"'none': $read, "*" $((2 * read - 4))" ]]
	# What is told of the packets themselves does not move.
	for name in ipv4 ipv6 fragment_later transport_short slides_not_ipv4; do
		convert -o x.h5 --replace --json --tunnels both tunnels.pcap
		both=$(counter $name)
		convert -o x.h5 --replace --json --tunnels inner tunnels.pcap
		[ "$(counter $name)" -eq "$both" ]
		convert -o x.h5 --replace --json tunnels.pcap
		[ "$(counter $name)" -eq "$both" ]
	done
}

@test "rule 13: flows in a tunnel are flows of their own, none without packets" {
	"$CAPGEN" tunnels tunnels.pcap
	convert -o both.h5 --tunnels both tunnels.pcap
	[ "$status" -eq 0 ]
	/usr/bin/python3 - <<-'PY'
		import h5py
		with h5py.File("both.h5") as f:
		    flows = f["flows"]
		    inner = flows["encapsulation"][:] != 0
		    assert set(flows["destination_port"][:][inner]) == {443}
		    assert len(set(flows["encapsulation"][:][inner])) == 12
		    assert (flows["packets"][:] > 0).all()
		    assert (flows["bytes"][:] > 0).all()
		    assert f.attrs["tunnels"] == "both", f.attrs["tunnels"]
		    assert f.attrs["fragment_ports"] == "yes"
	PY
}

# vxlan FILE SECONDS:VNI[:PORT]...: a capture of VXLAN, in which the tenant of
# each VNI uses the same addresses and ports.  PORT sends it back.
vxlan() {
	/usr/bin/python3 - "$@" <<-'PY'
		import struct, sys
		out = struct.pack("<IHHIIII", 0xa1b23c4d, 2, 4, 0, 0, 262144, 101)
		def ip(n, protocol, a, b, data):
		    return struct.pack(">BBHHHBBH8B", 0x45, 0, 20 + len(data), n, 0, 64,
		                       protocol, 0, 192, 0, 2, a, 192, 0, 2, b) + data
		def udp(source, destination, data):
		    return struct.pack(">HHHH", source, destination, 8 + len(data), 0) + data
		for n, row in enumerate(sys.argv[2:]):
		    time, vni, *port = map(int, row.split(":"))
		    ends = (1, 2, 7, 53) if not port else (2, 1, 53, 7)
		    inner = ip(n, 17, ends[0], ends[1], udp(*ends[2:], bytes(8)))
		    frame = bytes(12) + b"\x08\0" + inner
		    packet = ip(n, 17, 8, 9, udp(50000, 4789, struct.pack(
		        ">II", 8 << 24, vni << 8) + frame))
		    out += struct.pack("<IIII", time, 0, len(packet), len(packet)) + packet
		open(sys.argv[1], "wb").write(out)
	PY
}

# flows FILE: packets and tunnel of each record, tunnels by letters in order.
flows() {
	/usr/bin/python3 - "$1" <<-'PY'
		import h5py, sys
		with h5py.File(sys.argv[1]) as f:
		    letters = {0: "-"}
		    flows = f["flows"]
		    print(*(f"{n}{letters.setdefault(int(t), chr(96 + len(letters)))}"
		            for n, t in zip(flows["packets"][:], flows["tunnel"][:])))
	PY
}

@test "rule 13: a tunnel's identifier is in no column, its pseudonym is" {
	"$CAPGEN" tunnels tunnels.pcap
	convert -o inner.h5 --records primitive --tunnels inner tunnels.pcap
	[ "$status" -eq 0 ]
	/usr/bin/python3 - <<-'PY'
		import h5py
		# Of tests/capgen/wrapping.c; those of 24 bits also with 1 added.
		raw = {0xfedcba98, 0xabcdef, 0xbeef, 0x234, 0x156, 0, 0x123456, 0xffffff,
		       0x654321, 0x13579b, 0x2468ac, 0xc0ffee01, 0xdeadcafe, 0x31415926,
		       0x27182818}
		named = {"gre", "nvgre", "pptp", "erspan", "vxlan", "geneve", "gtp_u", "l2tp"}
		with h5py.File("inner.h5") as f:
		    column, tunnel = f["flows/encapsulation"], f["flows/tunnel"][:]
		    words = column.attrs["flag_meanings"].split()
		    kinds = [words[v] for v in column[:]]
		    seen = {(k, int(t)) for k, t in zip(kinds, tunnel)}
		    assert {k for k, t in seen if t != 0} == named, seen
		    # Without a key, a routed GRE and ERSPAN I have none.
		    assert {k for k, t in seen if t == 0} == {"none", "gre", "erspan",
		        "ipv4_in_ip", "ipv6_in_ip", "teredo", "mpls"}, seen
		    assert len({t for k, t in seen if t != 0}) == 16, seen
		    assert f["flows/tunnel"].attrs["anonymization_technique"] == "permutation"
		    for name, rows in f["flows"].items():
		        values = set(map(int, rows[:]))
		        if name in ("source_port", "destination_port", "bytes", "tunnel"):
		            assert not values & ({r for r in raw if r > 0} |
		                                 {r + 1 for r in raw if r > 0}), name
	PY
	# Packets on the tapped link came in no tunnel.
	convert -o outer.h5 --records primitive tunnels.pcap
	[[ "$(flows outer.h5)" != *[a-z]* ]]
}

@test "rule 13: tenants of one address are two flows with --tunnel-id-in-key" {
	vxlan two.pcap 1:5000 2:6000 3:5000 4:5000
	for mode in uniflow biflow; do
		convert -o default.h5 --replace --records $mode --tunnels inner two.pcap
		[ "$(flows default.h5)" = 4a ]
		convert -o apart.h5 --replace --records $mode --tunnels inner \
			--tunnel-id-in-key two.pcap
		[ "$status" -eq 0 ]
		[ "$(flows apart.h5)" = "1a 3b" ] || [ "$(flows apart.h5)" = "3a 1b" ]
		[[ "$("$FLOWVEIL" dataset info default.h5)" == *" 5-tuple"$'\n'* ]]
		[[ "$("$FLOWVEIL" dataset info apart.h5)" == *"5-tuple and tunnel"* ]]
	done
	convert -o apart.h5 --replace --tunnels inner --tunnel-id-in-key \
		--vlan-in-key two.pcap
	[[ "$("$FLOWVEIL" dataset info apart.h5)" == *"5-tuple, VLAN and tunnel"* ]]
	# The outer packets came in no tunnel, and are one flow.
	convert -o outer.h5 --tunnel-id-in-key two.pcap
	[ "$(flows outer.h5)" = 4- ]
	# The way back in the same tunnel is of the same biflow.
	vxlan back.pcap 1:5000 2:5000:1 3:6000:1 4:6000
	convert -o back.h5 --records biflow --tunnels inner --tunnel-id-in-key back.pcap
	/usr/bin/python3 - <<-'PY'
		import h5py
		flows = h5py.File("back.h5")["flows"]
		assert list(flows["packets"][:]) == [1, 1]
		assert list(flows["reverse_packets"][:]) == [1, 1]
		assert len(set(flows["tunnel"][:])) == 2
	PY
}

@test "rule 13: tunnels of datasets of one key merge to what one conversion gives" {
	vxlan first.pcap 1:5000 2:6000
	vxlan second.pcap 11:6000 12:5000 13:7000
	for mode in primitive uniflow; do
		for options in "" --tunnel-id-in-key; do
			set -- -q --replace --records $mode --tunnels inner --cut-flows $options
			convert -o first.h5 "$@" first.pcap
			convert -o second.h5 "$@" second.pcap
			convert -o one.h5 "$@" first.pcap second.pcap
			[ "$status" -eq 0 ]
			run "$FLOWVEIL" dataset merge -f -q -o merged.h5 second.h5 first.h5
			[ "$status" -eq 0 ]
			cmp merged.h5 one.h5
		done
	done
	[ "$(flows one.h5)" = "1a 1b 1b 1a 1c" ]
	# What was decided in another way is not put together.
	convert -q -o first.h5 --replace --tunnels inner --cut-flows first.pcap
	run "$FLOWVEIL" dataset merge -f -o merged.h5 first.h5 second.h5
	[ "$status" -eq 1 ]
	[[ "$output" == *"flow_key"* ]]
}

@test "rule 13: shards of tunnels, merged, are one conversion, with the tunnel in the key or not" {
	vxlan long.pcap 100:5000 200:6000 3590:5000 3610:6000 3620:5000 7300:7000 \
		11000:5000 11100:7000
	for options in "" --tunnel-id-in-key; do
		set -- -q --tunnels inner $options long.pcap
		rm -rf parts merged.h5
		convert -o one.h5 --replace "$@"
		convert --shards parts "$@"
		[ "$status" -eq 0 ]
		run "$FLOWVEIL" dataset merge -q -o merged.h5 parts/*.h5
		[ "$status" -eq 0 ]
		cmp merged.h5 one.h5
		/usr/bin/python3 -c 'import h5py
print(h5py.File("parts/part-00000.h5").attrs["series"])' >>series
	done
	# Another choice is another series.
	[ "$(sort -u series | wc -l)" -eq 2 ]
}

@test "rule 13: a policy drops tunnels, open does, none keeps them" {
	vxlan two.pcap 1:5000 2:6000
	convert -o open.h5 --policy open --tunnels inner --tunnel-id-in-key two.pcap
	[ "$status" -eq 0 ]
	[ "$(flows open.h5)" = "1- 1-" ]
	"$FLOWVEIL" dataset info open.h5 | grep -q 'tunnel: drop'
	printf 'policy: x\nbase: partner\nflows:\n  tunnel: drop\n' >drop.yaml
	convert -o drop.h5 --policy drop.yaml --tunnels inner two.pcap
	[ "$(flows drop.h5)" = 2- ]
	/usr/bin/python3 -c 'import h5py
a = h5py.File("drop.h5")["flows/tunnel"].attrs
assert a["anonymization_technique"] == "black-marker anonymization", dict(a)'
	printf 'policy: x\nbase: partner\nflows:\n  tunnel: keep\n' >keep.yaml
	convert -o keep.h5 --policy keep.yaml --tunnels inner two.pcap
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"flows/tunnel: keep is not possible here, only map or drop"* ]]
	[ ! -e keep.h5 ]
	# The audit holds the file against its policy.
	run "$FLOWVEIL" audit --key file:test.key --raw two.pcap open.h5
	[ "$status" -eq 0 ]
}

@test "the same tunnels and fragments give the same bytes for 1 and for 4 threads" {
	"$CAPGEN" tunnels tunnels.pcap
	for mode in primitive uniflow; do
		convert -o one.h5 --replace --records $mode --threads 1 \
			--tunnels both --fragment-ports yes tunnels.pcap
		convert -o four.h5 --replace --records $mode --threads 4 \
			--tunnels both --fragment-ports yes tunnels.pcap
		cmp one.h5 four.h5
	done
}

@test "rule 10: later fragments join the flow of their first, early ones too" {
	"$CAPGEN" tunnels tunnels.pcap
	convert -o flows.h5 --json tunnels.pcap
	[ "$(counter fragment_joined)" -eq 2 ]
	[ "$(counter fragment_orphan)" -eq 1 ]
	convert -o apart.h5 --json --fragment-ports no tunnels.pcap
	[ "$(counter fragment_joined)" -eq 0 ]
	convert -o primitive.h5 --json --records primitive tunnels.pcap
	[ "$(counter fragment_joined)" -eq 0 ]
	/usr/bin/python3 - <<-'PY'
		import h5py
		def packets(name, port):
		    with h5py.File(name) as f:
		        at = f["flows/destination_port"][:] == port
		        return sorted(f["flows/packets"][:][at])
		assert packets("flows.h5", 2049) == [3], packets("flows.h5", 2049)
		assert packets("apart.h5", 2049) == [1]
		assert packets("primitive.h5", 2049) == [1]
		with h5py.File("primitive.h5") as f:
		    assert f.attrs["fragment_ports"] == "no"
	PY
}

@test "rule 22: the decode tree tells each kind, per capture and in total" {
	"$CAPGEN" tunnels tunnels.pcap
	convert -o tree.h5 --decode-tree mixed.pcap tunnels.pcap
	[ "$status" -eq 0 ]
	[[ "$output" == *"decode tree: 64 packets read, 53 recorded"* ]]
	[[ "$output" == *"link: carries no IP"*"ARP or RARP"* ]]
	[[ "$output" == *"capture 1, tunnels.pcap: 32 packets read, 32 recorded"* ]]
	[[ "$output" == *"other EtherTypes: 0x"* ]]
	cp mixed.pcap again.pcap
	convert -o twice.h5 --decode-tree mixed.pcap again.pcap
	[[ "$output" =~ other\ EtherTypes:\ 0x[0-9a-f]+\ 2 ]]
	convert -o tree.h5 --replace --decode-tree --json mixed.pcap tunnels.pcap
	/usr/bin/python3 - "$output" <<-'PY'
		import json, sys
		import h5py
		tree = json.loads(sys.argv[1])["decode_tree"]
		for part in [tree["total"], *tree["captures"]]:
		    rejected = sum(
		        n for layer in ("link", "ip") for state, kinds in part[layer].items()
		        if state in ("incomplete", "unsupported", "not_ip", "malformed")
		        for n in kinds.values())
		    assert part["packets_read"] == part["packets_recorded"] + rejected, part
		assert len(tree["total"]["ethertypes"]) == 1, tree["total"]
		assert set(tree["total"]["ethertypes"].values()) == {1}
		assert [c["capture"] for c in tree["captures"]] == ["mixed.pcap", "tunnels.pcap"]
		assert [c["number"] for c in tree["captures"]] == [0, 1]
		with h5py.File("tree.h5") as f:
		    stored = [v.decode() for v in f["captures/ethertypes"][:]]
		assert stored == [c["ethertypes"] for c in tree["captures"]], stored
		assert stored[0].startswith("0x") and stored[0].endswith(" 1"), stored
	PY
}

@test "rule 22: what rwptoflow prints of a capture is printed line by line" {
	convert -o silk.h5 --silk-statistics --filter 'not stp' mixed.pcap
	[ "$status" -eq 0 ]
	# What SiLK's rwptoflow 3.19 prints, and the made-up capture has.
	[ "${lines[0]}" = "Packet count statistics for mixed.pcap" ]
	local expected=(read 'ignored: by plug-in'
		'rejected: too short to get information' 'rejected: not IPv4'
		'total written' 'total fragmented packets'
		'zero-packet of a fragment' 'incomplete (no ports and/or flags)')
	local i n=()
	for i in "${!expected[@]}"; do
		[[ "${lines[$((i + 1))]}" =~ ^$'\t'\ *([0-9]+)\ (.*)$ ]]
		[ "${#BASH_REMATCH[0]}" -eq $((22 + ${#expected[i]})) ]
		[ "${BASH_REMATCH[2]}" = "${expected[i]}" ]
		n[i]=${BASH_REMATCH[1]}
	done
	[ "${#lines[@]}" -eq 9 ]
	[ "${n[4]}" -eq $((n[0] - n[1] - n[2] - n[3])) ]
	[ "${n[*]}" = "32 1 1 23 7 1 0 0" ]
	# Several captures, each and together.
	cp mixed.pcap again.pcap
	convert -o silk.h5 --replace --silk-statistics --from 2000-01-01 \
		mixed.pcap again.pcap
	[ "$(grep -c '^Packet count statistics for' <<<"$output")" -eq 3 ]
	[[ "$output" == *"statistics for 2 captures"* ]]
	[ "$(grep -c 'before active-time$' <<<"$output")" -eq 3 ]
	convert -o silk.h5 --replace --silk-statistics --json mixed.pcap
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"--silk-statistics"*"--json"* ]]
}

@test "a choice that there is not is refused with those there are" {
	convert -o x.h5 --tunnels all mixed.pcap
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"'all' is none of outer, inner and both"* ]]
	convert -o x.h5 --fragment-ports maybe mixed.pcap
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"'maybe' is neither yes nor no"* ]]
	[ ! -e x.h5 ]
}
