#include "tests/unit/suites.h"

#include <string.h>

#include "convert/slides_counters.h"
#include "tests/capgen/packet.h"

/* The four counters as a sum of these. */
enum { NONE = 0, NOT_IPV4 = 1, FRAGMENTED = 2, TOO_SHORT = 4, INCOMPLETE = 8 };

/* How the first ${captured} bytes of ${p} are counted. */
static unsigned
count_cut(const struct fv_packet *p, size_t captured)
{
	uint64_t counter[FV_COUNTERS] = { 0 };
	struct fv_frame frame = fv_packet_frame(p);
	uint64_t sum = 0;
	int i;

	frame.captured = (uint32_t)captured;
	fv_slides_counters_count(&frame, counter);
	for (i = 0; i < FV_COUNTERS; i++) {
		CU_ASSERT_TRUE(counter[i] <= 1);
		sum +=
		    fv_counter_info[i].kind == FV_KIND_SLIDES ? 0 : counter[i];
	}
	CU_ASSERT_EQUAL(sum, 0); /* no counter of another kind */
	return (unsigned)(counter[FV_COUNT_SLIDES_NOT_IPV4] * NOT_IPV4 +
	    counter[FV_COUNT_SLIDES_FRAGMENTED] * FRAGMENTED +
	    counter[FV_COUNT_SLIDES_TOO_SHORT] * TOO_SHORT +
	    counter[FV_COUNT_SLIDES_INCOMPLETE] * INCOMPLETE);
}

static unsigned
count_whole(const struct fv_packet *p)
{
	return count_cut(p, p->length);
}

/* An Ethernet frame with ${protocol} and ${length} bytes of it. */
static void
build(struct fv_packet *p, const struct fv_packet_ip *ip, uint8_t protocol,
    size_t length)
{
	fv_packet_start(p);
	fv_packet_ethernet(p);
	fv_packet_ipv4(p, ip);
	fv_packet_protocol(p, protocol);
	fv_packet_payload(p, length);
	fv_packet_finish(p);
}

static void
less_than_the_headers_is_too_short(void)
{
	struct fv_packet p;
	size_t n;

	build(&p, NULL, 6, 20);
	for (n = 0; n < 34; n++)
		CU_ASSERT_EQUAL(count_cut(&p, n), TOO_SHORT);
	CU_ASSERT_EQUAL(count_cut(&p, 34), NONE);
}

static void
another_ethertype_is_not_ipv4_however_short(void)
{
	static const uint16_t others[] = { 0x0806, 0x86dd, 0x8100, 0x88a8,
		0x8847, 0x8864, 0x88cc, 0x0026 };
	struct fv_packet p;
	size_t i;

	build(&p, NULL, 6, 20);
	for (i = 0; i < FV_COUNT(others); i++) {
		fv_packet_put16(&p, 12, others[i]);
		CU_ASSERT_EQUAL(count_whole(&p), NOT_IPV4);
		CU_ASSERT_EQUAL(count_cut(&p, 14), NOT_IPV4);
		CU_ASSERT_EQUAL(count_cut(&p, 13), TOO_SHORT);
	}
}

static void
ipv4_behind_a_vlan_tag_is_not_ipv4(void)
{
	struct fv_packet p;

	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_vlan(&p, 0x8100, 7);
	fv_packet_ipv4(&p, NULL);
	fv_packet_udp(&p, 1024, 53);
	fv_packet_finish(&p);
	CU_ASSERT_EQUAL(count_whole(&p), NOT_IPV4);
}

static void
the_version_counts_after_the_length(void)
{
	struct fv_packet p;

	build(&p, NULL, 6, 20);
	fv_packet_put8(&p, p.ip, 0x65);
	CU_ASSERT_EQUAL(count_cut(&p, 33), TOO_SHORT);
	CU_ASSERT_EQUAL(count_cut(&p, 34), NOT_IPV4);
}

static void
first_and_later_fragments_are_fragmented(void)
{
	const struct fv_packet_ip first = { .more = 1 };
	const struct fv_packet_ip later = { .offset = 1 };
	struct fv_packet p;

	build(&p, &first, 17, 8);
	CU_ASSERT_EQUAL(count_whole(&p), FRAGMENTED);
	build(&p, &first, 17, 3);
	CU_ASSERT_EQUAL(count_whole(&p), FRAGMENTED | INCOMPLETE);
	build(&p, &later, 17, 3);
	CU_ASSERT_EQUAL(count_whole(&p), FRAGMENTED);
}

static void
incomplete_is_some_bytes_but_too_few(void)
{
	static const struct {
		uint8_t protocol;
		size_t needed;
	} protocols[] = { { 1, 2 }, { 6, 14 }, { 17, 4 }, { 132, 0 }, { 58, 0 },
		{ 47, 0 } };
	struct fv_packet p;
	size_t i, n;

	for (i = 0; i < FV_COUNT(protocols); i++) {
		build(&p, NULL, protocols[i].protocol, 20);
		CU_ASSERT_EQUAL(count_cut(&p, 34), NONE);
		for (n = 1; n <= 20; n++)
			CU_ASSERT_EQUAL(count_cut(&p, 34 + n),
			    n < protocols[i].needed ? INCOMPLETE : NONE);
	}
}

