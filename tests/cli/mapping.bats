#!/usr/bin/env bats
# The mapping of addresses: its schemes and spaces, lists, and the way back.
load common

KEY_HEX=1522178d33a4cf80130a5b1649907d10d8988f837979652762574c2d2a842202

anonymize() {
	run --separate-stderr "$FLOWVEIL" anonymize --key file:test.key --addresses "$@"
}

reveal() {
	run --separate-stderr "$FLOWVEIL" reveal --key file:test.key "$@"
}

# The addresses of a capture as tshark reads them, one a line.
addresses_of() {
	tshark -r "$1" -n -T fields -E occurrence=f -e ip.src -e ip.dst \
		-e ipv6.src -e ipv6.dst 2>/dev/null | tr '\t' '\n' | grep . |
		/usr/bin/python3 -c 'import ipaddress, sys
for line in sys.stdin: print(ipaddress.ip_address(line.strip()))' | sort -u
}

# hosts DATASET COLUMNS: those columns of /hosts, with tabs.
hosts() {
	"$FLOWVEIL" dataset export --words --table hosts --columns "$2" "$1" |
		tail -n +2 | tr , '\t'
}

@test "the published vectors, through the command" {
	grep "^$KEY_HEX" "$BATS_TEST_DIRNAME/../vectors/cryptopan.tsv" >vectors
	[ "$(wc -l <vectors)" -gt 90 ]
	cut -f3 vectors >in
	# As addresses print: what inet_ntop makes of them.
	cut -f4 vectors | /usr/bin/python3 -c 'import ipaddress, sys
for line in sys.stdin: print(ipaddress.ip_address(line.strip()))' >expected
	"$FLOWVEIL" anonymize --key file:test.key --addresses --canonical <in >out
	cmp out expected
}

@test "canonical Crypto-PAn is nfanon's, address by address" {
	"$CAPGEN" flows 3000 500 flows.pcap
	mkdir nf
	nfpcapd -r flows.pcap -w nf -l nf >/dev/null 2>&1
	nfdump -q -r nf/nfcapd.* -o 'fmt:%sa %da' | tr -s ' ' '\n' | grep . >real
	nfanon -q -r nf/nfcapd.* -w anonymous -K 0x$KEY_HEX
	nfdump -q -r anonymous -o 'fmt:%sa %da' | tr -s ' ' '\n' | grep . >theirs
	[ "$(sort -u real | wc -l)" -gt 200 ]
	"$FLOWVEIL" anonymize --key file:test.key --addresses --canonical <real >ours
	cmp ours theirs
	# The files differ where the key does.
	"$FLOWVEIL" key new other.key >/dev/null 2>&1
	"$FLOWVEIL" anonymize --key file:other.key --addresses --canonical <real >ours
	run ! cmp -s ours theirs
}

@test "line n of a list belongs to line n of the addresses, comments are not copied" {
	printf '192.0.2.1\n# of Alice\n\n  2001:db8::1  # and Bob\r\n10.0.0.1' >list
	anonymize <list
	[ "$status" -eq 0 ]
	"$FLOWVEIL" anonymize --key file:test.key --addresses <list >out
	[ "$(wc -l <out)" -eq 5 ]
	[ -z "$(sed -n '2,3p' out | tr -d '\n')" ]
	run ! grep -q 'Alice\|Bob' out
	[[ "$(sed -n 4p out)" == *:* ]]
	[[ "$(sed -n 5p out)" == 10.* ]]
	anonymize --classes <list
	[[ "$output" == *$'\treserved'* ]]
	[[ "$output" == *$'\tprivate'* ]]
}

@test "a line without an address is named by its number, or passed over and counted" {
	printf '192.0.2.1\n192.0.2.0/24\n192.0.2.2\n' >list
	anonymize <list
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"line 2: a network is not mapped"* ]]
	printf 'secret.example\n' >bad
	anonymize <bad
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"line 1: holds no IPv4 or IPv6 address"* ]]
	[[ "$stderr" != *secret* ]]
	head -c 5000 /dev/zero | tr '\0' x >long
	anonymize <long
	[ "$status" -eq 1 ]
	"$FLOWVEIL" anonymize --key file:test.key --addresses --skip-bad <list >out \
		2>told || [ $? -eq 3 ]
	[ "$(wc -l <out)" -eq 3 ]
	[ -z "$(sed -n 2p out)" ]
	grep -q '1 lines without an address' told
}

@test "every host of a dataset is revealed, in both schemes and modes" {
	"$CAPGEN" flows 3000 500 flows.pcap
	addresses_of flows.pcap >must
	[ "$(wc -l <must)" -gt 200 ]
	# Of mixed.pcap, tshark also reads what is not recorded.
	{ addresses_of mixed.pcap; cat must; } | sort -u >may
	for options in '--scheme crypto-pan' '--scheme ipcrypt-pfx --release may' \
		--canonical '--canonical --scheme ipcrypt-pfx'; do
		# shellcheck disable=SC2086 # words
		"$FLOWVEIL" convert --key file:test.key -q --replace -o out.h5 \
			--site hotel-a $options mixed.pcap flows.pcap
		hosts out.h5 address >pseudonyms
		"$FLOWVEIL" reveal --key file:test.key --dataset out.h5 \
			<pseudonyms >told
		cut -f4 told | sort -u >real
		[ -z "$(comm -13 real must)" ]
		[ -z "$(comm -23 real may)" ]
		n=$(($(wc -l <pseudonyms) - 1))
		reveal --dataset out.h5 host:$n
		[ "$status" -eq 0 ]
		[[ "$output" == "$(tail -n 1 pseudonyms)"$'\t'* ]]
		# Without the dataset, by class; of any class it is among them.
		site='--site hotel-a'
		hosts out.h5 address,address_class | tail -n 40 >asked
		# shellcheck disable=SC2086 # words
		"$FLOWVEIL" reveal --key file:test.key $options $site <asked >again
		tail -n 40 told | cmp - again
	done
}

