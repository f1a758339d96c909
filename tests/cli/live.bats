#!/usr/bin/env bats
# Captures from an interface: the loopback one, which needs no network.  They
# need the right to capture, and fail without it.
load common

setup() {
	: "${FLOWVEIL:?}" "${CAPGEN:?}"
	cd "$BATS_TEST_TMPDIR" || return 1
	reference_key
	pid=
	if ! "$FLOWVEIL" convert --key file:test.key -o may.h5 -q --interface lo \
		--duration 0.01 2>may.err; then
		echo "these cases capture on the loopback interface, and this user" \
			"may not: $(cat may.err)"
		return 1
	fi
	rm may.h5
}

# Nothing is left behind that captures.
teardown() {
	if [ -n "$pid" ]; then kill -KILL "$pid" 2>/dev/null || true; fi
}

# live FILE [OPTION]...: begin to capture into FILE, and wait until it does;
# sets pid, what it prints goes to FILE.out and FILE.err.  Whoever runs the
# tests may ignore hangups, and then all that they start does, but for $hangup.
live() {
	local file=$1 i
	shift
	env "--${hangup:-default}-signal=HUP" "$FLOWVEIL" convert --key file:test.key -o "$file" --json "$@" \
		>"$file.out" 2>"$file.err" 3>&- &
	pid=$!
	for ((i = 0; i < 100; i++)); do
		if grep -q capturing "$file.err"; then return 0; fi
		sleep 0.05
	done
	cat "$file.err"
	return 1
}

# finish SIGNAL: let the capture end, and wait for it; sets status.
finish() {
	kill "-$1" "$pid"
	wait_for_end
}

# Wait until the capture has ended, for as long as a slow machine may take.
wait_for_end() {
	local i
	for ((i = 0; i < 400; i++)); do
		if ! kill -0 "$pid" 2>/dev/null; then break; fi
		sleep 0.05
	done
	kill -KILL "$pid" 2>/dev/null || true
	status=0
	wait "$pid" || status=$?
	pid=
}

# send N BYTES PORT: UDP packets to the loopback address.
send() {
	/usr/bin/python3 - "$@" <<-'PY'
		import socket, sys
		n, size, port = map(int, sys.argv[1:])
		sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		sink.bind(("127.0.0.1", port))
		out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		for i in range(n):
		    out.sendto((b"PAYLOAD-" * size)[:size], ("127.0.0.1", port))
	PY
}

# counter FILE NAME: of the JSON that was printed.
counter() {
	/usr/bin/python3 -c 'import json, sys
print(json.load(open(sys.argv[1] + ".out"))["counters"][sys.argv[2]])' "$@"
}

# packets FILE PORT: how many the flow records to that port count.  Others may
# send something on the loopback interface meanwhile.
packets() {
	/usr/bin/python3 -c 'import h5py, sys
f = h5py.File(sys.argv[1])["flows"]
print(f["packets"][:][f["destination_port"][:] == int(sys.argv[2])].sum())' "$@"
}

@test "SIGINT ends a capture, and all that was sent before is in it" {
	live a.h5 --interface lo
	send 500 100 40101
	finish INT
	[ "$status" -eq 0 ]
	[ "$(packets a.h5 40101)" -eq 500 ]
	[ "$(counter a.h5 dropped_by_tap)" -eq 0 ]
	[ "$(counter a.h5 packets_read)" -ge 500 ]
	"$FLOWVEIL" dataset verify a.h5
}

@test "SIGTERM and SIGHUP end a capture as well" {
	for signal in TERM HUP; do
		live $signal.h5 --interface lo
		send 20 100 40102
		finish $signal
		[ "$status" -eq 0 ]
		[ "$(packets $signal.h5 40102)" -eq 20 ]
	done
}

@test "a hangup that is ignored, as nohup has it, ends nothing" {
	hangup=ignore live a.h5 --interface lo
	kill -HUP "$pid"
	sleep 0.5
	send 20 100 40111
	finish INT
	[ "$status" -eq 0 ]
	[ "$(packets a.h5 40111)" -eq 20 ]
}

