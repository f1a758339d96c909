#!/usr/bin/env bats
load common

here="$BATS_TEST_DIRNAME/.."

# A dataset, the description of it, and a key to sign with.
setup() {
	: "${FLOWVEIL:?}" "${CAPGEN:?}"
	cd "$BATS_TEST_TMPDIR" || return 1
	"$CAPGEN" mixed mixed.pcap
	reference_key
	"$FLOWVEIL" convert -q --key file:test.key --site-kind hotel \
		-o a.h5 mixed.pcap
	describe
	"$FLOWVEIL" key new --signing sign.pem >sign.pub 2>/dev/null
}

describe() {
	"$here/release_metadata" --start 2010-01-01 --end 2010-01-01 "$@" \
		>release.cff
}

# package OUTPUT OPTION... : of a.h5 unless datasets are named
package() {
	run --separate-stderr "$FLOWVEIL" dataset package -m release.cff -o "$@"
}

# nothing PATTERN... : no file has such a name
nothing() {
	for pattern in "$@"; do
		! compgen -G "$pattern" || return 1
	done
}

signed() {
	package "$1" --sign file:sign.pem "${@:2}" a.h5
	[ "$status" -eq 0 ]
}

@test "the template names every blank that must be filled, by line" {
	run "$FLOWVEIL" dataset package --init new.cff
	[ "$status" -eq 0 ]
	cp new.cff untouched.cff
	run --separate-stderr "$FLOWVEIL" dataset package -m new.cff -o x.tar a.h5
	[ "$status" -eq 1 ]
	[ ! -e x.tar ]
	[[ "$stderr" == *"new.cff: 16 things to mend"* ]]
	# Each "new.cff:LINE: 'FIELD' is empty" points at that field's line.
	grep "is empty" <<<"$stderr" >told
	[ "$(wc -l <told)" -eq 13 ]
	while IFS=: read -r _ line text; do
		field=$(cut -d"'" -f2 <<<"$text")
		sed -n "${line}p" new.cff | grep -q "^ *-* *$field:"
	done <told
	# It is not written over.
	run "$FLOWVEIL" dataset package --init new.cff
	[ "$status" -eq 1 ]
	cmp new.cff untouched.cff
}

@test "what is wrong in the metadata is told at once, each by its line" {
	sed -i -e 's/^version:.*/version: a b/' -e 's/email: d.*/email: nobody/' \
		-e 's/kind: hotel/kind: at 10.1.2.3/' -e 's/^url:/uri:/' release.cff
	package x.tar a.h5
	[ "$status" -eq 1 ]
	[ ! -e x.tar ]
	for field in version email kind uri; do
		line=$(grep -n "^ *-* *$field:" release.cff | tail -1 | cut -d: -f1)
		grep -q "^release.cff:$line: '$field'" <<<"$stderr"
	done
	[[ "$stderr" == *"is 'url' meant?"* ]]
	[[ "$stderr" == *"4 things to mend"* ]]
}

@test "a release is a bag with a crate in it, that other programs find whole" {
	"$FLOWVEIL" report -o report a.h5 >/dev/null
	echo '{"leaks": 0}' >audit.json
	describe --doi 10.5072/example
	signed bag --report report --audit audit.json
	[ "$output" = bag ]
	(cd bag && sha256sum -c --quiet --strict manifest-sha256.txt \
		tagmanifest-sha256.txt)
	"$here/bag_check.py" --controls bag
	"$here/release_check.py" bag/data
	xmllint --noout bag/data/metadata/datacite.xml
	cmp a.h5 bag/data/flows.h5
	cmp audit.json bag/data/metadata/audit.json
	cmp report/report.txt bag/data/reports/report.txt
	"$FLOWVEIL" dataset schema --json | cmp - bag/data/metadata/schema.json
	"$FLOWVEIL" dataset info --json a.h5 |
		cmp - bag/data/metadata/provenance.json
}

