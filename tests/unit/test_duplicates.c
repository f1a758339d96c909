#include "tests/unit/suites.h"

#include <string.h>

#include "convert/duplicates.h"
#include "tests/capgen/packet.h"

/* The likeness of what ${p} holds of IP, the first ${captured} bytes. */
static uint64_t
likeness(const struct fv_packet *p, size_t captured)
{
	return fv_duplicates_likeness(
	    fv_cursor_over(p->bytes + p->ip, captured));
}

static void
build(struct fv_packet *p, bool newer)
{
	fv_packet_start(p);
	fv_packet_ethernet(p);
	if (newer)
		fv_packet_ipv6(p, NULL);
	else
		fv_packet_ipv4(p, NULL);
	fv_packet_tcp(p, 40000, 443, FV_PACKET_ACK, NULL, 0);
	fv_packet_payload(p, 100);
	fv_packet_finish(p);
}

/* Routing changes the TTL, and with it the checksum, and nothing else. */
static void
only_what_routing_changes_is_left_out(void)
{
	static const size_t changes[2][3] = { { 8, 10, 11 }, { 7, 7, 7 } };
	static const size_t looked_at[2] = { 32, 80 };
	struct fv_packet p;
	uint64_t whole;
	size_t i, n;
	int v;

	for (v = 0; v < 2; v++) {
		build(&p, v == 1);
		if (v == 0)
			p.bytes[p.ip + 4] = 1; /* an identification */
		whole = likeness(&p, 80);
		CU_ASSERT(whole != 0);
		for (i = 0; i < 80; i++) {
			/* The version decides how the rest is read. */
			p.bytes[p.ip + i] ^= i == 0 ? 1 : 0x55;
			n = i == changes[v][0] || i == changes[v][1] ||
			    i == changes[v][2] || i >= looked_at[v];
			CU_ASSERT_EQUAL(likeness(&p, 80) == whole, n != 0);
			p.bytes[p.ip + i] ^= i == 0 ? 1 : 0x55;
		}
		for (i = 0; i < (v == 1 ? 40U : 20U); i++)
			CU_ASSERT_EQUAL(likeness(&p, i), 0);
		CU_ASSERT(likeness(&p, i) != 0);
	}
}

/* Tunnels over UDP often have neither identification nor checksum. */
static void
without_an_identification_the_content_tells(void)
{
	struct fv_packet p;
	uint64_t whole;
	size_t i;

	build(&p, false);
	p.bytes[p.ip + 4] = p.bytes[p.ip + 5] = 0;
	whole = likeness(&p, 90);
	for (i = 20; i < 90; i++) {
		p.bytes[p.ip + i] ^= 0x55;
		CU_ASSERT(likeness(&p, 90) != whole);
		p.bytes[p.ip + i] ^= 0x55;
	}
	/* Behind the IP length is padding, which routers make anew. */
	p.bytes[p.ip + 2] = 0, p.bytes[p.ip + 3] = 50;
	whole = likeness(&p, 90);
	p.bytes[p.ip + 50] ^= 0x55;
	CU_ASSERT(likeness(&p, 90) == whole);
	p.bytes[p.ip + 49] ^= 0x55;
	CU_ASSERT(likeness(&p, 90) != whole);
}

static void
copies_are_close_in_time_and_in_number(void)
{
	struct fv_duplicates seen = { .next = 0 };
	unsigned i;

	CU_ASSERT_FALSE(fv_duplicates_seen(&seen, 5, 1000));
	CU_ASSERT_TRUE(fv_duplicates_seen(&seen, 5, 1000000 + 1000));
	CU_ASSERT_FALSE(fv_duplicates_seen(&seen, 5, 2000000 + 1001));
	/* Out of order, too; and with half of the number alike. */
	CU_ASSERT_TRUE(fv_duplicates_seen(&seen, 5, 2000000));
	CU_ASSERT_FALSE(
	    fv_duplicates_seen(&seen, UINT64_C(1) << 32 | 5, 2000000));
	for (i = 0; i < FV_DUPLICATES_WINDOW; i++)
		CU_ASSERT_FALSE(fv_duplicates_seen(&seen, 100 + i, 2000000));
	CU_ASSERT_FALSE(fv_duplicates_seen(&seen, 5, 2000000));
	/* What could not be read is like nothing. */
	memset(&seen, 0, sizeof(seen));
	CU_ASSERT_FALSE(fv_duplicates_seen(&seen, 0, 0));
	CU_ASSERT_FALSE(fv_duplicates_seen(&seen, 0, 0));
}

CU_TestInfo suite_duplicates[] = {
	{ "rule 16: only what routing changes is left out",
	    only_what_routing_changes_is_left_out },
	{ "rule 16: without an identification the content tells",
	    without_an_identification_the_content_tells },
	{ "rule 16: copies are close in time and in number",
	    copies_are_close_in_time_and_in_number },
	CU_TEST_INFO_NULL,
};