static void
options_move_where_incomplete_begins(void)
{
	static const uint8_t nops[40] = { 1, 1, 1, 1 };
	const struct fv_packet_ip ip = { .options = nops,
		.options_length = sizeof(nops) };
	struct fv_packet p;
	size_t n;

	build(&p, &ip, 17, 8);
	for (n = 34; n <= 82; n++)
		CU_ASSERT_EQUAL(
		    count_cut(&p, n), n > 74 && n < 78 ? INCOMPLETE : NONE);
}

static void
a_header_length_below_20_passes_as_it_did(void)
{
	struct fv_packet p;

	build(&p, NULL, 6, 0);
	CU_ASSERT_EQUAL(count_whole(&p), NONE);
	fv_packet_put8(&p, p.ip, 0x42); /* 12 bytes of header are read as TCP */
	CU_ASSERT_EQUAL(count_whole(&p), INCOMPLETE);
	fv_packet_put8(&p, p.ip, 0x40); /* 20 */
	CU_ASSERT_EQUAL(count_whole(&p), NONE);
}

static void
padding_is_bytes_like_any_other(void)
{
	struct fv_packet p;

	build(&p, NULL, 6, 0);
	fv_packet_pad(&p, 40);
	CU_ASSERT_EQUAL(count_whole(&p), INCOMPLETE);
	fv_packet_pad(&p, 60);
	CU_ASSERT_EQUAL(count_whole(&p), NONE);
}

/* ${p} has a link header of ${length} bytes; put IPv4 and UDP behind. */
static void
check_link(struct fv_packet *p, size_t length)
{
	size_t n;

	fv_packet_ipv4(p, NULL);
	fv_packet_udp(p, 1024, 53);
	fv_packet_finish(p);
	for (n = 0; n < length + 20; n++)
		CU_ASSERT_EQUAL(count_cut(p, n), TOO_SHORT);
	CU_ASSERT_EQUAL(count_cut(p, length + 20), NONE);
	CU_ASSERT_EQUAL(count_cut(p, length + 23), INCOMPLETE);
	CU_ASSERT_EQUAL(count_cut(p, length + 24), NONE);
	fv_packet_put8(p, length, 0x60);
	CU_ASSERT_EQUAL(count_cut(p, length + 20), NOT_IPV4);
}

static void
other_link_headers_take_the_same_tests(void)
{
	static const uint32_t raw[] = { 12, 14, 101, 228 };
	struct fv_packet p;
	size_t i;

	fv_packet_start(&p);
	fv_packet_sll(&p);
	check_link(&p, 16);
	fv_packet_start(&p);
	fv_packet_sll2(&p);
	check_link(&p, 20);
	fv_packet_start(&p);
	fv_packet_family(&p, 0, 2, 0);
	check_link(&p, 4);
	fv_packet_put32(&p, 0, 0x18000000);
	CU_ASSERT_EQUAL(count_cut(&p, 4), NOT_IPV4);
	for (i = 0; i < FV_COUNT(raw); i++) {
		fv_packet_start(&p);
		fv_packet_raw(&p, raw[i]);
		check_link(&p, 0);
	}
	p.link_type = 229; /* IPv6 by its name */
	CU_ASSERT_EQUAL(count_cut(&p, 0), NOT_IPV4);
}

static void
a_link_type_that_is_not_decoded_is_not_counted(void)
{
	struct fv_packet p;

	build(&p, NULL, 6, 20);
	p.link_type = 147;
	CU_ASSERT_EQUAL(count_whole(&p), NONE);
	CU_ASSERT_EQUAL(count_cut(&p, 0), NONE);
}

CU_TestInfo suite_slides_counters[] = {
	{ "less than the headers is too short",
	    less_than_the_headers_is_too_short },
	{ "another EtherType is not IPv4, however short",
	    another_ethertype_is_not_ipv4_however_short },
	{ "IPv4 behind a VLAN tag is not IPv4",
	    ipv4_behind_a_vlan_tag_is_not_ipv4 },
	{ "the version counts after the length",
	    the_version_counts_after_the_length },
	{ "first and later fragments are fragmented",
	    first_and_later_fragments_are_fragmented },
	{ "incomplete is some bytes, but too few",
	    incomplete_is_some_bytes_but_too_few },
	{ "options move where incomplete begins",
	    options_move_where_incomplete_begins },
	{ "a header length below 20 passes, as it did",
	    a_header_length_below_20_passes_as_it_did },
	{ "padding is bytes like any other", padding_is_bytes_like_any_other },
	{ "other link headers take the same tests",
	    other_link_headers_take_the_same_tests },
	{ "a link type that is not decoded is not counted",
	    a_link_type_that_is_not_decoded_is_not_counted },
	CU_TEST_INFO_NULL,
};
