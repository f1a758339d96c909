#!/usr/bin/env bats
# dataset merge, on a small made-up month of two sites: days converted apart
# and merged are the month converted at once.
load common

DAYS=4

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return 1
	"$FLOWVEIL" generate --scale 0.05 --snaplen 134 --days $DAYS --sites 2 -o month
	install -m 600 "$BATS_TEST_DIRNAME/../vectors/reference.key" test.key
	for site in hotel airport; do
		for day in 1 2 3 4; do
			site $site-$day.h5 $site primitive $day
		done
		site $site.h5 $site primitive 1 2 3 4
	done
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return 1
}

# site OUT SITE RECORDS DAY...: convert those days of a site.
site() {
	local out=$1 site=$2 records=$3 day
	shift 3
	taps=()
	for day in "$@"; do
		for side in outbound inbound; do
			taps+=("--$side" "$(echo month/"$site"-01-$side-*-0"$day".pcap)")
		done
	done
	"$FLOWVEIL" convert --key file:test.key -q -o "$out" --replace \
		--records "$records" --site "$site-01" --site-kind "$site" \
		--internal 10.1.0.0/16 --internal 10.2.0.0/16 "${options[@]}" "${taps[@]}"
}

merge() {
	run --separate-stderr "$FLOWVEIL" dataset merge "$@"
}

@test "days in any order and threads merge to the month, byte for byte" {
	for order in "1 2 3 4" "4 3 2 1" "2 4 1 3" "3 1 4 2"; do
		for threads in 1 3; do
			files=()
			for day in $order; do files+=("hotel-$day.h5"); done
			merge -f -o merged.h5 --threads $threads "${files[@]}"
			[ "$status" -eq 0 ]
			cmp merged.h5 hotel.h5
		done
	done
	[[ "$output" == "datasets 4, flow records "* ]]
	# Three of the four are not the month.
	merge -f -o merged.h5 hotel-[123].h5
	[ "$status" -eq 0 ]
	run ! cmp -s merged.h5 hotel.h5
}

@test "two sites merge to one dataset, from days or from months, with one report" {
	merge -f -q -o days.h5 hotel-?.h5 airport-?.h5
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	merge -f -o months.h5 hotel.h5 airport.h5
	[ "$status" -eq 0 ]
	cmp days.h5 months.h5
	"$FLOWVEIL" dataset info --check days.h5 >facts
	grep -q 'Site *airport-01, airport' facts
	grep -q 'Site *hotel-01, hotel' facts
	"$FLOWVEIL" report airport.h5 hotel.h5 >apart
	"$FLOWVEIL" report days.h5 >together
	cmp apart together
	"$FLOWVEIL" dataset schema --json >schema.json
	/usr/bin/python3 "$BATS_TEST_DIRNAME/../dataset_h5py.py" days.h5 schema.json
}

# What the merge did, said in another language.
@test "Python puts the same values together" {
	merge -f -o merged.h5 hotel-2.h5 airport-3.h5 hotel-1.h5
	/usr/bin/python3 - <<-'PY'
		import h5py
		import numpy as np
		parts = [h5py.File(f) for f in ("airport-3.h5", "hotel-1.h5", "hotel-2.h5")]
		whole = h5py.File("merged.h5")
		def flat(f, table, rows):
		    """What those rows of a table say, without any row number."""
		    t, out = f[table], []
		    for name in t:
		        v = t[name][:]
		        if "refers_to" in t[name].attrs:
		            there = flat(f, t[name].attrs["refers_to"], None)
		            v = [there[i] if i != 0xffffffff else None for i in v]
		        out.append(list(v))
		    return list(zip(*out)) if rows is None else out
		for name in whole["flows"]:
		    v = whole["flows"][name]
		    refers = v.attrs.get("refers_to")
		    got, want = v[:], [p["flows"][name][:] for p in parts]
		    if refers:
		        to = lambda f, rows: [t if (t := int(r)) == 0xffffffff else
		                              tables[f.filename][refers][t] for r in rows]
		        tables = {f.filename: {refers: flat(f, refers, None)}
		                  for f in parts + [whole]}
		        got = to(whole, got)
		        want = [x for p, w in zip(parts, want) for x in to(p, w)]
		        assert got == want, name
		    else:
		        assert np.array_equal(got, np.concatenate(want)), name
		hosts = list(zip(whole["hosts/address"][:], whole["hosts/site"][:]))
		assert len(hosts) == len(set(hosts))
	PY
}