@test "a capture ends after its duration" {
	live a.h5 --interface lo --duration 1.5
	send 20 100 40103
	wait_for_end
	[ "$status" -eq 0 ]
	[ "$(packets a.h5 40103)" -eq 20 ]
}

@test "the list of places has times but no offsets, as there is no file" {
	live a.h5 --interface lo --quarantine a.csv
	# IPv4 with a protocol that is not its own: the header length is below 20.
	/usr/bin/python3 - <<-'PY'
		import socket
		out = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM)
		for i in range(3):
		    out.sendto(bytes([0x44]) + bytes(27), ("lo", 0x0800, 0, 0, bytes(6)))
	PY
	finish INT
	[ "$status" -eq 0 ]
	[ "$(counter a.h5 ip_header_length)" -ge 3 ]
	[ "$(grep -c ',rejected,ip_header_length$' a.csv)" -eq \
		"$(counter a.h5 ip_header_length)" ]
	[ "$(tail -n +2 a.csv | cut -d, -f3 | sort -u)" = "" ]
	[[ "$(grep -m 1 ip_header_length a.csv)" =~ ^0,[0-9]+,,20[0-9-]+T[0-9:.]+Z,42,42,rejected ]]
}

@test "a second signal gives a capture up, and leaves nothing" {
	live a.h5 --interface lo
	kill -INT "$pid"
	sleep 0.1
	finish INT
	[ "$status" -eq 130 ]
	[ -z "$(find . -name '*.h5' -o -name '.a.h5*')" ]
}

@test "a capture that is killed leaves nothing under its name" {
	live a.h5 --interface lo
	send 20 100 40104
	finish KILL
	[ "$status" -eq 137 ]
	[ ! -e a.h5 ]
}

@test "packets are cut to the snapshot length, and their bytes counted whole" {
	live a.h5 --interface lo --snaplen 64
	send 20 1000 40105
	finish INT
	[ "$status" -eq 0 ]
	[ "$(counter a.h5 cut_by_snaplen)" -ge 20 ]
	/usr/bin/python3 - <<-'PY'
		import h5py
		f = h5py.File("a.h5")
		row = f["flows/destination_port"][:] == 40105
		assert f["flows/bytes"][:][row].sum() == 20 * 1028
		assert f["captures/snapshot_length"][0] == 64
	PY
}

@test "no packet is in any file while it is captured" {
	live a.h5 --interface lo
	send 20 1000 40106
	sleep 0.5
	# Open are the dataset under way and what it prints, which are in this
	# folder; and no byte of a packet is in what is here.
	run find "/proc/$pid/fd" -lname '/*' ! -lname '/dev/null' \
		! -lname "$PWD/*" ! -lname "$BATS_RUN_TMPDIR/*" ! -lname '/dev/fd/*' -printf '%l\n'
	[ -z "$output" ]
	run grep -c -a -r PAYLOAD .
	[[ "$output" != *:[1-9]* ]]
	finish INT
	[ "$status" -eq 0 ]
	[ "$(packets a.h5 40106)" -eq 20 ]
	run grep -c -a PAYLOAD a.h5
	[ "$output" -eq 0 ]
}

@test "a live capture is converted as the same packets in a file of dumpcap's" {
	local i
	dumpcap -q -i lo -s 512 -f 'udp dst port 40107' -c 50 -w file.pcapng \
		2>dumpcap.err 3>&- &
	other=$!
	for ((i = 0; i < 100; i++)); do
		if grep -q '^File:' dumpcap.err; then break; fi
		sleep 0.05
	done
	live live.h5 --interface lo --records primitive \
		--filter 'udp dst port 40107'
	send 50 600 40107
	wait "$other"
	finish INT
	[ "$status" -eq 0 ]
	convert -o file.h5 --records primitive file.pcapng
	[ "$status" -eq 0 ]
	/usr/bin/python3 - <<-'PY'
		import h5py
		live, file = (h5py.File(n + ".h5") for n in ("live", "file"))
		for table in ("flows", "hosts", "devices"):
		    assert list(live[table]) == list(file[table])
		    for name in live[table]:
		        a, b = (f[table][name][:] for f in (live, file))
		        if name == "start_time":
		            assert abs(a - b).max() < 10**6
		        else:
		            assert (a == b).all(), name
		assert len(live["flows/start_time"]) == 50
	PY
}

