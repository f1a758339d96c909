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

# A passphrase in a file that nobody else may read.
passphrase() {
	(umask 077 && printf '%s\n' "$2" >"$1")
}

wrapped_key() {
	passphrase right 'six random words are a good one'
	passphrase wrong 'six random words are a bad one!'
	"$FLOWVEIL" key new --passphrase file:right wrapped.key 2>/dev/null
}

@test "a wrapped key opens with its passphrase, from wherever that comes" {
	id=$(wrapped_key)
	run ! grep -q 'kdf: none' wrapped.key
	run --separate-stderr "$FLOWVEIL" convert --key file:wrapped.key \
		--passphrase file:right -q -o file.h5 mixed.pcap
	[ "$status" -eq 0 ]
	words=$(cat right) "$FLOWVEIL" convert --key file:wrapped.key \
		--passphrase env:words -q -o env.h5 mixed.pcap
	"$FLOWVEIL" convert --key fd:8 --passphrase fd:9 -q -o fd.h5 mixed.pcap \
		8<wrapped.key 9<right
	cmp file.h5 env.h5
	cmp file.h5 fd.h5
	"$FLOWVEIL" dataset info file.h5 | grep -qF "${id#key id: }"
}

@test "a wrapped key is not opened by less, and nothing is written" {
	wrapped_key
	secret=$(sed -n 's/^key: //p' wrapped.key)
	refused() {
		run "$FLOWVEIL" convert -q -o out.h5 "$@" mixed.pcap
		[ "$status" -eq 1 ]
		[ ! -e out.h5 ]
		[[ "$output" != *"random words"* && "$output" != *"$secret"* ]]
	}
	refused --key file:wrapped.key
	[[ "$output" == *"--passphrase"* ]]
	refused --key file:wrapped.key --passphrase file:wrong
	[[ "$output" == *"passphrase does not open"* ]]
	refused --key file:test.key --passphrase file:right
	[[ "$output" == *"not wrapped"* ]]
	head -c 200 wrapped.key >cut.key && chmod 600 cut.key
	refused --key file:cut.key --passphrase file:right
	[[ "$output" == *"cut off"* ]]
	sed 's/^created: 20/created: 21/' wrapped.key >bad.key && chmod 600 bad.key
	refused --key file:bad.key --passphrase file:right
	[[ "$output" == *"damaged"* ]]
	sed 's/scrypt 131072/scrypt 67108864/' wrapped.key >big.key && chmod 600 big.key
	sed -i '$d' big.key
	printf 'sum: %s\n' "$(sha256sum <big.key | cut -c 1-16)" >>big.key
	refused --key file:big.key --passphrase file:right
	[[ "$output" == *"out of bounds"* ]]
	chmod 644 right
	refused --key file:wrapped.key --passphrase file:right
	[[ "$output" == *"others may read"* ]]
}

@test "a passphrase is never an argument, nor short, empty or many lines" {
	run "$FLOWVEIL" key new --passphrase 'a secret on the command line' k
	[ "$status" -eq 2 ]
	[[ "$output" != *"secret on"* ]]
	for text in '' short $'two lines of\ntext are too many'; do
		passphrase pass "$text"
		run "$FLOWVEIL" key new --passphrase file:pass k
		[ "$status" -eq 1 ]
		[[ "$output" != *"two lines"* ]]
	done
	[ ! -e k ]
}

@test "key show needs no passphrase" {
	id=$(wrapped_key)
	run "$FLOWVEIL" key show --key file:wrapped.key
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "$id" ]
	[[ "${lines[2]}" == "at rest: wrapped"* ]]
	run "$FLOWVEIL" key show --key file:test.key
	[ "${lines[2]}" = "at rest: in clear" ]
}

