#!/usr/bin/env bats
load common

# A small dataset, a sender's key, and a signed bag of both.
make_bag() {
	convert -o out.h5 --records primitive mixed.pcap
	openssl genpkey -algorithm ed25519 -out sender.key 2>/dev/null
	openssl pkey -in sender.key -pubout -out sender.pub
	bag out.h5 rel-1 --key sender.key
}

bag() {
	"$BATS_TEST_DIRNAME/../make_bag.py" "$@"
}

verify() {
	run --separate-stderr "$FLOWVEIL" dataset verify "$@"
	# One sentence on stderr, nothing for a terminal to obey.
	[ "${#stderr_lines[@]}" -le 1 ]
	[[ "$output$stderr" != *$'\033'* ]]
}

# verify, which fails with status 1 and says what follows --.
refused() {
	local arguments=()
	while [ "$1" != -- ]; do
		arguments+=("$1")
		shift
	done
	verify "${arguments[@]}"
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"$2"* ]]
	[[ "$output" == *"NOT VERIFIED"* ]]
}

# Whether an expression holds of the JSON in $output.
check_json() {
	/usr/bin/python3 -c 'import json, sys
r = json.loads(sys.argv[1])
sys.exit(not eval(sys.argv[2]))' "$output" "$1"
}

@test "a signed bag is verified as a directory and in every kind of archive" {
	make_bag
	for kind in tar tar.gz tar.zst zip; do
		bag --archive $kind rel-1 rel-1.$kind
	done
	for what in rel-1 rel-1.tar rel-1.tar.gz rel-1.tar.zst rel-1.zip; do
		verify --key sender.pub $what
		[ "$status" -eq 0 ]
		[[ "$output" == *GENUINE* ]]
		[ "$(grep -c ' ok ' <<<"$output")" -eq 6 ]
	done
	[ -z "$(find . -name '.flowveil*')" ]
}

@test "a bag by SHA-512, and a key pinned by its 64 digits" {
	make_bag
	bag out.h5 long-1 --key sender.key --digest sha512
	verify --key "$(openssl pkey -in sender.key -pubout -outform DER |
		tail -c 32 | od -An -tx1 | tr -d ' \n')" long-1
	[ "$status" -eq 0 ]
	[[ "$output" == *SHA-512* ]]
}

@test "a key pinned by its fingerprint needs the key in the bag, and that one" {
	make_bag
	verify --json --key sender.pub rel-1
	pin=$(/usr/bin/python3 -c 'import json,sys
print(json.load(sys.stdin)["signed_by"])' <<<"$output")
	refused --key "$pin" rel-1 -- "does not bring the key along"
	cp sender.pub rel-1/signing-key.pem
	verify --key "$pin" rel-1
	[ "$status" -eq 0 ]
	openssl genpkey -algorithm ed25519 2>/dev/null |
		openssl pkey -pubout -out rel-1/signing-key.pem
	refused --key "$pin" rel-1 -- "not with the one you trust"
	refused --key sender.pub rel-1 -- "not with the one you trust"
}

@test "a key that came with the bag is not taken for the sender's" {
	make_bag
	cp sender.pub rel-1/signing-key.pem
	verify --key rel-1/signing-key.pem rel-1
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"lies in the bag itself"* ]]
}

@test "without a key, or with the wrong one, a partner is told what to do" {
	make_bag
	refused rel-1 -- "give --key"
	openssl genpkey -algorithm ed25519 -out other.key 2>/dev/null
	openssl pkey -in other.key -pubout -out other.pub
	refused --key other.pub rel-1 -- "not this key's"
	verify --key sender.key rel-1
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"holds a private key"* ]]
	verify --unsigned rel-1
	[ "$status" -eq 0 ]
	[[ "$output" == *"FROM ANYBODY"* ]]
	rm rel-1/tagmanifest-sha256.txt.sig
	refused rel-1 -- "not signed"
	refused --key sender.pub rel-1 -- "not signed"
}

@test "what is missing, added or changed is named" {
	make_bag
	cp -r rel-1 copy && rm copy/data/README.md
	refused --key sender.pub copy -- "data/README.md: is missing"
	cp -r rel-1 more && echo x >more/data/more.txt
	refused --key sender.pub more -- "data/more.txt: is in the bag, but no manifest"
	cp -r rel-1 tag && echo x >tag/notes.txt
	refused --key sender.pub tag -- "notes.txt: is in the bag, but no manifest"
	cp -r rel-1 text && echo x >>text/data/metadata/schema.json
	refused --key sender.pub text -- "bag-info.txt says"
	cp -r rel-1 same && printf '[]\n' >same/data/metadata/schema.json
	refused --key sender.pub same -- "schema.json: does not have the digest"
	cp -r rel-1 fetch && echo 'https://example.org/x 1 data/x' >fetch/fetch.txt
	refused --key sender.pub fetch -- "fetch.txt"
	cp -r rel-1 link && ln -s /etc/passwd link/data/link
	refused --key sender.pub link -- "links do not belong"
	mkdir none && refused none -- "bagit.txt: is missing"
}