@test "tagged VLANs merge to what one conversion gives" {
	"$CAPGEN" mixed mixed.pcap
	"$CAPGEN" flows 3000 200 flows.pcap
	convert=("$FLOWVEIL" convert --key file:test.key -q --replace
		--records primitive --inbound-offset 3600)
	"${convert[@]}" -o mixed.h5 mixed.pcap
	"${convert[@]}" -o flows.h5 --inbound flows.pcap
	"${convert[@]}" -o one.h5 --inbound flows.pcap mixed.pcap
	merge -f -o merged.h5 flows.h5 mixed.h5
	[ "$status" -eq 0 ]
	cmp merged.h5 one.h5
	# Taps side by side are put together packet by packet: rows stand elsewhere.
	"${convert[@]}" -o aside.h5 --outbound flows.pcap
	"${convert[@]}" -o one.h5 --outbound flows.pcap mixed.pcap
	merge -f -o merged.h5 aside.h5 mixed.h5
	[ "$status" -eq 0 ]
	run ! cmp -s merged.h5 one.h5
	/usr/bin/python3 - <<-'PY'
		import h5py
		a, b = h5py.File("merged.h5"), h5py.File("one.h5")
		rows = [sorted(zip(*(f["flows"][c][:] for c in ("start_time", "bytes",
		        "source_port", "destination_port", "protocol", "ttl"))))
		        for f in (a, b)]
		assert rows[0] == rows[1]
		times = b["flows/start_time"][:]
		assert (times[1:] >= times[:-1]).all()
	PY
	merge -f -o merged.h5 flows.h5 mixed.h5
	/usr/bin/python3 -c 'import h5py; assert h5py.File("merged.h5")["flows/vlan"][:].any()'
}

@test "flows cut at captures merge to the month; flows that go on do not" {
	options=(--cut-flows)
	for day in 1 2 3 4; do site cut-$day.h5 hotel uniflow $day; done
	site cut.h5 hotel uniflow 1 2 3 4
	merge -f -o merged.h5 cut-3.h5 cut-1.h5 cut-4.h5 cut-2.h5
	[ "$status" -eq 0 ]
	cmp merged.h5 cut.h5
	options=()
	for day in 1 2; do site on-$day.h5 hotel uniflow $day; done
	site on.h5 hotel uniflow 1 2
	merge -f -o merged.h5 on-1.h5 on-2.h5
	[ "$status" -eq 0 ]
	run ! cmp -s merged.h5 on.h5
	# All packets are there, in records that may be more.
	/usr/bin/python3 - <<-'PY'
		import h5py
		a, b = h5py.File("merged.h5"), h5py.File("on.h5")
		for f in "packets", "bytes":
		    assert a["flows"][f][:].sum() == b["flows"][f][:].sum()
		assert a["flows/packets"].size >= b["flows/packets"].size
	PY
	# The two kinds do not mix.
	merge -f -o merged.h5 cut-1.h5 on-2.h5
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"on-2.h5: flow_scope is conversion, but capture in cut-1.h5"* ]]
}

@test "what does not go together is refused in one sentence, and nothing is written" {
	site uniflow.h5 hotel uniflow 1
	merge -o no.h5 hotel-2.h5 uniflow.h5
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"uniflow.h5: record_mode is uniflow, but primitive in hotel-2.h5"* ]]
	"$FLOWVEIL" key new other.key >/dev/null 2>&1
	"$FLOWVEIL" convert --key file:other.key -q -o foreign.h5 --records primitive \
		--internal 10.1.0.0/16 month/hotel-01-outbound-*-03.pcap
	merge -o no.h5 hotel-2.h5 foreign.h5
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"foreign.h5: was made under the key "*", hotel-2.h5 under "* ]]
	merge -o no.h5 hotel-2.h5 hotel-1.h5 hotel.h5
	[ "$status" -eq 1 ]
	[[ "$stderr" == *", whose first packet is of "*", is capture 0 of hotel"*" too; leave one of the two out" ]]
	merge -o no.h5 hotel-1.h5 hotel-1.h5
	[ "$status" -eq 1 ]
	merge -o no.h5 hotel-1.h5 month/hotel-01-truth-users.csv
	[ "$status" -eq 1 ]
	merge -o no.h5 hotel-1.h5 missing.h5
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"missing.h5: "* ]]
	[ ! -e no.h5 ]
	[ -z "$(find . -maxdepth 1 -name '.*' -type f)" ]
}

@test "the output is kept unless asked, and may be one of the inputs" {
	cp hotel-1.h5 kept.h5
	merge -o kept.h5 hotel-1.h5 hotel-2.h5
	[ "$status" -eq 1 ]
	cmp kept.h5 hotel-1.h5
	merge --replace -o kept.h5 kept.h5 hotel-2.h5 hotel-3.h5 hotel-4.h5
	[ "$status" -eq 0 ]
	cmp kept.h5 hotel.h5
	merge hotel-1.h5
	[ "$status" -eq 2 ]
	merge -o no.h5
	[ "$status" -eq 2 ]
}

@test "a damaged column is told by name, and nothing is written" {
	cp hotel-2.h5 damaged.h5
	/usr/bin/python3 - <<-'PY'
		import h5py
		with h5py.File("damaged.h5") as f:
		    info = f["flows/bytes"].id.get_chunk_info(0)
		with open("damaged.h5", "r+b") as f:
		    f.seek(info.byte_offset + info.size // 2)
		    old = f.read(4)
		    f.seek(-4, 1)
		    f.write(bytes(b ^ 0xff for b in old))
	PY
	merge -o no.h5 hotel-1.h5 damaged.h5
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"damaged.h5: flows/bytes: chunk 0: "* ]]
	[ ! -e no.h5 ]
}