@test "on a terminal the passphrase is asked for, twice for a new key, unseen" {
	cat >ask.py <<-'EOF'
		import os, pty, sys
		answers = sys.argv[1].split(",")
		child, tty = pty.fork()
		if child == 0:
		    os.execv(sys.argv[2], sys.argv[2:])
		seen, given = b"", 0
		while True:
		    try:
		        more = os.read(tty, 4096)
		    except OSError:
		        break
		    if not more:
		        break
		    seen += more
		    while given < len(answers) and seen.count(b": ") > given and \
		            seen.endswith(b": "):
		        os.write(tty, answers[given].encode().decode("unicode_escape").encode())
		        given += 1
		        break
		sys.stdout.write(seen.decode())
		sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
	EOF
	ask() {
		run timeout 60 /usr/bin/python3 ask.py "$@"
		[[ "$output" != *"unseen words"* ]]
	}
	ask 'unseen words of mine\n,unseen words of mine\n' \
		"$FLOWVEIL" key new --passphrase prompt asked.key
	[ "$status" -eq 0 ]
	[[ "$output" == *"Once more: "* ]]
	ask 'unseen words of mine\n' "$FLOWVEIL" convert --key file:asked.key \
		--passphrase prompt -q -o asked.h5 mixed.pcap
	[ "$status" -eq 0 ]
	[ -e asked.h5 ]
	ask 'unseen words of mine\n,unseen words of yours\n' \
		"$FLOWVEIL" key new --passphrase prompt other.key
	[ "$status" -eq 1 ]
	[[ "$output" == *"differ"* ]]
	ask '\x03' "$FLOWVEIL" key new --passphrase prompt other.key
	[ "$status" -eq 1 ]
	[ ! -e other.key ]
}

@test "without a terminal, prompt says what to do" {
	run setsid -w "$FLOWVEIL" key new --passphrase prompt k </dev/null
	[ "$status" -eq 1 ]
	[[ "$output" == *"no terminal"*"file:PATH"* ]]
}

