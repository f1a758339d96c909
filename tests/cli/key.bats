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
