#include "tests/unit/suites.h"

#include <netinet/in.h>
#include <string.h>

#include "datasets/reference/law.h"
#include "datasets/reference/script.h"

enum { RTT = 40000, SEGMENT = 1460 };

static struct fv_script script;

static void
play(const struct fv_talk *talk, uint32_t number)
{
	struct fv_philox rng;

	fv_philox_start(&rng, 21, 1, number, 0);
	fv_script_play(&script, talk, &rng, RTT, SEGMENT);
}

/* Counts are as planned, and time runs forward. */
static bool
is_as_planned(const struct fv_talk *talk)
{
	uint32_t count[2] = { 0, 0 };
	size_t i;

	for (i = 0; i < script.n; i++) {
		count[script.event[i].out]++;
		if (i > 0 && script.event[i].time <= script.event[i - 1].time)
			return false;
	}
	return count[1] == talk->out && count[0] == talk->in;
}

/*
 * A receiver's view from both ends: nothing is skipped, nothing is
 * acknowledged before it was sent, and both ends know that it is over.
 */
static bool
is_whole(bool client)
{
	uint32_t next[2] = { 0, 0 };
	bool known[2] = { false, false };
	int over = 0;
	size_t i;

	for (i = 0; i < script.n; i++) {
		const struct fv_event *e = &script.event[i];

		if (e->flags == FV_TALK_SYN && e->out != client)
			return false;
		if ((e->flags & FV_TALK_SYN) != 0)
			next[e->out] = e->seq;
		known[e->out] = true;
		if ((int32_t)(e->seq - next[e->out]) > 0)
			return false;
		if ((e->flags & FV_TALK_ACK) != 0 && known[!e->out] &&
		    (int32_t)(e->ack - next[!e->out]) > 0)
			return false;
		if (e->seq == next[e->out])
			next[e->out] += e->length +
			    ((e->flags & (FV_TALK_SYN | FV_TALK_FIN)) != 0);
		if ((e->flags & FV_TALK_RST) != 0)
			over = 2;
		else if ((e->flags & FV_TALK_FIN) != 0)
			over++;
	}
	return over >= 2;
}

static void
tcp_is_whole_whatever_the_counts(void)
{
	static const uint8_t shape[] = { FV_SHAPE_DOWNLOAD, FV_SHAPE_UPLOAD,
		FV_SHAPE_INTERACTIVE };
	struct fv_talk t = { .protocol = IPPROTO_TCP,
		.length_out = { 10, 1460 },
		.length_in = { 1, 1460 } };
	uint32_t c, v, n = 0;
	struct fv_err err;
	size_t i;

	CU_ASSERT_EQUAL_FATAL(fv_script_init(&script, &err), 0);
	for (c = 3; c < 60; c++)
		for (v = 1; v < 60; v++)
			for (i = 0; i < sizeof(shape); i++) {
				t.shape = shape[i];
				t.outside = (c + v) % 3 == 0;
				t.out = t.outside ? v : c;
				t.in = t.outside ? c : v;
				play(&t, n++);
				CU_ASSERT(is_as_planned(&t));
				CU_ASSERT(is_whole(!t.outside));
			}
	t.out = t.in = FV_SCRIPT_CUT + 10;
	play(&t, n);
	CU_ASSERT(is_as_planned(&t));
	fv_script_fit(&script, 20000000);
	CU_ASSERT(is_as_planned(&t));
	CU_ASSERT(script.event[script.n - 1].time <= 20000000 + 10000);
	fv_script_free(&script);
}

static void
attempts_are_refused_or_ignored(void)
{
	struct fv_talk t = {
		.protocol = IPPROTO_TCP, .shape = FV_SHAPE_KNOCK, .out = 3
	};
	struct fv_err err;

	CU_ASSERT_EQUAL_FATAL(fv_script_init(&script, &err), 0);
	play(&t, 1);
	CU_ASSERT(is_as_planned(&t));
	CU_ASSERT_EQUAL(script.event[2].flags, FV_TALK_SYN);
	CU_ASSERT_EQUAL(script.event[2].seq, script.event[0].seq);
	t.out = t.in = 1;
	play(&t, 2);
	CU_ASSERT(is_as_planned(&t));
	CU_ASSERT_EQUAL(script.event[1].flags, FV_TALK_RST | FV_TALK_ACK);
	CU_ASSERT_EQUAL(script.event[1].ack, script.event[0].seq + 1);
	fv_script_free(&script);
}