@test "messages and the decode tree name the interface, and nothing of the pipe" {
	live a.h5 --interface lo --decode-tree
	send 5 100 40108
	finish INT
	[ "$status" -eq 0 ]
	grep -q 'capturing from interface lo;' a.h5.err
	grep -q '"interface lo"' a.h5.out
	run grep -l /dev/fd a.h5.err a.h5.out a.h5
	[ -z "$output" ]
	# The dataset knows it by number alone.
	run grep -c -a 'interface lo' a.h5
	[ "$output" -eq 0 ]
}

@test "a side that is said of an interface is the direction of its packets" {
	for side in inbound outbound; do
		live $side.h5 --$side-interface lo
		send 5 100 40109
		finish INT
		[ "$status" -eq 0 ]
		/usr/bin/python3 - $side <<-'PY'
			import h5py, sys
			f = h5py.File(sys.argv[1] + ".h5")
			way = {"outbound": 1, "inbound": 2}[sys.argv[1]]
			assert (f["flows/direction"][:] == way).all()
			assert f["captures/side"][0] == way
		PY
	done
}

@test "two interfaces are one capture, and a silent one holds nothing back" {
	live a.h5 --interface lo --interface any
	send 50 100 40110
	finish INT
	[ "$status" -eq 0 ]
	# One saw what the other did.
	[ "$(packets a.h5 40110)" -ge 100 ]
	[ "$(counter a.h5 time_disorder)" -eq 0 ]
	grep -q 'interface lo and any' a.h5.err
	/usr/bin/python3 -c 'import h5py
assert h5py.File("a.h5")["captures/interfaces"][0] == 2'
}

@test "nothing captured is a dataset without rows" {
	live a.h5 --interface lo --duration 0.05 --filter 'ip host 192.0.2.77'
	wait_for_end
	[ "$status" -eq 0 ]
	[ "$(counter a.h5 packets_recorded)" -eq 0 ]
	"$FLOWVEIL" dataset verify a.h5
}

@test "an interface that is not there is misuse, and those that are there are told" {
	convert -o a.h5 --interface no-such-thing
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"interface no-such-thing: there is none of that name; here are "*lo* ]]
	[ ! -e a.h5 ]
}

@test "who may not capture is told what to do" {
	run --separate-stderr setpriv --bounding-set=-net_raw --inh-caps=-net_raw \
		"$FLOWVEIL" convert --key file:test.key -o a.h5 --interface lo
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"interface lo: this user may not capture: run the command as root, or"*setcap* ]]
	[ ! -e a.h5 ]
}

@test "an output that cannot be written ends a capture at once" {
	touch a.h5
	run --separate-stderr timeout 20 "$FLOWVEIL" convert --key file:test.key \
		-o a.h5 --interface lo
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"a.h5"*exist* ]]
	[ ! -s a.h5 ]
}

@test "options of live captures and of files are told apart" {
	convert -o a.h5 --interface lo mixed.pcap
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"an interface and a file are named"* ]]
	convert -o a.h5 --duration 5 mixed.pcap
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"name an --interface"* ]]
	convert -o a.h5 --interface lo --inbound-offset 1
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"are for files"* ]]
	convert -o a.h5 --interface lo --interface lo
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"named twice"* ]]
	for option in '--snaplen 0' '--snaplen 262145' '--duration 0' '--buffer 1025'; do
		# shellcheck disable=SC2086 # two words are meant
		convert -o a.h5 --interface lo $option
		[ "$status" -eq 2 ]
	done
	convert -o a.h5
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"no capture and no --interface is named"* ]]
}

@test "what a capture says it lost is counted, printed and stored" {
	"$CAPGEN" case "drops of two interfaces" lost.pcapng
	convert -o a.h5 lost.pcapng
	[ "$status" -eq 0 ]
	[[ "$output" == *"further packets that the capture says it lost"*201* ]]
	/usr/bin/python3 -c 'import h5py
assert h5py.File("a.h5")["captures/dropped_by_tap"][0] == 201'
	# What is told twice is not there twice.
	"$CAPGEN" case "drops told twice count once" lost.pcapng
	convert -o b.h5 --json lost.pcapng
	[[ "$output" == *'"dropped_by_tap": 26'* ]]
	"$CAPGEN" case "drops that make no sense" lost.pcapng
	convert -o c.h5 lost.pcapng
	[ "$status" -eq 3 ]
	[[ "$stderr" == *"interface statistics: "* ]]
}

