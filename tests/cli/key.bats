#!/usr/bin/env bats
load common

@test "a new key is readable by its owner alone, whatever the umask" {
	(umask 000 && "$FLOWVEIL" key new open.key 2>/dev/null)
	[ "$(stat -c %a open.key)" = 600 ]
	(umask 777 && "$FLOWVEIL" key new shut.key 2>/dev/null)
	[ "$(stat -c %a shut.key)" = 600 ]
}

@test "key new prints the id that key show prints, and never the key" {
	run --separate-stderr "$FLOWVEIL" key new a.key
	[ "$status" -eq 0 ]
	[[ "$output" =~ ^key\ id:\ [0-9a-f]{32}$ ]]
	id=$output
	run "$FLOWVEIL" key show --key file:a.key
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "$id" ]
	secret=$(sed -n 's/^key: //p' a.key)
	[[ "$output" != *"$secret"* ]]
}

@test "key new leaves an existing file and a link alone" {
	cp test.key before
	run "$FLOWVEIL" key new test.key
	[ "$status" -eq 1 ]
	cmp test.key before
	ln -s nowhere link.key
	run "$FLOWVEIL" key new link.key
	[ "$status" -eq 1 ]
	[ ! -e nowhere ]
}

@test "a key that others may read is refused" {
	for mode in 0640 0604 0620 0602 0610 0666; do
		chmod "$mode" test.key
		run --separate-stderr "$FLOWVEIL" key show --key file:test.key
		[ "$status" -eq 1 ]
		[[ "$stderr" == *"others may read or write it"* ]]
	done
}

@test "a key comes from a file, a variable or a descriptor" {
	file=$("$FLOWVEIL" key show --key file:test.key)
	variable=$(FV_TEST_KEY=$(cat test.key; echo x) && FV_TEST_KEY=${FV_TEST_KEY%x} &&
		export FV_TEST_KEY && "$FLOWVEIL" key show --key env:FV_TEST_KEY)
	descriptor=$("$FLOWVEIL" key show --key fd:7 7<test.key)
	[ "$file" = "$variable" ]
	[ "$file" = "$descriptor" ]
}

@test "a key on the command line is refused, and not repeated" {
	secret=$(sed -n 's/^key: //p' test.key)
	run "$FLOWVEIL" key show --key "$secret"
	[ "$status" -eq 2 ]
	[[ "$output" != *"$secret"* ]]
}

@test "a damaged key is refused" {
	sed 's/^id: ./id: x/' test.key >bad.key
	chmod 600 bad.key
	run "$FLOWVEIL" key show --key file:bad.key
	[ "$status" -eq 1 ]
	[[ "$output" == *"damaged"* ]]
}

@test "a missing key says how to make one" {
	run "$FLOWVEIL" key show --key file:none.key
	[ "$status" -eq 1 ]
	[[ "$output" == *"flowveil key new"* ]]
}

@test "a wrapped key needs its passphrase, from wherever that comes" {
	"$CAPGEN" flows 10 5 c.pcap
	printf 'correct horse battery\nnot this line\n' >pass
	chmod 600 pass
	"$FLOWVEIL" key new --passphrase file:pass w.key 2>/dev/null >id
	run ! grep -q "kdf: none" w.key
	run "$FLOWVEIL" key show --key file:w.key
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "$(cat id)" ]
	run --separate-stderr "$FLOWVEIL" convert -q --key file:w.key -o a.h5 c.pcap
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"--passphrase"* ]]
	run --separate-stderr env P=wronghorsebattery \
		"$FLOWVEIL" convert -q --key file:w.key --passphrase env:P -o a.h5 c.pcap
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"passphrase is not that of this key"* ]]
	[[ "$stderr" != *wronghorse* ]]
	[ ! -e a.h5 ]
	"$FLOWVEIL" convert -q --key file:w.key --passphrase file:pass -o a.h5 c.pcap
	P='correct horse battery' \
		"$FLOWVEIL" convert -q --key file:w.key --passphrase env:P -o b.h5 c.pcap
	"$FLOWVEIL" convert -q --key file:w.key --passphrase fd:7 -o c.h5 c.pcap 7<pass
	cmp a.h5 b.h5
	cmp a.h5 c.h5
}

@test "a passphrase that others may read, or that is short, is refused" {
	printf 'correct horse battery\n' >pass
	chmod 644 pass
	run "$FLOWVEIL" key new --passphrase file:pass w.key
	[ "$status" -eq 1 ]
	[[ "$output" == *"others may read"* ]]
	P=short run "$FLOWVEIL" key new --passphrase env:P w.key
	[ "$status" -eq 2 ]
	[[ "$output" == *"5 characters"* ]]
	[ ! -e w.key ]
}

@test "a key from elsewhere is imported, raw, in hex or to be wrapped" {
	hex=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
	printf "$(sed 's/../\\x&/g' <<<"$hex")" >raw
	chmod 600 raw
	raw=$("$FLOWVEIL" key new --import file:raw raw.key 2>/dev/null)
	text=$(H=$hex "$FLOWVEIL" key new --import env:H hex.key 2>/dev/null)
	[ "$raw" = "$text" ]
	again=$(P='correct horse battery' "$FLOWVEIL" key new --import file:raw.key \
		--passphrase env:P wrapped.key 2>/dev/null)
	[ "$raw" = "$again" ]
	head -c 31 raw >cut
	chmod 600 cut
	run "$FLOWVEIL" key new --import file:cut cut.key
	[ "$status" -eq 1 ]
	[[ "$output" == *"31 bytes"* ]]
	[ ! -e cut.key ]
	run "$FLOWVEIL" key new --import "$hex" typed.key
	[ "$status" -eq 2 ]
	[[ "$output" != *"$hex"* ]]
}

@test "an ephemeral key is another each time, and leaves nothing" {
	"$CAPGEN" flows 10 5 c.pcap
	"$FLOWVEIL" convert -q --ephemeral -o a.h5 c.pcap
	"$FLOWVEIL" convert -q --ephemeral -o b.h5 c.pcap
	a=$("$FLOWVEIL" dataset info a.h5 | grep -i "key id")
	b=$("$FLOWVEIL" dataset info b.h5 | grep -i "key id")
	[ "$a" != "$b" ]
	run "$FLOWVEIL" convert -q --ephemeral --key file:test.key -o c.h5 c.pcap
	[ "$status" -eq 2 ]
	[ ! -e c.h5 ]
}

@test "a key is destroyed by its id alone, and the ledger says so" {
	run "$FLOWVEIL" key destroy test.key
	[ "$status" -eq 2 ]
	run "$FLOWVEIL" key destroy --id 00000000000000000000000000000000 test.key
	[ "$status" -eq 1 ]
	[ -e test.key ]
	id=$(sed -n 's/^id: //p' test.key)
	run --separate-stderr "$FLOWVEIL" key destroy --id "$id" test.key
	[ "$status" -eq 0 ]
	[ ! -e test.key ]
	grep -q "^$id created .* destroyed " destroyed-keys.txt
	[ "$(stat -c %a destroyed-keys.txt)" = 600 ]
}

@test "no other process looks into one that has a key, and none dumps core" {
	mkfifo hold
	(ulimit -c unlimited && exec "$FLOWVEIL" key show --key fd:7 7<hold >/dev/null) &
	exec 8>hold
	sleep 0.2
	grep -q "Max core file size *0 *0" "/proc/$!/limits"
	# Of the superuser's processes these belong to root in any case.
	[ "$(id -u)" = 0 ] || [ "$(stat -c %U "/proc/$!/fd")" = root ]
	cat test.key >&8
	exec 8>&-
	wait $!
}
