#include "tests/unit/suites.h"

#include <string.h>

#include "convert/fragments.h"
#include "tests/unit/random.h"

#define SECOND INT64_C(1000000000)

static struct fv_fragments *fragments;
static uint64_t counter[FV_COUNTERS];
static struct fv_raw_packet taken[64];

static void
start(void)
{
	struct fv_err err;

	fragments = fv_fragments_new(&err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(fragments);
	memset(counter, 0, sizeof(counter));
}

static void
stop(void)
{
	fv_fragments_check(fragments);
	fv_fragments_free(fragments);
}

/* A fragment of UDP packet ${id} at ${time} from byte ${offset} on. */
static struct fv_raw_packet
fragment(uint32_t id, int64_t time, uint32_t offset)
{
	static const uint8_t source[4] = { 192, 0, 2, 1 };
	static const uint8_t destination[4] = { 198, 51, 100, 2 };
	struct fv_raw_packet p = { .time = time, .protocol = 17 };

	fv_raw_addr_set_ipv4(&p.source, source);
	fv_raw_addr_set_ipv4(&p.destination, destination);
	p.bytes = id;
	p.fragment = offset == 0 ? FV_FRAGMENT_FIRST : FV_FRAGMENT_LATER;
	if (offset == 0) {
		p.has = FV_HAS_PORTS;
		p.source_port = (uint16_t)(1000 + id % 50000);
		p.destination_port = 53;
	}
	return p;
}

/* Show ${length} bytes of it; whether it goes on. */
static int
add(struct fv_raw_packet *p, uint32_t id, uint32_t offset, uint64_t length)
{
	const struct fv_decode_fragment part = { id, offset, length, true };
	struct fv_err err;

	return fv_fragments_add(fragments, p, &part, counter, &err);
}

static int
add_new(uint32_t id, int64_t time, uint32_t offset)
{
	struct fv_raw_packet p = fragment(id, time, offset);

	return add(&p, id, offset, 8);
}

static size_t
take(void)
{
	return fv_fragments_take(fragments, taken, FV_COUNT(taken));
}

static void
a_later_fragment_gets_the_ports_of_its_first(void)
{
	struct fv_raw_packet p;

	start();
	CU_ASSERT_EQUAL(add_new(7, 0, 0), 1);
	p = fragment(7, SECOND, 8);
	CU_ASSERT_EQUAL(add(&p, 7, 8, 8), 1);
	CU_ASSERT_EQUAL(p.has, FV_HAS_PORTS | FV_HAS_FIRST);
	CU_ASSERT_EQUAL(p.source_port, 1007);
	CU_ASSERT_EQUAL(p.destination_port, 53);
	CU_ASSERT_EQUAL(p.fragment, FV_FRAGMENT_LATER);
	CU_ASSERT_EQUAL(counter[FV_COUNT_FRAGMENT_JOINED], 1);
	CU_ASSERT_EQUAL(counter[FV_COUNT_FRAGMENT_OVERLAP], 0);
	CU_ASSERT_EQUAL(fv_fragments_ready(fragments), 0);
	stop();
}

static void
one_that_comes_early_is_held_until_its_first_comes(void)
{
	start();
	CU_ASSERT_EQUAL(add_new(7, 0, 16), 0);
	CU_ASSERT_EQUAL(add_new(7, 1, 8), 0);
	CU_ASSERT_EQUAL(add_new(8, 2, 8), 0);
	CU_ASSERT_EQUAL(fv_fragments_ready(fragments), 0);
	CU_ASSERT_EQUAL(add_new(7, 3, 0), 1);
	CU_ASSERT_EQUAL(fv_fragments_ready(fragments), 2);
	CU_ASSERT_EQUAL(take(), 2);
	CU_ASSERT_EQUAL(taken[0].time, 0);
	CU_ASSERT_EQUAL(taken[1].time, 1);
	CU_ASSERT_EQUAL(taken[0].source_port, 1007);
	CU_ASSERT_EQUAL(taken[1].source_port, 1007);
	CU_ASSERT_EQUAL(counter[FV_COUNT_FRAGMENT_JOINED], 2);
	CU_ASSERT_EQUAL(counter[FV_COUNT_FRAGMENT_ORPHAN], 0);
	fv_fragments_expire(fragments, INT64_MAX, counter);
	CU_ASSERT_EQUAL(take(), 1);
	CU_ASSERT_EQUAL(taken[0].has, 0);
	CU_ASSERT_EQUAL(counter[FV_COUNT_FRAGMENT_ORPHAN], 1);
	stop();
}

static void
nothing_is_held_for_longer_than_30_seconds(void)
{
	start();
	CU_ASSERT_EQUAL(fv_fragments_due(fragments), INT64_MAX);
	CU_ASSERT_EQUAL(add_new(7, 5 * SECOND, 8), 0);
	CU_ASSERT_EQUAL(fv_fragments_due(fragments), 35 * SECOND);
	fv_fragments_expire(fragments, 35 * SECOND, counter);
	CU_ASSERT_EQUAL(fv_fragments_ready(fragments), 0);
	fv_fragments_expire(fragments, 35 * SECOND + 1, counter);
	CU_ASSERT_EQUAL(take(), 1);
	CU_ASSERT_EQUAL(counter[FV_COUNT_FRAGMENT_ORPHAN], 1);
	/* And no first fragment is remembered for longer. */
	CU_ASSERT_EQUAL(add_new(9, 40 * SECOND, 0), 1);
	CU_ASSERT_EQUAL(add_new(9, 70 * SECOND, 8), 1);
	CU_ASSERT_EQUAL(add_new(9, 70 * SECOND + 1, 8), 0);
	/* Nor is one from the future, where captures were put in a row. */
	CU_ASSERT_EQUAL(add_new(11, 500 * SECOND, 0), 1);
	CU_ASSERT_EQUAL(add_new(11, 1 * SECOND, 8), 0);
	stop();
}

static void
every_part_of_the_key_counts(void)
{
	struct fv_raw_packet p;
	int i;

	start();
	CU_ASSERT_EQUAL(add_new(7, 0, 0), 1);
	for (i = 0; i < 8; i++) {
		p = fragment(7, 0, 8);
		switch (i) {
		case 0:
			p.source.octet[15]++;
			break;
		case 1:
			p.destination.octet[15]++;
			break;
		case 2:
			p.protocol = 6;
			break;
		case 3:
			p.vlan = 1;
			break;
		case 4:
			p.encapsulation = 1;
			break;
		case 6:
			p.tunnel = 1;
			break;
		case 5:
			p.source.ip_version = p.destination.ip_version = 6;
			p.protocol = 0;
			break;
		default:
			CU_ASSERT_EQUAL(add(&p, 65536 + 7, 8, 8), 0);
			continue;
		}
		CU_ASSERT_EQUAL(add(&p, 7, 8, 8), 0);
	}
	CU_ASSERT_EQUAL(counter[FV_COUNT_FRAGMENT_JOINED], 0);
	stop();
}

static void
overlaps_and_repeats_are_counted(void)
{
	static const struct {
		uint32_t offset;
		uint64_t length;
		uint64_t overlaps; /* so far */
	} parts[] = { { 0, 1480, 0 }, { 1480, 1480, 0 }, { 4440, 8, 0 },
		{ 2960, 1480, 0 }, { 1480, 1480, 1 }, { 4447, 8, 2 },
		{ 8000, 8, 0 + 2 }, { 7000, 2000, 3 } };
	struct fv_raw_packet p;
	size_t i;

	start();
	for (i = 0; i < FV_COUNT(parts); i++) {
		p = fragment(7, 0, parts[i].offset);
		(void)add(&p, 7, parts[i].offset, parts[i].length);
		CU_ASSERT_EQUAL(
		    counter[FV_COUNT_FRAGMENT_OVERLAP], parts[i].overlaps);
	}
	stop();
}

static void
an_identification_may_be_used_again(void)
{
	struct fv_raw_packet p;

	start();
	CU_ASSERT_EQUAL(add_new(7, 0, 0), 1);
	CU_ASSERT_EQUAL(add_new(7, 1, 8), 1);
	p = fragment(7, 2, 0);
	p.source_port = 9;
	CU_ASSERT_EQUAL(add(&p, 7, 0, 8), 1);
	p = fragment(7, 3, 8);
	CU_ASSERT_EQUAL(add(&p, 7, 8, 8), 1);
	CU_ASSERT_EQUAL(p.source_port, 9);
	CU_ASSERT_EQUAL(counter[FV_COUNT_FRAGMENT_OVERLAP], 0);
	stop();
}

static void
both_limits_hold_and_are_counted(void)
{
	uint32_t i;

	start();
	for (i = 0; i < FV_FRAGMENTS_HELD; i++)
		CU_ASSERT_EQUAL(add_new(i, 0, 8), 0);
	CU_ASSERT_EQUAL(add_new(i, 0, 8), 1); /* no room: it goes on */
	CU_ASSERT_EQUAL(counter[FV_COUNT_FRAGMENT_ORPHAN], 1);
	fv_fragments_check(fragments);
	for (i++; i < FV_FRAGMENTS_LIMIT; i++)
		(void)add_new(i, 0, 0);
	CU_ASSERT_EQUAL(counter[FV_COUNT_FRAGMENT_EVICTED], 0);
	(void)add_new(i, 0, 0);
	CU_ASSERT_EQUAL(counter[FV_COUNT_FRAGMENT_EVICTED], 1);
	CU_ASSERT_EQUAL(take(), 1); /* what the oldest held */
	CU_ASSERT_EQUAL(taken[0].bytes, 0);
	stop();
}

/* What is forgotten and in which order does not hang on the hash's key. */
static uint64_t
digest_of_a_storm(void)
{
	uint64_t random = 1, digest = 0;
	size_t i, n;
	int round;

	start();
	for (round = 0; round < 100000; round++) {
		uint64_t draw = fv_random(&random);

		(void)add_new((uint32_t)(draw % 70000), round * SECOND / 100,
		    draw >> 40 & 8);
		if (round % 5 == 0)
			fv_fragments_expire(
			    fragments, round * SECOND / 100, counter);
		while ((n = take()) > 0)
			for (i = 0; i < n; i++)
				digest = digest * 31 + taken[i].bytes +
				    taken[i].has + (uint64_t)taken[i].time;
	}
	stop();
	return digest;
}

static void
the_order_is_that_of_the_packets_alone(void)
{
	uint64_t first = digest_of_a_storm();

	CU_ASSERT(counter[FV_COUNT_FRAGMENT_ORPHAN] > 1000);
	CU_ASSERT_EQUAL(first, digest_of_a_storm());
}

CU_TestInfo suite_fragments[] = {
	{ "rule 10: a later fragment gets the ports of its first",
	    a_later_fragment_gets_the_ports_of_its_first },
	{ "rule 10: one that comes early is held until its first comes",
	    one_that_comes_early_is_held_until_its_first_comes },
	{ "rule 10: nothing is held for longer than 30 seconds",
	    nothing_is_held_for_longer_than_30_seconds },
	{ "every part of the key counts", every_part_of_the_key_counts },
	{ "rule 10: overlaps and repeats are counted",
	    overlaps_and_repeats_are_counted },
	{ "an identification may be used again",
	    an_identification_may_be_used_again },
	{ "rule 20: both limits of fragments hold and are counted",
	    both_limits_hold_and_are_counted },
	{ "rules 21 and 24: the order is that of the packets alone",
	    the_order_is_that_of_the_packets_alone },
	CU_TEST_INFO_NULL,
};
