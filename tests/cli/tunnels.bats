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

@test "a choice that there is not is refused with those there are" {
	convert -o x.h5 --tunnels all mixed.pcap
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"'all' is none of outer, inner and both"* ]]
	convert -o x.h5 --fragment-ports maybe mixed.pcap
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"'maybe' is neither yes nor no"* ]]
	[ ! -e x.h5 ]
}
