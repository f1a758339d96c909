#!/usr/bin/env bats
load common

# A month so small that a case takes no time.
generate() {
	run --separate-stderr "$FLOWVEIL" generate --scale 0.004 --days 2 \
		--snaplen 134 "$@"
}

@test "captures are compressed as the format says, and their bytes are the same" {
	generate -o plain
	[ "$status" -eq 0 ]
	[ -z "$output$stderr" ]
	for tool in "gzip gz" "bzip2 bz2" "xz xz" "zstd -q zst" "lz4 -q lz4"; do
		generate --format "pcap.${tool##* }" -o "${tool##* }"
		[ "$status" -eq 0 ]
		for file in plain/*.pcap; do
			${tool% *} -dc "${tool##* }/${file#plain/}.${tool##* }" |
				cmp "$file"
		done
		generate --threads 4 --format "pcap.${tool##* }" -o again
		diff -r again "${tool##* }"
		rm -r again
	done
	# What is not a capture stays as it is.
	[ "$(find gz -name '*.gz' | wc -l)" -eq 4 ]
}

@test "a format that is none is misuse, and says which there are" {
	for format in gz pcap.Z pcap. .gz pcap.gz.xz pcapng,gz ""; do
		generate --format "$format" -o none
		[ "$status" -eq 2 ]
		[[ "$stderr" == *"neither pcap nor pcapng"*".zst"* ]]
		[ ! -e none ]
	done
}

@test "the truth is HDF5 that Python reads, and agrees with the captures" {
	generate --sites 3 -o month
	[ "$status" -eq 0 ]
	"$FLOWVEIL" dataset schema --truth --json >schema.json
	/usr/bin/python3 "$BATS_TEST_DIRNAME/../dataset_h5py.py" month/truth.h5 schema.json
	for site in hotel-01 airport-01 cafe-01; do
		/usr/bin/python3 "$BATS_TEST_DIRNAME/../reference_truth.py" month $site
	done
	# One packet less in one conversation is noticed.
	/usr/bin/python3 - <<-'PY'
		import h5py
		with h5py.File("month/truth.h5", "r+") as f:
		    f["conversations/packets_out"][7] += 1
	PY
	run /usr/bin/python3 "$BATS_TEST_DIRNAME/../reference_truth.py" month
	[ "$status" -eq 1 ]
	run /usr/bin/python3 "$BATS_TEST_DIRNAME/../dataset_h5py.py" month/truth.h5 schema.json
	[ "$status" -eq 1 ]
}

@test "parts that are made apart are together the whole, truth and all" {
	generate -o whole
	for part in 3/3 1/3 2/3; do
		generate --part $part --threads 2 -o parts
		[ "$status" -eq 0 ]
	done
	diff -r whole parts
}

@test "what goes wrong at the taps is asked for, and the same in any split" {
	generate --jitter 300 --loss 2 --reorder 0.5 -o whole
	[ "$status" -eq 0 ]
	for part in 1/2 2/2; do
		generate --jitter 300 --loss 2 --reorder 0.5 --part $part -o parts
	done
	diff -r whole parts
	# Two packets of a hundred are gone; the truth still counts them.
	/usr/bin/python3 - "$BATS_TEST_DIRNAME/.." <<-'PY'
		import glob, sys
		import h5py
		sys.path.insert(0, sys.argv[1])
		from reference_check import frames
		seen = sum(1 for path in glob.glob("whole/*.pcap") for _ in frames(path))
		with h5py.File("whole/truth.h5") as f:
		    assert f.attrs["loss_ppm"] == 20000 and f.attrs["jitter_us"] == 300
		    told = int(f["conversations/packets_out"][:].sum() +
		               f["conversations/packets_in"][:].sum())
		assert .97 < seen / told < .99, (seen, told)
	PY
	for wrong in "--loss 101" "--loss x" "--reorder -1" "--jitter 2000000"; do
		# shellcheck disable=SC2086 # two words
		generate $wrong -o none
		[ "$status" -eq 2 ]
		[ ! -e none ]
	done
}

@test "a truth file is told from a dataset" {
	generate -o month
	run --separate-stderr "$FLOWVEIL" dataset info month/truth.h5
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"month/truth.h5: is the truth about a reference month, not a dataset"* ]]
}

@test "the tables of the truth in the document are those that are written" {
	"$FLOWVEIL" dataset schema --truth --markdown >tables.md
	/usr/bin/python3 - "$BATS_TEST_DIRNAME/../../docs/reference-month.md" <<-'PY'
		import sys
		document = open(sys.argv[1], encoding="utf-8").read()
		tables = open("tables.md", encoding="utf-8").read().strip()
		assert tables and tables in document, \
		    "run: flowveil dataset schema --truth --markdown"
	PY
}