# within SECONDS FILE: wait so long for FILE to be there.
within() {
	local i
	for ((i = 0; i < $1 * 10; i++)); do
		if [ -e "$2" ]; then return 0; fi
		sleep 0.1
	done
	return 1
}

# An hour is two seconds here, and then nothing passes.
@test "where nothing passes any more, the hour's dataset is there when it is over" {
	"$FLOWVEIL" convert --key file:test.key --interface lo --shards parts \
		--rotate 2 --records primitive --json >out 2>err 3>&- &
	pid=$!
	for ((i = 0; i < 100; i++)); do
		if grep -q capturing err; then break; fi
		sleep 0.05
	done
	send 20 100 40112
	within 10 parts/part-00000.h5
	# It is whole, while the capture goes on; and one is enough.
	"$FLOWVEIL" dataset verify parts/part-00000.h5
	[ "$(packets parts/part-00000.h5 40112)" -eq 20 ]
	sleep 3
	[ ! -e parts/part-00001.h5 ]
	kill -0 "$pid"
	# What comes in another hour is in the next.
	send 30 100 40113
	within 10 parts/part-00001.h5
	[ "$(packets parts/part-00001.h5 40113)" -eq 30 ]
	finish TERM
	[ "$status" -eq 0 ]
	"$FLOWVEIL" dataset merge -o all.h5 parts/part-*.h5
	[ "$(packets all.h5 40112)" -eq 20 ]
	[ "$(packets all.h5 40113)" -eq 30 ]
	# As one capture: the same packets, and each counted once.
	/usr/bin/python3 - <<-'PY'
		import glob, h5py, json
		read = sum(h5py.File(p)["captures/packets_read"][:].sum()
		           for p in glob.glob("parts/part-*.h5"))
		assert read == json.load(open("out"))["counters"]["packets_read"]
	PY
}

@test "SIGTERM on a network where nothing passes ends at once, with a whole dataset" {
	live quiet.h5 --interface lo --filter 'udp dst port 40114'
	sleep 2
	SECONDS=0
	finish TERM
	[ "$status" -eq 0 ]
	[ "$SECONDS" -le 3 ]
	"$FLOWVEIL" dataset verify quiet.h5
	[ "$(packets quiet.h5 40114)" = 0 ] || [ "$(packets quiet.h5 40114)" = 0.0 ]
}

# The right to make a network of its own is asked for, too: a wire with two
# ends, of which one is captured from and then taken away.
@test "an interface that goes away ends the capture, and what came before is there" {
	cat >wire.sh <<-'SH'
		set -e
		ip link add near0 type veth peer name far0
		ip link set near0 up
		ip link set far0 up
		ip address add 192.0.2.1/24 dev near0
		ip neighbour add 192.0.2.2 lladdr 02:00:5e:00:53:02 dev near0
		"$FLOWVEIL" convert --key file:test.key -o gone.h5 --json \
			--interface near0 >gone.h5.out 2>gone.h5.err &
		pid=$!
		for ((i = 0; i < 100; i++)); do
			if grep -q capturing gone.h5.err; then break; fi
			sleep 0.05
		done
		/usr/bin/python3 -c '
import socket
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(25):
    out.sendto(b"PAYLOAD", ("192.0.2.2", 40115))'
		sleep 1
		ip link delete near0
		for ((i = 0; i < 200; i++)); do
			if ! kill -0 $pid 2>/dev/null; then break; fi
			sleep 0.05
		done
		wait $pid
	SH
	run --separate-stderr unshare --net bash wire.sh
	[ "$status" -eq 3 ]
	[[ "$(cat gone.h5.err)" == *"interface near0: capturing has ended: "* ]]
	"$FLOWVEIL" dataset verify gone.h5
	[ "$(packets gone.h5 40115)" -eq 25 ]
	[ "$(counter gone.h5 packets_recorded)" -ge 25 ]
}
