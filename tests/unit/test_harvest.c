#include "tests/unit/suites.h"

#include <string.h>

#include "convert/harvest.h"
#include "convert/harvest_frame.h"
#include "tests/capgen/capfile.h"
#include "tests/capgen/packet.h"
#include "tests/unit/addresses.h"
#include "tests/unit/random.h"
#include "tests/unit/scratch.h"

/*
 * What is found where is shown by the canary (tests/audit_leaks.py), place by
 * place.  Here: numbers of hosts, and that no bytes can make it stumble.
 */
static struct fv_originals originals;
static struct fv_harvest_sink sink;

static void
begin(void)
{
	memset(&sink, 0, sizeof(sink));
	CU_ASSERT_EQUAL_FATAL(fv_originals_init(&originals, &sink.err), 0);
	sink.originals = &originals;
}

static void
end(void)
{
	CU_ASSERT_FALSE(sink.failed);
	fv_originals_wipe(&originals);
}

static bool
has(const char *text)
{
	struct fv_raw_addr addr = fv_raw_address(text);

	return fv_originals_has(&originals.others, &addr, sizeof(addr));
}

static void
harvest(struct fv_packet *p)
{
	struct fv_frame frame;

	fv_packet_finish(p);
	frame = fv_packet_frame(p);
	fv_harvest_frame(&sink, &frame);
}

/* ARP, whose addresses no row has, behind the headers of ${n} bytes. */
static void
expect_arp(uint32_t link_type, const uint8_t *header, size_t n)
{
	static const uint8_t arp[] = { 0, 1, 8, 0, 6, 4, 0, 1, 0, 0, 0x5e, 0,
		0x53, 1, 192, 0, 2, 77, 0, 0, 0, 0, 0, 0, 198, 51, 100, 88 };
	uint8_t bytes[128];
	const struct fv_frame frame = { .bytes = bytes,
		.captured = (uint32_t)(n + sizeof(arp)),
		.length = (uint32_t)(n + sizeof(arp)),
		.link_type = link_type };

	CU_ASSERT_FATAL(n + sizeof(arp) <= sizeof(bytes));
	memcpy(bytes, header, n);
	memcpy(bytes + n, arp, sizeof(arp));
	begin();
	fv_harvest_frame(&sink, &frame);
	CU_ASSERT_TRUE(has("192.0.2.77"));
	CU_ASSERT_TRUE(has("198.51.100.88"));
	CU_ASSERT(originals.macs.count >= 1);
	end();
}

static void
what_is_behind_any_link_is_found(void)
{
	static const uint8_t ethernet[] = { 0, 0, 0x5e, 0, 0x53, 2, 0, 0, 0x5e,
		0, 0x53, 1, 8, 6 };
	/* Frame control, destination, source; LLC and SNAP. */
	static const uint8_t fddi[] = { 0x50, 0, 0, 0x5e, 0, 0x53, 2, 0, 0,
		0x5e, 0, 0x53, 1, 0xaa, 0xaa, 3, 0, 0, 0, 8, 6 };
	/* Radiotap without fields; data to the access point; LLC and SNAP. */
	static const uint8_t radiotap[] = { 0, 0, 8, 0, 0, 0, 0, 0, 8, 1, 0, 0,
		0, 0, 0x5e, 0, 0x53, 3, 0, 0, 0x5e, 0, 0x53, 1, 0, 0, 0x5e, 0,
		0x53, 2, 0, 0, 0xaa, 0xaa, 3, 0, 0, 0, 8, 6 };

	expect_arp(1, ethernet, sizeof(ethernet));
	expect_arp(10, fddi, sizeof(fddi));
	expect_arp(127, radiotap, sizeof(radiotap));
}

static void
quoted_headers_are_looked_into(void)
{
	struct fv_packet inner, p;

	begin();
	fv_packet_start(&inner);
	fv_packet_raw(&inner, 101);
	fv_packet_ipv4(
	    &inner, &(struct fv_packet_ip){ .source = 77, .destination = 88 });
	fv_packet_udp(&inner, 1000, 2000);
	fv_packet_finish(&inner);
	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, NULL);
	fv_packet_icmp(&p, 3, 1);
	fv_packet_payload(&p, inner.length);
	memcpy(p.bytes + p.length - inner.length, inner.bytes, inner.length);
	harvest(&p);
	CU_ASSERT_TRUE(has("192.0.2.77"));
	CU_ASSERT_TRUE(has("198.51.100.88"));
	CU_ASSERT_TRUE(has("192.0.2.1"));
	CU_ASSERT_FALSE(has("192.0.2.78"));
	CU_ASSERT_EQUAL(originals.macs.count, 2);
	end();
}

static void
later_fragments_are_not_taken_for_headers(void)
{
	struct fv_packet p;

	begin();
	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, &(struct fv_packet_ip){ .offset = 10 });
	fv_packet_udp(&p, 53, 53);
	fv_packet_payload(&p, 64);
	harvest(&p);
	CU_ASSERT_EQUAL(originals.others.count, 2);
	CU_ASSERT_EQUAL(originals.names.count, 0);
	end();
}