@test "reveal tells what is possible when it does not know the class" {
	pseudonym=$(echo 10.1.2.3 | "$FLOWVEIL" anonymize --key file:test.key --addresses)
	reveal "$pseudonym"
	[ "$status" -eq 0 ]
	[[ "$output" == *$'\tprivate\tsite-1\t10.1.2.3'* ]]
	reveal --class private "$pseudonym"
	[ "$output" = "$pseudonym"$'\tprivate\tsite-1\t10.1.2.3' ]
	reveal --class private --site elsewhere "$pseudonym"
	[[ "$output" != *10.1.2.3 ]]
	reveal --class link_local "$pseudonym"
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"1 of 1 pseudonyms stand for no address"* ]]
}

@test "reveal refuses the wrong key, and what contradicts the dataset" {
	"$FLOWVEIL" convert --key file:test.key -q -o out.h5 mixed.pcap
	"$FLOWVEIL" key new other.key >/dev/null 2>&1
	run --separate-stderr "$FLOWVEIL" reveal --key file:other.key --dataset out.h5 host:0
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[[ "$stderr" == *"out.h5: was made with the key"* ]]
	reveal --dataset out.h5 --site here host:0
	[ "$status" -eq 2 ]
	reveal host:0
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"--dataset"* ]]
	reveal --class privat 10.0.0.1
	[ "$status" -eq 2 ]
	reveal 10.0.0
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"pseudonym 1: is no IPv4 or IPv6 address"* ]]
	reveal --dataset out.h5 host:4000
	[ "$status" -eq 1 ]
}

@test "sites of a release agree on public addresses, and on no private ones" {
	printf '198.41.0.4\n10.1.2.3\nfe80::1234:5678:9abc:def0\n' >list
	a=$("$FLOWVEIL" anonymize --key file:test.key --addresses --site a --release r <list)
	b=$("$FLOWVEIL" anonymize --key file:test.key --addresses --site b --release r <list)
	c=$("$FLOWVEIL" anonymize --key file:test.key --addresses --site a --release s <list)
	[ "$(head -n 1 <<<"$a")" = "$(head -n 1 <<<"$b")" ]
	[ "$(comm -12 <(sort <<<"$a") <(sort <<<"$b") | wc -l)" -eq 1 ]
	[ "$(comm -12 <(sort <<<"$a") <(sort <<<"$c") | wc -l)" -eq 0 ]
}

@test "scheme, spaces and release stand in the dataset, and merge minds them" {
	"$CAPGEN" flows 200 20 flows.pcap
	"$FLOWVEIL" convert --key file:test.key -q -o a.h5 --release may mixed.pcap
	run "$FLOWVEIL" dataset info a.h5
	[[ "$output" =~ Scheme\ +crypto-pan ]]
	[[ "$output" =~ Address\ spaces\ +by\ class ]]
	[[ "$output" =~ Release\ +may ]]
	"$FLOWVEIL" convert --key file:test.key -q -o b.h5 --scheme ipcrypt-pfx \
		--release may flows.pcap
	run "$FLOWVEIL" dataset merge -o m.h5 a.h5 b.h5
	[ "$status" -eq 1 ]
	[[ "$output" == *"anonymization_scheme is 'ipcrypt-pfx', but 'crypto-pan'"* ]]
	"$FLOWVEIL" convert --key file:test.key -q -o c.h5 --release june flows.pcap
	run "$FLOWVEIL" dataset merge -o m.h5 a.h5 c.h5
	[ "$status" -eq 1 ]
	[[ "$output" == *"release is 'june', but 'may'"* ]]
	"$FLOWVEIL" convert --key file:test.key -q -o d.h5 --canonical flows.pcap
	run "$FLOWVEIL" dataset merge -o m.h5 a.h5 d.h5
	[ "$status" -eq 1 ]
	[ ! -e m.h5 ]
	"$FLOWVEIL" convert --key file:test.key -q -o e.h5 --release may flows.pcap
	"$FLOWVEIL" dataset merge -o m.h5 a.h5 e.h5 >/dev/null
	run "$FLOWVEIL" dataset info m.h5
	[[ "$output" =~ Release\ +may ]]
}

@test "what is said of the mapping has to make sense" {
	for options in '--scheme cryptopan' '--canonical --release may' \
		'--release='; do
		# shellcheck disable=SC2086 # words
		convert -o out.h5 $options mixed.pcap
		[ "$status" -eq 2 ]
		[ ! -e out.h5 ]
	done
	run --separate-stderr "$FLOWVEIL" anonymize --key file:test.key
	[ "$status" -eq 2 ]
}