/* The counts of one signature: pure ACKs with so many blocks. */
static uint32_t
acks(bool out, unsigned blocks)
{
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < script.n; i++)
		n += script.event[i].out == out &&
		    script.event[i].length == 0 &&
		    script.event[i].flags == FV_TALK_ACK &&
		    script.event[i].sacks == blocks;
	return n;
}

static void
exact_talks_have_exact_signatures(void)
{
	/* 2 + 3 + 20 + 7 + 4 + 2 out; 1 + 20 + 15 + 9 more + 1 in. */
	struct fv_talk t = { .protocol = IPPROTO_TCP,
		.shape = FV_SHAPE_DOWNLOAD,
		.exact = true,
		.close = FV_CLOSE_CLIENT,
		.requests = 3,
		.sacks1 = 7,
		.sacks2 = 4,
		.out = 38,
		.in = 46,
		.length_out = { 300, 900 },
		.length_in = { 1460, 1460 } };
	struct fv_err err;
	size_t i;

	CU_ASSERT_EQUAL_FATAL(fv_script_init(&script, &err), 0);
	play(&t, 1);
	CU_ASSERT(is_as_planned(&t));
	CU_ASSERT(is_whole(true));
	CU_ASSERT_EQUAL(acks(true, 0), 20 + 2);
	CU_ASSERT_EQUAL(acks(true, 1), 7);
	CU_ASSERT_EQUAL(acks(true, 2), 4);
	for (i = 0; i < script.n; i++) {
		const struct fv_event *e = &script.event[i];

		if (e->sacks == 0)
			continue;
		/* RFC 2018: blocks lie above the ACK, and do not overlap. */
		CU_ASSERT((int32_t)(e->block[0][0] - e->ack) > 0);
		CU_ASSERT((int32_t)(e->block[0][1] - e->block[0][0]) > 0);
		if (e->sacks == 2) {
			CU_ASSERT((int32_t)(e->block[1][0] - e->ack) > 0);
			CU_ASSERT(
			    (int32_t)(e->block[0][0] - e->block[1][1]) > 0);
		}
	}
	fv_script_free(&script);
}

static void
datagrams_are_as_many_as_planned(void)
{
	static const uint8_t shape[] = { FV_SHAPE_REQUEST, FV_SHAPE_STREAM,
		FV_SHAPE_ANNOUNCE, FV_SHAPE_FRAGMENTS, FV_SHAPE_ECHO };
	struct fv_talk t = { .protocol = IPPROTO_UDP,
		.length_out = { 1500, 2800 },
		.length_in = { 1500, 2800 } };
	uint32_t out, in, n = 0, later;
	struct fv_err err;
	size_t i, k;

	CU_ASSERT_EQUAL_FATAL(fv_script_init(&script, &err), 0);
	for (i = 0; i < sizeof(shape); i++)
		for (out = 0; out < 12; out++)
			for (in = 0; in < 12; in++) {
				t.shape = shape[i];
				if (shape[i] == FV_SHAPE_FRAGMENTS &&
				    (out == 1 || in == 1))
					continue;
				t.out = out;
				t.in = in;
				play(&t, n++);
				CU_ASSERT(is_as_planned(&t));
			}
	t.shape = FV_SHAPE_FRAGMENTS;
	t.out = 7;
	t.in = 0;
	play(&t, n);
	for (k = 0, later = 0; k < script.n; k++)
		later += script.event[k].offset > 0;
	CU_ASSERT_EQUAL(later, 4); /* two of two, and one of three */
	fv_script_free(&script);
}

CU_TestInfo suite_reference_script[] = {
	{ "TCP is whole, whatever the counts",
	    tcp_is_whole_whatever_the_counts },
	{ "attempts are refused or ignored", attempts_are_refused_or_ignored },
	{ "exact talks have exact signatures",
	    exact_talks_have_exact_signatures },
	{ "datagrams are as many as planned",
	    datagrams_are_as_many_as_planned },
	CU_TEST_INFO_NULL,
};