/* Random bytes behind each kind of header, and cut anywhere. */
static void
no_bytes_make_it_stumble(void)
{
	static const uint8_t protocols[] = { 0, 1, 4, 6, 17, 41, 43, 44, 47, 51,
		58, 60, 135 };
	static const uint32_t links[] = { 0, 1, 12, 101, 108, 113, 228, 229,
		276 };
	static const uint16_t ports[] = { 53, 67, 2152, 3544, 4789, 5353,
		6081 };
	uint64_t state = 17;
	uint8_t bytes[256];
	struct fv_frame frame;
	size_t round, i, n;

	begin();
	for (round = 0; round < 20000; round++) {
		for (i = 0; i < sizeof(bytes); i++)
			bytes[i] = (uint8_t)(fv_random(&state) >>
			    (fv_random(&state) % 8));
		n = fv_random_below(&state, sizeof(bytes));
		memset(&frame, 0, sizeof(frame));
		frame.bytes = bytes;
		frame.captured = frame.length = (uint32_t)n;
		frame.link_type =
		    links[fv_random_below(&state, FV_COUNT(links))];
		fv_harvest_frame(&sink, &frame);
		fv_harvest_transport(&sink,
		    protocols[fv_random_below(&state, FV_COUNT(protocols))],
		    fv_cursor_over(bytes, n), 1);
		fv_harvest_udp(&sink, 1,
		    ports[fv_random_below(&state, FV_COUNT(ports))],
		    fv_cursor_over(bytes, n), 1);
		fv_harvest_lldp(&sink, fv_cursor_over(bytes, n));
		fv_harvest_stream(&sink, fv_cursor_over(bytes, n));
		fv_harvest_block(&sink, (uint32_t)fv_random_below(&state, 8),
		    (round & 1) != 0, fv_cursor_over(bytes, n));
	}
	CU_ASSERT(originals.others.count > 1000);
	end();
}

/* Packets that lead into themselves end at the depth that is followed. */
static void
headers_in_headers_are_followed_so_deep(void)
{
	uint8_t bytes[2000];
	size_t i;

	begin();
	for (i = 0; i + 20 <= sizeof(bytes); i += 20) {
		memset(bytes + i, 0, 20);
		bytes[i] = 0x45;
		bytes[i + 9] = 4;
		bytes[i + 12] = 192;
		bytes[i + 15] = (uint8_t)(i / 20);
	}
	fv_harvest_ip(&sink, fv_cursor_over(bytes, sizeof(bytes)), 0);
	CU_ASSERT(originals.others.count > 4);
	CU_ASSERT(originals.others.count <= FV_HARVEST_DEPTH + 2);
	end();
}

/* Hosts in the order of first appearance, a source before its destination. */
static void
hosts_have_the_numbers_of_a_conversion(void)
{
	static const uint8_t source[] = { 9, 3, 9, 5 };
	static const uint8_t destination[] = { 4, 9, 4, 3 };
	static const struct fv_reading_options plain = { 0 };
	const struct fv_listener silent = { 0 };
	struct fv_reading_input input = { .side = FV_SIDE_OUTBOUND };
	struct fv_capfile *file = fv_capfile_new();
	const struct fv_raw_addr *host;
	struct fv_scratch scratch;
	struct fv_harvest h;
	struct fv_packet p;
	struct fv_err err;
	size_t i;

	fv_capfile_pcap(file, &(struct fv_capfile_pcap){ FV_CAPFILE_PCAP });
	for (i = 0; i < FV_COUNT(source); i++) {
		fv_packet_start(&p);
		fv_packet_ethernet(&p);
		fv_packet_ipv4(&p,
		    &(struct fv_packet_ip){
			.source = source[i], .destination = destination[i] });
		fv_packet_udp(&p, 7, 9);
		fv_packet_finish(&p);
		fv_capfile_frame(file, 1000000 * (int64_t)i, p.bytes,
		    (uint32_t)p.length, (uint32_t)p.length);
	}
	fv_scratch_make(&scratch);
	input.path = fv_scratch_path(&scratch, "guests-of-may.pcap");
	fv_capfile_write(file, input.path);
	CU_ASSERT_EQUAL_FATAL(
	    fv_harvest_run(&input, 1, &plain, &silent, &h, &err), 0);
	CU_ASSERT_EQUAL(h.read.packets, 4);
	CU_ASSERT_EQUAL(h.read.captures.n, 1);
	CU_ASSERT_EQUAL(h.devices, 1);
	CU_ASSERT_EQUAL(h.read.captures.row[0].side, FV_SIDE_OUTBOUND);
	CU_ASSERT_EQUAL(h.read.captures.row[0].counter[FV_COUNT_RECORDED], 4);
	CU_ASSERT_EQUAL_FATAL(h.originals.hosts.count, 6);
	host = fv_originals_hosts(&h.originals);
	CU_ASSERT_EQUAL(host[0].octet[15], 9);
	CU_ASSERT_EQUAL(host[1].octet[15], 4);
	CU_ASSERT_EQUAL(host[2].octet[15], 3);
	CU_ASSERT_EQUAL(host[3].octet[15], 9);
	CU_ASSERT_EQUAL(host[4].octet[15], 5);
	CU_ASSERT_EQUAL(host[5].octet[15], 3);
	/* The path, the name in it, and that without its ending. */
	CU_ASSERT_EQUAL(h.originals.names.count, 3);
	fv_harvest_wipe(&h);
	fv_scratch_remove(&scratch);
	fv_capfile_free(file);
}

CU_TestInfo suite_harvest[] = {
	{ "what is behind any link is found",
	    what_is_behind_any_link_is_found },
	{ "quoted headers are looked into", quoted_headers_are_looked_into },
	{ "later fragments are not taken for headers",
	    later_fragments_are_not_taken_for_headers },
	{ "no bytes make it stumble", no_bytes_make_it_stumble },
	{ "headers in headers are followed so deep",
	    headers_in_headers_are_followed_so_deep },
	{ "hosts have the numbers of a conversion",
	    hosts_have_the_numbers_of_a_conversion },
	CU_TEST_INFO_NULL,
};