@test "the README says what one must know before using a dataset" {
	signed bag
	for text in 'Between access points and gateway' '1 Gbit/s Ethernet' \
		'1 capture of both directions' 'IPv4 (' 'IPv6 (' \
		'2010-01-01 to 2010-01-01 (UTC)' '2010-01-01T00:00:00Z to' \
		'in multiples of 1 ms' 'NTP, within 5 ms' \
		'One record for each direction of a 5-tuple' \
		'ends after 300 s without a packet, and is cut when it is 1800 s' \
		'crypto-pan' 'hosts/address: prefix-preserving' \
		'As captured, and not anonymized: flows/start_time' \
		'None known' 'packets_recorded' 'Made with flowveil' \
		'Not to be passed on' 'data@example.org' 'mean packet size' \
		"$(sha256sum a.h5 | cut -d' ' -f1)" "$(stat -c %s a.h5)"; do
		grep -qF "$text" bag/data/README.md || {
			echo "README lacks: $text"
			return 1
		}
	done
	grep -qF "$("$FLOWVEIL" key show --key file:test.key |
		sed -n 's/key id: //p')" bag/data/README.md
	# Markup of what people wrote is text there.
	grep -qF '\<hotel\>' bag/data/README.md
}

verify_openssl() {
	openssl pkeyutl -verify -pubin -inkey "$1" -rawin -in "$2" \
		-sigfile tagmanifest-sha256.txt.sig
}
verify_minisign() {
	minisign -V -p "$1" -m "$2" -x tagmanifest-sha256.txt.minisig
}
verify_signify() {
	signify-openbsd -V -p "$1" -m "$2" -x tagmanifest-sha256.txt.sig.signify
}

@test "openssl, minisign and signify accept the signature, and no other" {
	"$FLOWVEIL" key new --signing other.pem >other.pub 2>/dev/null
	"$FLOWVEIL" key show --minisign --key file:sign.pem >sign.mini
	"$FLOWVEIL" key show --minisign --key file:other.pem >other.mini
	signed bag
	cd bag
	[ "$(stat -c %s tagmanifest-sha256.txt.sig)" -eq 64 ]
	sed 's/bagit/bagif/' tagmanifest-sha256.txt >changed
	good=tagmanifest-sha256.txt
	for tool in openssl minisign signify; do
		form=mini
		[ $tool = openssl ] && form=pub
		run verify_$tool ../sign.$form $good
		[ "$status" -eq 0 ]
		run verify_$tool ../other.$form $good
		[ "$status" -ne 0 ]
		run verify_$tool ../sign.$form changed
		[ "$status" -ne 0 ]
	done
	for file in tagmanifest-sha256.txt.sig*; do
		size=$(stat -c %s "$file")
		other=A # than what is there
		[ "$(tail -c 20 "$file" | head -c 1 | tr -d '\0')" = A ] && other=B
		printf %s $other |
			dd of="$file" bs=1 seek=$((size - 20)) conv=notrunc \
				status=none
	done
	run verify_openssl ../sign.pub $good
	[ "$status" -ne 0 ]
	run verify_signify ../sign.mini $good
	[ "$status" -ne 0 ]
	# What is published of the key is the key, and its print.
	[ "$(sed 1d ../sign.pub)" = "$(cat signing-key.pem)" ]
	grep -q "^Signing-Key-Fingerprint: $(sed -n 's/fingerprint: //p' \
		../sign.pub)$" bag-info.txt
	openssl pkey -pubin -in signing-key.pem -outform DER | tail -c 32 |
		sha256sum | grep -q "$(sed -n 's/fingerprint: sha256://p' ../sign.pub)"
}

@test "the same input gives the same bytes, in any time zone and under any umask" {
	signed bag
	for kind in tar tar.gz tar.zst zip; do
		signed 1.$kind
		sleep 0.6
		(
			umask 077
			TZ=Asia/Kathmandu "$FLOWVEIL" dataset package -q -m release.cff \
				--sign file:sign.pem -o 2.$kind a.h5
		)
		cmp 1.$kind 2.$kind
	done
	mkdir x
	for kind in tar tar.gz tar.zst; do
		tar -C x -xf 1.$kind
		diff -r x/made-up-1.0 bag
		rm -r x/made-up-1.0
	done
	unzip -q -d x 1.zip
	diff -r x/made-up-1.0 bag
	[ "$(ls x)" = made-up-1.0 ]
	# The date in it is the release's, and no one's name is.
	tar -tvf 1.tar | awk '{print $1, $2, $4}' | sort -u >seen
	[ "$(cat seen)" = '-rw-r--r-- 0/0 2026-06-30' ]
}