@test "a key is imported as bytes or digits, with the pseudonyms of its own" {
	hex=$(head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n')
	passphrase digits "0x$hex"
	(umask 077 && /usr/bin/python3 -c 'import sys
sys.stdout.buffer.write(bytes.fromhex(sys.argv[1]))' "$hex" >raw)
	[ "$(stat -c %s raw)" = 32 ]
	a=$("$FLOWVEIL" key new --import file:digits a.key 2>/dev/null)
	b=$("$FLOWVEIL" key new --import file:raw b.key 2>/dev/null)
	c=$(digits=$hex "$FLOWVEIL" key new --import env:digits c.key 2>/dev/null)
	d=$("$FLOWVEIL" key new --import fd:7 d.key 7<raw 2>/dev/null)
	[ "$a" = "$b" ]
	[ "$a" = "$c" ]
	[ "$a" = "$d" ]
	grep -qF "key: $(base64 -w0 raw)" a.key
}

@test "weak imports are refused, and nothing is written" {
	weak() {
		passphrase import "$1"
		run "$FLOWVEIL" key new --import file:import k
		[ "$status" -eq 1 ]
		[ ! -e k ]
		[[ "$output" != *"${1:0:8}"* ]]
	}
	weak "$(printf '5a%.0s' {1..32})"
	[[ "$output" == *"too regular"* ]]
	weak 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
	weak 8f1c3e5a7092b4d6f81a2c4e6072941b
	[[ "$output" == *"64 hexadecimal digits"* ]]
	printf 'The quick brown fox jumps over i' >typed && chmod 600 typed
	run "$FLOWVEIL" key new --import file:typed typed.key
	[ "$status" -eq 0 ]
	[[ "$output" == *"warning: the key is printable text"* ]]
}

@test "a key of one run is written nowhere, and is another each time" {
	run "$FLOWVEIL" convert --ephemeral -q -o one.h5 mixed.pcap
	[ "$status" -eq 0 ]
	"$FLOWVEIL" convert --ephemeral -q -o two.h5 mixed.pcap
	run ! cmp -s one.h5 two.h5
	[ "$(find . -newer mixed.pcap -type f | sort | tr '\n' ' ')" = "./one.h5 ./two.h5 " ]
	run "$FLOWVEIL" convert --ephemeral --key file:test.key -o x.h5 mixed.pcap
	[ "$status" -eq 2 ]
	run "$FLOWVEIL" convert -o x.h5 mixed.pcap
	[ "$status" -eq 2 ]
	[[ "$output" == *"key new"* ]]
}

@test "key destroy removes the key that is meant, and records it" {
	id=$("$FLOWVEIL" key show --key file:test.key | sed -n 's/^key id: //p')
	run "$FLOWVEIL" key destroy test.key
	[ "$status" -eq 2 ]
	run "$FLOWVEIL" key destroy --id "${id%????}0000" test.key
	[ "$status" -eq 1 ]
	[[ "$output" == *"another key"* ]]
	[ -e test.key ]
	[ ! -e destroyed-keys.txt ]
	run --separate-stderr "$FLOWVEIL" key destroy --id "$id" test.key
	[ "$status" -eq 0 ]
	[[ "$stderr" == *"solid-state"* ]]
	[ ! -e test.key ]
	[[ "$(cat destroyed-keys.txt)" == 20??-??-??" destroyed $id created 20"??-??-??" clear" ]]
	mkdir keys
	id=$("$FLOWVEIL" key new keys/k 2>/dev/null | sed -n 's/^key id: //p')
	"$FLOWVEIL" key destroy --id "$id" --ledger destroyed-keys.txt keys/k >/dev/null 2>&1
	[ "$(wc -l <destroyed-keys.txt)" = 2 ]
	[ -z "$(ls -A keys)" ]
}

@test "what is no key file is refused, and a missing one is never made" {
	mkfifo fifo.key && chmod 600 fifo.key
	(umask 077 && head -c 100000 /dev/zero >huge.key && mkdir dir.key)
	ln -s test.key link.key
	for name in fifo huge dir link none; do
		run timeout 10 "$FLOWVEIL" convert --key "file:$name.key" -q -o o.h5 mixed.pcap
		[ "$status" -eq 1 ]
		[ ! -e o.h5 ]
	done
	[ ! -e none.key ]
}

@test "a running command dumps no core, and its key has left the environment" {
	mkfifo wait.pcap
	FV_TEST_KEY=$(cat test.key; echo x) && FV_TEST_KEY=${FV_TEST_KEY%x}
	export FV_TEST_KEY
	"$FLOWVEIL" convert --key env:FV_TEST_KEY -q -o w.h5 wait.pcap 3>&- &
	pid=$!
	for ((i = 0; i < 100; i++)); do
		grep -q "^Max core file size *0 *0 " "/proc/$pid/limits" && break
		sleep 0.1
	done
	grep -q "^Max core file size *0 *0 " "/proc/$pid/limits"
	# The key is gone from the environment that the system shows.
	for ((i = 0; i < 100; i++)); do
		grep -qaF 'flowveil-key' "/proc/$pid/environ" || break
		sleep 0.1
	done
	run ! grep -qaF 'flowveil-key' "/proc/$pid/environ"
	kill "$pid"
	wait "$pid" || true
	[ ! -e w.h5 ]
}

# Of a process that is not dumpable, /proc belongs to root (proc(5)); so this
# is seen as somebody else.
@test "nobody can look into the memory of a running command" {
	! grep -q __asan_init "$FLOWVEIL" || skip "the leak check must look into it"
	cat >as_nobody.py <<-'EOF'
		import os, sys
		command = os.open(sys.argv[1], os.O_RDONLY)
		if os.geteuid() == 0:
		    os.setuid(65534)
		os.execve(command, ["flowveil", "key", "show", "--key", "fd:0"], {})
	EOF
	mkfifo key.fifo
	/usr/bin/python3 as_nobody.py "$FLOWVEIL" <key.fifo 3>&- &
	pid=$!
	exec 8>key.fifo
	for ((i = 0; i < 100; i++)); do
		grep -q "^Max core file size *0 *0 " "/proc/$pid/limits" && break
		sleep 0.1
	done
	sleep 0.2
	[ "$(awk '/^Uid:/ { print $2 }' "/proc/$pid/status")" -ne 0 ]
	[ "$(stat -c %u "/proc/$pid/environ")" = 0 ]
	exec 8>&-
	wait "$pid" || true
}
