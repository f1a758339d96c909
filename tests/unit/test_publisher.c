#include "tests/unit/suites.h"

#include <string.h>

#include "anonymize/publisher.h"
#include "tests/unit/addresses.h"

static const struct fv_publisher_input unlabelled = { FV_SIDE_BOTH, 0 };

static struct fv_publisher *
publisher(const struct fv_networks *internal, uint32_t site)
{
	static struct fv_key *key; /* outlives all publishers */
	struct fv_publisher *pub;
	struct fv_err err;

	if (key == NULL)
		key = fv_key_of_hex(FV_REFERENCE_KEY);
	pub = fv_publisher_new(
	    internal, site, key, &(struct fv_key_scope){ "here", NULL }, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(pub);
	return pub;
}

static struct fv_raw_packet
packet(const char *source, const char *destination)
{
	struct fv_raw_packet p;

	memset(&p, 0, sizeof(p));
	p.source = fv_raw_address(source);
	p.destination = fv_raw_address(destination);
	p.ttl = 64;
	return p;
}

static struct fv_flow
row_of(struct fv_publisher *pub, const struct fv_publisher_input *input,
    const struct fv_raw_packet *p)
{
	struct fv_flow row;
	struct fv_err err;

	memset(&row, 0x77, sizeof(row));
	CU_ASSERT_EQUAL(fv_publisher_rows(pub, input, p, 1, &row, &err), 0);
	return row;
}

static struct fv_host
host_row(const struct fv_publisher *pub, uint32_t number)
{
	struct fv_key *key = fv_key_of_hex(FV_REFERENCE_KEY);
	const struct fv_mapping_options options = { .canonical = true };
	struct fv_mapping *mapping;
	struct fv_host row;
	struct fv_err err;

	mapping = fv_mapping_new(key, &options, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(mapping);
	CU_ASSERT_EQUAL(
	    fv_publisher_host_rows(pub, mapping, number, 1, &row, &err), 0);
	fv_mapping_free(mapping);
	fv_key_free(key);
	return row;
}

/*
 * Both families, both ways: each field of the row, and of what it points
 * to, compared with what the packet said.
 */
static void
every_kept_field(void)
{
	static const struct {
		const char *source;
		const char *destination;
		const char *published[2];
		uint8_t direction;
	} cases[] = {
		{ "10.0.0.1", "128.11.68.132",
		    { "117.15.0.1", "135.242.180.132" },
		    FV_DIRECTION_OUTBOUND },
		{ "128.11.68.132", "10.0.0.1",
		    { "135.242.180.132", "117.15.0.1" }, FV_DIRECTION_INBOUND },
		{ "fd00::1", "2001:4860:4860::8888",
		    { "cd0f:fc00:603c:2523:fe70:9e71:e80b:fce1",
			"4401:7780:2f83:ff20:8070:2f80:e7fc:b6e4" },
		    FV_DIRECTION_OUTBOUND },
		{ "2001:4860:4860::8888", "fd00::1",
		    { "4401:7780:2f83:ff20:8070:2f80:e7fc:b6e4",
			"cd0f:fc00:603c:2523:fe70:9e71:e80b:fce1" },
		    FV_DIRECTION_INBOUND },
	};
	static const struct fv_publisher_input input = { FV_SIDE_BOTH, 3 };
	struct fv_publisher *pub;
	struct fv_raw_packet p;
	struct fv_flow row;
	struct fv_stack stack;
	struct fv_host host;
	size_t i;

	for (i = 0; i < FV_COUNT(cases); i++) {
		pub = publisher(NULL, 5);
		p = packet(cases[i].source, cases[i].destination);
		p.time = INT64_C(1700000000123456789);
		p.bytes = UINT64_C(0x1234567890);
		p.source_port = 40001;
		p.destination_port = 443;
		p.vlan = 77;
		p.has = FV_HAS_PORTS | FV_HAS_ICMP | FV_HAS_TCP_FLAGS |
		    FV_HAS_SYN | FV_HAS_SOURCE_MAC | FV_HAS_VLAN;
		p.protocol = 6;
		p.icmp_type = 11;
		p.icmp_code = 12;
		p.tcp_flags = 0x92;
		p.fragment = FV_FRAGMENT_FIRST;
		p.ttl = 57;
		p.source_mac = (struct fv_raw_mac){ { 2, 0, 0, 0, 0, 1 } };
		p.syn =
		    (struct fv_stack){ 0x0204010303, 60, 29200, 1460, 7, 0 };
		row = row_of(pub, &input, &p);
		CU_ASSERT_EQUAL(row.start_time, p.time);
		CU_ASSERT_EQUAL(row.duration, 0);
		CU_ASSERT_EQUAL(row.packets, 1);
		CU_ASSERT_EQUAL(row.bytes, p.bytes);
		CU_ASSERT_EQUAL(row.source, 0);
		CU_ASSERT_EQUAL(row.destination, 1);
		CU_ASSERT_EQUAL(row.stack, 0);
		CU_ASSERT_EQUAL(row.source_device, 0);
		CU_ASSERT_EQUAL(row.capture, 3);
		CU_ASSERT_EQUAL(row.source_port, 40001);
		CU_ASSERT_EQUAL(row.destination_port, 443);
		CU_ASSERT(row.vlan >= 1 && row.vlan <= 4096);
		CU_ASSERT_EQUAL(row.tunnel, 0);
		CU_ASSERT_EQUAL(row.protocol, 6);
		CU_ASSERT_EQUAL(row.icmp_type, 11);
		CU_ASSERT_EQUAL(row.icmp_code, 12);
		CU_ASSERT_EQUAL(row.tcp_flags, 0x92);
		CU_ASSERT_EQUAL(row.initial_tcp_flags, 0x92);
		CU_ASSERT_EQUAL(row.direction, cases[i].direction);
		CU_ASSERT_EQUAL(
		    row.direction_source, FV_DIRECTION_FROM_ADDRESS);
		CU_ASSERT_EQUAL(row.fragment, FV_FRAGMENT_FIRST);
		CU_ASSERT_EQUAL(row.ttl, 64);
		CU_ASSERT_EQUAL(row.end_reason, FV_END_NONE);

		host = host_row(pub, row.source);
		CU_ASSERT_STRING_EQUAL(host.address, cases[i].published[0]);
		CU_ASSERT_EQUAL(host.site, 5);
		CU_ASSERT_EQUAL(
		    host.internal, cases[i].direction == FV_DIRECTION_OUTBOUND);
		host = host_row(pub, row.destination);
		CU_ASSERT_STRING_EQUAL(host.address, cases[i].published[1]);
		fv_publisher_stack_rows(pub, 0, 1, &stack);
		CU_ASSERT_EQUAL(stack.option_layout, 0x0204010303);
		CU_ASSERT_EQUAL(stack.syn_length, 60);
		CU_ASSERT_EQUAL(stack.window, 29200);
		CU_ASSERT_EQUAL(stack.mss, 1460);
		CU_ASSERT_EQUAL(stack.window_scale, 7);
		CU_ASSERT_EQUAL(stack.ttl, 64);
		fv_publisher_free(pub);
	}
	fv_publisher_free(NULL);
}

/* A packet that has none of the optional facts points nowhere. */
static void
what_is_not_there_points_nowhere(void)
{
	struct fv_publisher *pub = publisher(NULL, 0);
	struct fv_raw_packet p = packet("10.0.0.1", "192.0.2.1");
	struct fv_flow row = row_of(pub, &unlabelled, &p);

	CU_ASSERT_EQUAL(row.source_device, FV_NO_ROW);
	CU_ASSERT_EQUAL(row.stack, FV_NO_ROW);
	CU_ASSERT_EQUAL(row.vlan, 0);
	CU_ASSERT_EQUAL(fv_publisher_devices(pub), 0);
	CU_ASSERT_EQUAL(fv_publisher_stacks(pub), 0);
	CU_ASSERT_EQUAL(fv_publisher_hosts(pub), 2);
	fv_publisher_free(pub);
}

#define IN "10.0.0.1"
#define IN_TOO "fe80::1"
#define OUT "192.0.2.1"
#define OUT_TOO "198.51.100.1"

/* The label before the capture, the capture before the addresses. */
static void
direction_from_label_capture_and_addresses(void)
{
	static const struct {
		enum fv_side label;
		enum fv_side capture;
		const char *source;
		const char *destination;
		uint8_t direction;
		uint8_t from;
	} cases[] = {
		{ FV_SIDE_OUTBOUND, FV_SIDE_INBOUND, OUT, IN,
		    FV_DIRECTION_OUTBOUND, FV_DIRECTION_FROM_LABEL },
		{ FV_SIDE_INBOUND, FV_SIDE_OUTBOUND, IN, OUT,
		    FV_DIRECTION_INBOUND, FV_DIRECTION_FROM_LABEL },
		{ FV_SIDE_INBOUND, FV_SIDE_BOTH, OUT, OUT_TOO,
		    FV_DIRECTION_INBOUND, FV_DIRECTION_FROM_LABEL },
		{ FV_SIDE_BOTH, FV_SIDE_OUTBOUND, OUT, IN,
		    FV_DIRECTION_OUTBOUND, FV_DIRECTION_FROM_CAPTURE },
		{ FV_SIDE_BOTH, FV_SIDE_INBOUND, IN, OUT, FV_DIRECTION_INBOUND,
		    FV_DIRECTION_FROM_CAPTURE },
		{ FV_SIDE_BOTH, FV_SIDE_BOTH, IN, OUT, FV_DIRECTION_OUTBOUND,
		    FV_DIRECTION_FROM_ADDRESS },
		{ FV_SIDE_BOTH, FV_SIDE_BOTH, OUT, IN, FV_DIRECTION_INBOUND,
		    FV_DIRECTION_FROM_ADDRESS },
		{ FV_SIDE_BOTH, FV_SIDE_BOTH, IN, IN, FV_DIRECTION_INTERNAL,
		    FV_DIRECTION_FROM_ADDRESS },
		{ FV_SIDE_BOTH, FV_SIDE_BOTH, OUT, OUT_TOO,
		    FV_DIRECTION_UNKNOWN, FV_DIRECTION_FROM_NOTHING },
		{ FV_SIDE_BOTH, FV_SIDE_BOTH, IN_TOO, IN_TOO,
		    FV_DIRECTION_INTERNAL, FV_DIRECTION_FROM_ADDRESS },
	};
	struct fv_publisher_input input = { FV_SIDE_BOTH, 0 };
	struct fv_publisher *pub = publisher(NULL, 0);
	struct fv_raw_packet p;
	struct fv_flow row;
	size_t i;

	for (i = 0; i < FV_COUNT(cases); i++) {
		input.side = cases[i].label;
		p = packet(cases[i].source, cases[i].destination);
		p.side = (uint8_t)cases[i].capture;
		row = row_of(pub, &input, &p);
		CU_ASSERT_EQUAL(row.direction, cases[i].direction);
		CU_ASSERT_EQUAL(row.direction_source, cases[i].from);
	}
	fv_publisher_free(pub);
}

/* With networks given, what is in none of them is outside for certain. */
static void
direction_by_networks(void)
{
	static struct fv_networks set;
	struct fv_publisher *pub;
	struct fv_raw_packet p;
	struct fv_flow row;
	struct fv_err err;

	set.count = 0;
	CU_ASSERT_EQUAL(fv_networks_add(&set, "192.0.2.0/24", &err), 0);
	pub = publisher(&set, 0);
	p = packet("192.0.2.1", "10.0.0.1");
	CU_ASSERT_EQUAL(
	    row_of(pub, &unlabelled, &p).direction, FV_DIRECTION_OUTBOUND);
	p = packet("10.0.0.1", "192.0.2.1");
	CU_ASSERT_EQUAL(
	    row_of(pub, &unlabelled, &p).direction, FV_DIRECTION_INBOUND);
	p = packet("192.0.2.1", "192.0.2.2");
	CU_ASSERT_EQUAL(
	    row_of(pub, &unlabelled, &p).direction, FV_DIRECTION_INTERNAL);
	p = packet("10.0.0.1", "198.51.100.1");
	row = row_of(pub, &unlabelled, &p);
	CU_ASSERT_EQUAL(row.direction, FV_DIRECTION_TRANSIT);
	CU_ASSERT_EQUAL(row.direction_source, FV_DIRECTION_FROM_ADDRESS);
	fv_publisher_free(pub);
}

/* Of the key alone, whatever was seen before; none without a tag. */
static void
vlans_have_pseudonyms(void)
{
	static const uint16_t vlans[] = { 4094, 7, 0, 4095, 1 };
	struct fv_publisher *pub = publisher(NULL, 0), *other;
	uint16_t pseudonym[FV_COUNT(vlans)];
	struct fv_raw_packet p = packet(IN, OUT);
	size_t i, k;

	CU_ASSERT_EQUAL(row_of(pub, &unlabelled, &p).vlan, 0);
	p.has = FV_HAS_VLAN;
	for (i = 0; i < FV_COUNT(vlans); i++) {
		p.vlan = vlans[i];
		pseudonym[i] = row_of(pub, &unlabelled, &p).vlan;
		CU_ASSERT(pseudonym[i] >= 1 && pseudonym[i] <= 4096);
		for (k = 0; k < i; k++)
			CU_ASSERT_NOT_EQUAL(pseudonym[i], pseudonym[k]);
	}
	other = publisher(NULL, 0);
	for (i = FV_COUNT(vlans); i-- > 0;) {
		p.vlan = vlans[i];
		CU_ASSERT_EQUAL(
		    row_of(other, &unlabelled, &p).vlan, pseudonym[i]);
	}
	p.has = 0;
	CU_ASSERT_EQUAL(row_of(pub, &unlabelled, &p).vlan, 0);
	fv_publisher_free(pub);
	fv_publisher_free(other);
}

static void
device_rows(const struct fv_publisher *pub, const char *hex,
    struct fv_device *rows, size_t n)
{
	struct fv_key *key = fv_key_of_hex(hex);
	struct fv_err err;

	memset(rows, 0x77, n * sizeof(*rows));
	CU_ASSERT_EQUAL(
	    fv_publisher_device_rows(pub, key, 0, n, rows, &err), 0);
	fv_key_free(key);
}

/* Documentation addresses of RFC 7042, 2.1, and a locally given one. */
static void
devices_are_tokens_of_the_key(void)
{
	/* By hmac of Python's standard library, for the key 00 01 02 ... */
	static const struct {
		struct fv_raw_mac mac;
		uint64_t token;
		uint8_t locally_administered;
		uint8_t multicast;
	} cases[] = {
		{ { { 2, 0, 0, 0, 0, 1 } }, UINT64_C(0x2fb71cee728dfdbd), 1,
		    0 },
		{ { { 0, 0, 0x5e, 0, 0x53, 1 } }, UINT64_C(0x272bf5b5d4e48f6b),
		    0, 0 },
		{ { { 1, 0, 0x5e, 0x90, 0, 1 } }, UINT64_C(0xbc3d700c1c33718a),
		    0, 1 },
	};
	struct fv_publisher *pub = publisher(NULL, 0);
	struct fv_device rows[FV_COUNT(cases)], other[FV_COUNT(cases)], one;
	struct fv_raw_packet p = packet(IN, OUT);
	struct fv_key *key;
	struct fv_err err;
	size_t i, round;

	p.has = FV_HAS_SOURCE_MAC;
	for (round = 0; round < 2; round++) {
		for (i = 0; i < FV_COUNT(cases); i++) {
			p.source_mac = cases[i].mac;
			CU_ASSERT_EQUAL(
			    row_of(pub, &unlabelled, &p).source_device, i);
		}
	}
	CU_ASSERT_EQUAL(fv_publisher_devices(pub), FV_COUNT(cases));
	device_rows(pub,
	    "000102030405060708090a0b0c0d0e0f"
	    "101112131415161718191a1b1c1d1e1f",
	    rows, FV_COUNT(cases));
	device_rows(pub, FV_REFERENCE_KEY, other, FV_COUNT(cases));
	for (i = 0; i < FV_COUNT(cases); i++) {
		CU_ASSERT_EQUAL(rows[i].token, cases[i].token);
		CU_ASSERT_EQUAL(rows[i].locally_administered,
		    cases[i].locally_administered);
		CU_ASSERT_EQUAL(rows[i].multicast, cases[i].multicast);
		CU_ASSERT_NOT_EQUAL(other[i].token, rows[i].token);
		CU_ASSERT_EQUAL(other[i].multicast, rows[i].multicast);
	}
	/* A part of the table, from the middle. */
	key = fv_key_of_hex(FV_REFERENCE_KEY);
	CU_ASSERT_EQUAL(
	    fv_publisher_device_rows(pub, key, 1, 1, &one, &err), 0);
	CU_ASSERT_EQUAL(one.token, other[1].token);
	fv_key_free(key);
	fv_publisher_free(pub);
}

static void
equal_syns_share_a_stack(void)
{
	struct fv_publisher *pub = publisher(NULL, 0);
	struct fv_raw_packet p = packet(IN, OUT), q;
	struct fv_stack rows[8];
	struct fv_stack *const syn = &q.syn;

	p.has = FV_HAS_SYN;
	p.syn = (struct fv_stack){ 0x0204, 48, 65535, 1460, 255, 0 };
	CU_ASSERT_EQUAL(row_of(pub, &unlabelled, &p).stack, 0);
	/* Another hop count of the same class is the same stack. */
	p.ttl = 33;
	CU_ASSERT_EQUAL(row_of(pub, &unlabelled, &p).stack, 0);
	p.source = fv_raw_address("10.0.0.2");
	CU_ASSERT_EQUAL(row_of(pub, &unlabelled, &p).stack, 0);
	/* Each difference makes another. */
	q = p, q.ttl = 65;
	CU_ASSERT_EQUAL(row_of(pub, &unlabelled, &q).stack, 1);
	q = p, syn->option_layout++;
	CU_ASSERT_EQUAL(row_of(pub, &unlabelled, &q).stack, 2);
	q = p, syn->syn_length++;
	CU_ASSERT_EQUAL(row_of(pub, &unlabelled, &q).stack, 3);
	q = p, syn->window--;
	CU_ASSERT_EQUAL(row_of(pub, &unlabelled, &q).stack, 4);
	q = p, syn->mss++;
	CU_ASSERT_EQUAL(row_of(pub, &unlabelled, &q).stack, 5);
	q = p, syn->window_scale = 0;
	CU_ASSERT_EQUAL(row_of(pub, &unlabelled, &q).stack, 6);
	/* A packet that is no SYN has none, and adds none. */
	q = p, q.has = FV_HAS_TCP_FLAGS;
	CU_ASSERT_EQUAL(row_of(pub, &unlabelled, &q).stack, FV_NO_ROW);
	CU_ASSERT_EQUAL(fv_publisher_stacks(pub), 7);
	fv_publisher_stack_rows(pub, 0, 7, rows);
	CU_ASSERT_EQUAL(rows[0].ttl, 64);
	CU_ASSERT_EQUAL(rows[1].ttl, 128);
	CU_ASSERT_EQUAL(rows[3].syn_length, 49);
	CU_ASSERT_EQUAL(rows[6].window_scale, 0);
	fv_publisher_stack_rows(pub, 4, 2, rows);
	CU_ASSERT_EQUAL(rows[0].window, 65534);
	CU_ASSERT_EQUAL(rows[1].mss, 1461);
	fv_publisher_free(pub);
}

static void
initial_ttl_at_every_value(void)
{
	unsigned ttl, expected;

	for (ttl = 0; ttl <= 255; ttl++) {
		expected = 255;
		if (ttl < 129)
			expected = 128;
		if (ttl < 65)
			expected = 64;
		if (ttl < 33)
			expected = 32;
		CU_ASSERT_EQUAL(
		    fv_publisher_initial_ttl((uint8_t)ttl), expected);
	}
}

/* A batch gives the rows that its packets give one by one. */
static void
batches_make_no_difference(void)
{
	static struct fv_raw_packet packets[FV_PUBLISHER_BATCH];
	static struct fv_flow rows[FV_PUBLISHER_BATCH];
	struct fv_publisher *one = publisher(NULL, 0);
	struct fv_publisher *all = publisher(NULL, 0);
	struct fv_flow row;
	struct fv_err err;
	size_t i;

	for (i = 0; i < FV_PUBLISHER_BATCH; i++) {
		packets[i] = packet(i % 3 == 0 ? IN : OUT, IN_TOO);
		packets[i].source.octet[15] = (uint8_t)(i * 7 % 40);
		packets[i].time = (int64_t)i;
		packets[i].has = FV_HAS_SOURCE_MAC | FV_HAS_VLAN;
		packets[i].source_mac.octet[5] = (uint8_t)(i % 5);
		packets[i].vlan = (uint16_t)(i * 31 % 11);
	}
	CU_ASSERT_EQUAL(fv_publisher_rows(all, &unlabelled, packets,
			    FV_PUBLISHER_BATCH, rows, &err),
	    0);
	for (i = 0; i < FV_PUBLISHER_BATCH; i++) {
		row = row_of(one, &unlabelled, &packets[i]);
		CU_ASSERT_EQUAL(row.source, rows[i].source);
		CU_ASSERT_EQUAL(row.destination, rows[i].destination);
		CU_ASSERT_EQUAL(row.start_time, rows[i].start_time);
		CU_ASSERT_EQUAL(row.source_device, rows[i].source_device);
		CU_ASSERT_EQUAL(row.vlan, rows[i].vlan);
		CU_ASSERT_EQUAL(row.direction, rows[i].direction);
	}
	CU_ASSERT_EQUAL(fv_publisher_hosts(one), fv_publisher_hosts(all));
	fv_publisher_free(one);
	fv_publisher_free(all);
}

CU_TestInfo suite_publisher[] = {
	{ "every kept field, in both families and both ways",
	    every_kept_field },
	{ "what is not there points nowhere",
	    what_is_not_there_points_nowhere },
	{ "direction from label, capture and addresses",
	    direction_from_label_capture_and_addresses },
	{ "direction by networks", direction_by_networks },
	{ "VLANs have pseudonyms", vlans_have_pseudonyms },
	{ "devices are tokens of the key", devices_are_tokens_of_the_key },
	{ "equal SYNs share a stack", equal_syns_share_a_stack },
	{ "initial TTL at every value", initial_ttl_at_every_value },
	{ "batches make no difference", batches_make_no_difference },
	CU_TEST_INFO_NULL,
};