@test "SOURCE_DATE_EPOCH gives the time that files bear" {
	export SOURCE_DATE_EPOCH=1000000000
	signed 1.tar
	[ "$(TZ=UTC tar -tvf 1.tar | awk '{print $4, $5}' | sort -u)" = \
		"2001-09-09 01:46" ]
	tar -xOf 1.tar made-up-1.0/bag-info.txt | grep -q 'Bagging-Date: 2001-09-09'
	# What the release says of itself is as before.
	grep -q '2026-06-30' <(tar -xOf 1.tar made-up-1.0/data/README.md)
	SOURCE_DATE_EPOCH=yesterday package 2.tar a.h5
	[ "$status" -eq 2 ]
	[ ! -e 2.tar ]
}

@test "signing keys come from files, variables and descriptors, never arguments" {
	signed 1.tar
	KEY=$(cat sign.pem) package 2.tar --sign env:KEY a.h5
	[ "$status" -eq 0 ]
	package 3.tar --sign fd:7 a.h5 7<sign.pem
	[ "$status" -eq 0 ]
	cmp 1.tar 2.tar
	cmp 1.tar 3.tar
	secret=$(sed -n 2p sign.pem)
	package 4.tar --sign "$secret" a.h5
	[ "$status" -eq 2 ]
	[[ "$stderr" != *"$secret"* ]]
	chmod 640 sign.pem
	package 4.tar --sign file:sign.pem a.h5
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"mode 0640"* ]]
	package 4.tar --sign file:none.pem a.h5
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"key new --signing"* ]]
	openssl genpkey -algorithm ed25519 -aes128 -pass pass:x -out locked.pem
	chmod 600 locked.pem
	package 4.tar --sign file:locked.pem a.h5 </dev/null
	[ "$status" -eq 1 ]
	[[ "$stderr" == *passphrase* ]]
	# The key to addresses is not one to sign with.
	package 4.tar --sign file:test.key a.h5
	[ "$status" -eq 1 ]
	[ ! -e 4.tar ]
	# One of openssl is.
	openssl genpkey -algorithm ed25519 -out o.pem
	chmod 600 o.pem
	package 4.tar --sign file:o.pem a.h5
	[ "$status" -eq 0 ]
}

@test "what was packaged is found genuine by its receiver" {
	"$FLOWVEIL" key new --signing other.pem >other.pub 2>/dev/null
	print=$(sed -n 's/^fingerprint: //p' sign.pub)
	for output in r.tar r.tar.gz r.tar.zst r.zip r; do
		signed $output
		"$FLOWVEIL" dataset verify --key sign.pub $output
		"$FLOWVEIL" dataset verify --key "$print" $output
		run "$FLOWVEIL" dataset verify --key other.pub $output
		[ "$status" -eq 1 ]
	done
	cp a.h5 b.h5
	signed p.tar --part-size "$(stat -c %s a.h5)" b.h5
	"$FLOWVEIL" dataset verify --key sign.pub p-1-of-2.tar
	"$FLOWVEIL" dataset verify --key sign.pub p-2-of-2.tar
	package u.tar a.h5
	"$FLOWVEIL" dataset verify --unsigned u.tar
}

@test "the steps of the release document work as they are printed" {
	signed hotel-a-1.0.tar
	"$FLOWVEIL" key show --key file:sign.pem --minisign >sender.minisign.pub
	"$FLOWVEIL" key show --key file:sign.pem --signing | cmp - sign.pub
	tar -xf hotel-a-1.0.tar
	cp sign.pub made-up-1.0/sender.pub
	mv sender.minisign.pub made-up-1.0
	cd made-up-1.0
	# What stands under "Check it without flowveil", line by line.
	sed -n '/^## Check it without/,/^## Where/p' "$here/../docs/release.md" |
		sed -n '/^```sh/,/^```$/p' | grep -v '^```' |
		sed 's/^signify/signify-openbsd/' >steps
	[ "$(grep -c '^[a-z]' steps)" -eq 6 ]
	bash -e -o pipefail steps >said
	[[ "$(tail -1 said)" == "$(sed -n 's/fingerprint: sha256://p' sender.pub)"* ]]
	# They notice what they are for.
	echo x >data/more
	run bash -e -o pipefail steps
	[ "$status" -ne 0 ]
	rm data/more
	echo x >>data/README.md
	run bash -e -o pipefail steps
	[ "$status" -ne 0 ]
}

@test "without a key it is said that nobody signed" {
	package bag a.h5
	[ "$status" -eq 0 ]
	[[ "$stderr" == *"not signed"* ]]
	[ ! -e bag/tagmanifest-sha256.txt.sig ]
	[ ! -e bag/signing-key.pem ]
	"$here/bag_check.py" bag
}