@test "a manifest that was written anew is caught by the signature alone" {
	make_bag
	printf '[]\n' >rel-1/data/metadata/schema.json
	(cd rel-1 && find data -type f | sort | xargs sha256sum >manifest-sha256.txt)
	bag --retag rel-1
	refused --key sender.pub rel-1 -- "signature"
	size=$(cat rel-1/data/*.* rel-1/data/metadata/* | wc -c)
	printf 'Payload-Oxum: %d.3\n' "$size" >rel-1/bag-info.txt
	bag --retag rel-1
	verify --unsigned rel-1
	[ "$status" -eq 0 ]
}

@test "archives that climb, link, hide or explode are refused in a sentence" {
	for kind in parent absolute backslash control symlink hardlink device \
		twice elsewhere bomb bomb.zip; do
		bag --evil $kind evil
		refused --unsigned evil -- ""
		[ -n "$stderr" ]
		echo "$kind: $stderr" >>said
	done
	grep -q "parent: .*'\.\.'" said
	grep -q "absolute: .*absolute" said
	grep -q "symlink: .*link or a device" said
	grep -q "twice: .*bagit.txt: is there twice" said
	grep -q "bomb: .*100 times" said
	grep -q "bomb.zip: .*100 times" said
	[ ! -e x ] && [ ! -e ../x ]
}

@test "a download that stopped half-way says so" {
	make_bag
	for kind in tar tar.gz tar.zst zip; do
		bag --archive $kind rel-1 rel-1.$kind
		size=$(stat -c %s rel-1.$kind)
		for part in $((size / 3)) $((size / 2)) $((size * 9 / 10)); do
			head -c $part rel-1.$kind >half
			refused --key sender.pub half -- "complete"
		done
	done
	head -c 100000 out.h5 >half
	refused half -- "not complete"
	: >half
	refused half -- "not complete"
	cp -r rel-1 half-1 && truncate -s 100000 half-1/data/flows.h5
	refused --key sender.pub half-1 -- "not complete"
}

@test "a dataset alone is checked, and nothing claims to know whose it is" {
	make_bag
	verify out.h5
	[ "$status" -eq 0 ]
	[[ "$output" == *"FROM ANYBODY"* ]]
	refused --key sender.pub out.h5 -- "carries no signature"
	refused mixed.pcap -- "neither a dataset nor a bag"
	refused nowhere.h5 -- "No such file"
	mkfifo pipe
	refused pipe -- "not a regular file"
}

@test "a dataset that reads other files never opens, by whatever command" {
	make_bag
	/usr/bin/python3 - <<-'PY'
		import h5py, numpy, shutil
		def evil(name, change):
		    shutil.copy("out.h5", name)
		    with h5py.File(name, "r+", libver=("v108", "latest" if change is virtual else "v108")) as f:
		        change(f)
		def soft(f): f["more"] = h5py.SoftLink("/flows")
		def external(f): f["more"] = h5py.ExternalLink("out.h5", "/flows")
		def hard(f): f["more"] = f["flows"]
		def loop(f): f["flows"]["more"] = f["flows"]
		def storage(f):
		    f["flows"].create_dataset("more", (8,), "u1", external=[("/etc/hostname", 0, 8)])
		def virtual(f):
		    layout = h5py.VirtualLayout((8,), "u1")
		    layout[:] = h5py.VirtualSource("out.h5", "flows/protocol", (8,))
		    f["flows"].create_virtual_dataset("more", layout)
		def array(f): f["flows"].create_dataset("more", (2, 2), "u1")
		def flat(f): f["flows"].create_dataset("more", (8,), "u1")
		def real(f): f["flows"].create_dataset("more", (8,), "f8", chunks=(65536,), maxshape=(None,))
		def scale(f): f["flows"].create_dataset("more", (8,), "u1", chunks=(65536,), maxshape=(None,), scaleoffset=0)
		def huge(f): f["flows"].create_dataset("more", (1 << 60,), "u1", chunks=(65536,), maxshape=(None,))
		def empty(f): f["flows"].create_dataset("more", (70000,), "u1", chunks=(65536,), maxshape=(None,))
		def reference(f): f["flows"].attrs["more"] = f["hosts"].ref
		def text(f): f.attrs["a b"] = "x"
		def deep(f): f["flows"].create_group("more")
		def kind(f): f["more"] = numpy.dtype("i4")
		for change in (soft, external, hard, loop, storage, virtual, array, flat, real,
		               scale, huge, empty, reference, text, deep, kind):
		    evil(f"evil-{change.__name__}.h5", change)
	PY
	for file in evil-*.h5; do
		refused "$file" -- "$file"
		echo "$stderr" >>said
		run "$FLOWVEIL" report "$file"
		[ "$status" -eq 1 ]
		run "$FLOWVEIL" dataset info "$file"
		[ "$status" -eq 1 ]
	done
	[ "$(wc -l <said)" -eq 16 ]
	grep -q 'evil-external.h5: more: is a link to somewhere else' said
	grep -q 'evil-storage.h5: flows/more: keeps its values in other files' said
	grep -q 'evil-virtual.h5: flows/more: is put together from other files' said
	grep -q 'evil-scale.h5: flows/more: needs filters' said
	grep -q 'evil-loop.h5: .*several names' said
	grep -q 'evil-huge.h5: flows/more: has more rows' said
	grep -q 'evil-real.h5: flows/more: holds values' said
}

@test "columns and tables of a later version are let in" {
	make_bag
	/usr/bin/python3 - <<-'PY'
		import h5py
		with h5py.File("out.h5", "r+", libver=("v108", "v108")) as f:
		    f["flows"].create_dataset("later", data=range(9), dtype="u4", chunks=(65536,),
		        maxshape=(None,), shuffle=True, compression="gzip")
		    f.create_group("later").attrs["CLASS"] = "COLUMN_TABLE"
	PY
	verify out.h5
	[ "$status" -eq 0 ]
}

@test "a digest in the file that was written anew does not hide a bad reference" {
	make_bag
	/usr/bin/python3 - <<-'PY'
		import h5py
		with h5py.File("out.h5", "r+") as f:
		    f["flows/source"][0] = 1 << 30
	PY
	refused out.h5 -- "refers to row"
}

@test "verify: both forms say the same, and misuse is told" {
	make_bag
	verify --json --key sender.pub rel-1
	[ "$status" -eq 0 ]
	check_json 'r["good"] and r["datasets"] == 1 and r["files"] == 8'
	check_json 'r["flow_records"] > 0 and r["signed_by"].startswith("sha256:")'
	check_json '[s["outcome"] for s in r["stages"]] == ["ok"] * 6'
	verify --json rel-1
	[ "$status" -eq 1 ]
	check_json 'not r["good"] and r["signed_by"] is None'
	check_json 'r["stages"][1]["outcome"] == "failed" and "--key" in r["stages"][1]["detail"]'
	check_json 'r["stages"][2]["outcome"] == "not reached"'
	run "$FLOWVEIL" dataset verify
	[ "$status" -eq 2 ]
	run "$FLOWVEIL" dataset verify --key sender.pub --unsigned rel-1
	[ "$status" -eq 2 ]
}

@test "without the filter, by wish, the limits still hold" {
	make_bag
	bag --archive tar rel-1 rel-1.tar
	FLOWVEIL_SANDBOX=limits verify --key sender.pub rel-1.tar
	[ "$status" -eq 0 ]
	head -c 20000 rel-1.tar >half
	FLOWVEIL_SANDBOX=limits refused --key sender.pub half -- "complete"
}

@test "what package makes, verify takes, in every form" {
	convert -o out.h5 --records primitive mixed.pcap
	"$FLOWVEIL" key new --signing sender.key >sender.about 2>/dev/null
	openssl pkey -in sender.key -pubout -out sender.pub
	sed 's/name: hotel-01/name: site-1/; s/2008-11-30/2010-01-01/; s/^date-released:.*/date-released: 2010-02-01/' \
		"$BATS_TEST_DIRNAME/../demo.cff" >release.cff
	for form in bag rel.tar rel.tar.gz rel.tar.zst rel.zip; do
		"$FLOWVEIL" dataset package -q -m release.cff --sign file:sender.key \
			-o $form out.h5
		verify --key sender.pub $form
		[ "$status" -eq 0 ]
		[[ "$output" == *GENUINE* ]]
	done
	pin=$(grep -ho 'sha256:[0-9a-f]*' sender.about)
	verify --key "$pin" rel.tar
	[ "$status" -eq 0 ]
	for twin in minisig sig.signify; do
		cp -r bag changed
		sed -i '1s/key/kez/' changed/tagmanifest-sha256.txt.$twin
		refused --key sender.pub changed -- "$twin: is a signature by that key, but"
		rm -r changed
	done
	"$FLOWVEIL" dataset package -q -m release.cff -o unsigned.tar out.h5
	refused unsigned.tar -- "not signed"
	verify --unsigned unsigned.tar
	[ "$status" -eq 0 ]
}
