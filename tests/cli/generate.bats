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