@test "a dataset that is not whole is not packaged" {
	cp a.h5 changed.h5
	/usr/bin/python3 - <<-'PY'
		import h5py
		with h5py.File("changed.h5", "r+") as f:
		    f["flows/bytes"][0] += 1
	PY
	package x.tar changed.h5
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"changed.h5: is not a whole dataset"* ]]
	head -c 3000 a.h5 >cut.h5
	package x.tar cut.h5
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"cut.h5"* ]]
	package x.tar mixed.pcap
	[ "$status" -eq 1 ]
	package x.tar none.h5
	[ "$status" -eq 1 ]
	package x.tar a.h5 .
	[ "$status" -eq 1 ]
	nothing 'x*' '.x*'
}

@test "metadata that contradict the dataset are refused" {
	describe --site other
	package x.tar a.h5
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"site 'site-1'"* ]]
	describe --kind cafe
	package x.tar a.h5
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"'hotel' in the dataset"* ]]
	"$here/release_metadata" --start 2010-01-02 --end 2010-01-03 >release.cff
	package x.tar a.h5
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"before the start"* ]]
	"$here/release_metadata" --start 2009-01-02 --end 2009-12-31 >release.cff
	package x.tar a.h5
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"behind the end"* ]]
	# Two releases in one: other keys.
	describe
	"$FLOWVEIL" key new other.key >/dev/null 2>&1
	"$FLOWVEIL" convert -q --key file:other.key --site-kind hotel \
		-o b.h5 mixed.pcap
	package x.tar a.h5 b.h5
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"b.h5: was made with another key"* ]]
	[ ! -e x.tar ]
}

@test "what is there already is left alone" {
	echo precious >x.tar
	package x.tar a.h5
	[ "$status" -eq 1 ]
	[ "$(cat x.tar)" = precious ]
	package x.tar --replace a.h5
	[ "$status" -eq 0 ]
	tar -tf x.tar >/dev/null
	mkdir bag
	package bag --replace a.h5
	[ "$status" -eq 1 ]
	[ -z "$(ls -A bag)" ]
}

@test "a large release is several bags, each whole by itself" {
	cp a.h5 b.h5
	cp a.h5 c.h5
	size=$(stat -c %s a.h5)
	package r.tar --sign file:sign.pem --part-size $((2 * size)) a.h5 b.h5 c.h5
	[ "$status" -eq 0 ]
	[ "$output" = $'r-1-of-2.tar\nr-2-of-2.tar' ]
	for part in 1 2; do
		tar -xf r-$part-of-2.tar
		bag=made-up-1.0-$part-of-2
		"$here/bag_check.py" $bag
		grep -q "^Bag-Count: $part of 2$" $bag/bag-info.txt
		grep -q "^Bag-Group-Identifier: made-up-1.0$" $bag/bag-info.txt
		(cd $bag && verify_openssl ../sign.pub tagmanifest-sha256.txt)
		[ -e $bag/data/sample.h5 ]
	done
	[ "$(ls made-up-1.0-1-of-2/data/shards)" = $'part-00000.h5\npart-00001.h5' ]
	[ "$(ls made-up-1.0-2-of-2/data/shards)" = part-00002.h5 ]
	# One that does not fit is told, and nothing is left of the others.
	package s.tar --part-size $((size - 1)) a.h5
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"datasets are not cut"* ]]
	# A part that cannot take its name takes the others along.
	mkdir -p t-2-of-2.tar
	package t.tar --replace --part-size $((2 * size)) a.h5 b.h5 c.h5
	[ "$status" -eq 1 ]
	[ ! -e t-1-of-2.tar ]
	for bad in 0 x 1X 1GG -1 99999999999T ''; do
		package s.tar --part-size "$bad" a.h5
		[ "$status" -eq 2 ]
	done
	nothing 's.*' 's-*' '.[!.]*'
}

@test "the sample is the beginning of the dataset, with the same row numbers" {
	"$CAPGEN" flows 30000 500 flows.pcap
	"$FLOWVEIL" convert -q --key file:test.key --site-kind hotel \
		--records primitive -o b.h5 flows.pcap
	start=$("$FLOWVEIL" dataset info b.h5 |
		sed -n 's/^Time coverage *\(..........\).*/\1/p')
	"$here/release_metadata" --start "$start" --end "$start" >release.cff
	package bag --sample-rows 1234 b.h5
	[ "$status" -eq 0 ]
	"$FLOWVEIL" dataset info --check bag/data/sample.h5 >told
	grep -q "Sample of" told
	"$FLOWVEIL" report bag/data/sample.h5 >/dev/null
	/usr/bin/python3 - <<-'PY'
		import h5py
		with h5py.File("b.h5") as b, h5py.File("bag/data/sample.h5") as s:
		    assert s["flows"].attrs["NROWS"] == 1234
		    assert len(s["hosts/address"]) < len(b["hosts/address"])
		    columns = 0
		    for table in b:
		        for name in b[table]:
		            part = s[table][name][:]
		            assert (b[table][name][:len(part)] == part).all(), name
		            columns += 1
		    assert columns > 80
		    assert s["flows/source"][:].max() < len(s["hosts/address"])
	PY
	package none --sample-rows 0 b.h5
	[ "$status" -eq 0 ]
	[ ! -e none/data/sample.h5 ]
	"$here/bag_check.py" none
}

@test "no path, host, user or key of this machine is in a release" {
	mkdir -p "secret-folder-name/deep"
	cp a.h5 secret-folder-name/deep/secret-file-name.h5
	"$FLOWVEIL" report -o secret-folder-name/rep a.h5 >/dev/null
	cp release.cff secret-folder-name/described.cff
	run "$FLOWVEIL" dataset package -m "$PWD/secret-folder-name/described.cff" \
		--sign "file:$PWD/sign.pem" --report "$PWD/secret-folder-name/rep" \
		-o "$PWD/secret-folder-name/out.tar" \
		"$PWD/secret-folder-name/deep/secret-file-name.h5"
	[ "$status" -eq 0 ]
	for word in secret-folder secret-file described.cff "$BATS_TEST_TMPDIR" \
		"$(sed -n 2p sign.pem)" "$(sed -n 's/^key: //p' test.key)" \
		"$HOME/" "$(uname -r)"; do
		if grep -qaF -e "$word" secret-folder-name/out.tar; then
			echo "in the release: $word"
			return 1
		fi
	done
	# The search is able to find.
	grep -qaF -e "Example Networks" secret-folder-name/out.tar
}

@test "reports are taken by plain names only" {
	mkdir -p r/tables
	echo text >r/report.txt
	echo 1,2 >r/tables/R01.csv
	package bag --report r a.h5
	[ "$status" -eq 0 ]
	cmp r/tables/R01.csv bag/data/reports/tables/R01.csv
	"$here/bag_check.py" bag
	for name in 'two words' .hidden -dash $'new\nline' 'ümlaut' 'a%b'; do
		echo x >"r/$name"
		package x.tar --report r a.h5
		[ "$status" -eq 2 ]
		rm "r/$name"
	done
	ln -s /etc/passwd r/link
	package x.tar --report r a.h5
	[ "$status" -eq 2 ]
	rm r/link
	mkdir -p r/tables/deep
	package x.tar --report r a.h5
	[ "$status" -eq 2 ]
	package x.tar --report none a.h5
	[ "$status" -eq 1 ]
	echo x >audit.doc
	package x.tar --audit audit.doc a.h5
	[ "$status" -eq 2 ]
	[ ! -e x.tar ]
}

@test "a full disk leaves nothing behind" {
	for output in x.tar x.tar.gz x.tar.zst x.zip x; do
		run bash -c "ulimit -f 8; exec '$FLOWVEIL' dataset package -q \
			-m release.cff --sample-rows 0 -o $output a.h5"
		[ "$status" -eq 1 ]
		[[ "$output" == *"File too large"* ]]
		nothing 'x*' '.x*'
	done
	run bash -c "ulimit -f 40; exec '$FLOWVEIL' dataset package -q \
		-m release.cff -o x.tar a.h5"
	[ "$status" -eq 1 ]
	nothing 'x*' '.x*'
}

@test "misuse is told in a sentence" {
	run "$FLOWVEIL" dataset package a.h5
	[ "$status" -eq 2 ]
	[[ "$output" == *"--metadata is missing"*"--init"* ]]
	run "$FLOWVEIL" dataset package -m release.cff a.h5
	[ "$status" -eq 2 ]
	[[ "$output" == *"--output is missing"* ]]
	run "$FLOWVEIL" dataset package -m release.cff -o x.tar
	[ "$status" -eq 2 ]
	[[ "$output" == *"no dataset is named"* ]]
	run "$FLOWVEIL" dataset package -m none.cff -o x.tar a.h5
	[ "$status" -eq 1 ]
	[[ "$output" == *"none.cff: not readable"* ]]
}
