#include "convert/decoder.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "convert/duplicates.h"
#include "convert/fragments.h"

/* One EtherType, and its frames. */
struct ethertype {
	uint16_t value;
	uint64_t frames;
};

struct fv_decoder {
	struct fv_decoder_options options;
	struct fv_duplicates seen;
	struct fv_fragments *fragments; /* NULL: not asked for */
	int64_t due;                    /* when they expire next */
	size_t ready;
	uint32_t undecoded;
	uint64_t spare[FV_COUNTERS]; /* what is not counted */
	size_t nethertypes;
	struct ethertype ethertype[FV_DECODER_ETHERTYPES];
};

struct fv_decoder *
fv_decoder_new(const struct fv_decoder_options *options, struct fv_err *err)
{
	struct fv_decoder *d;

	if ((d = fv_memory_new(1, sizeof(*d), err)) == NULL)
		return NULL;
	d->options = *options;
	d->due = INT64_MAX;
	if (options->fragment_ports &&
	    (d->fragments = fv_fragments_new(err)) == NULL) {
		free(d);
		return NULL;
	}
	return d;
}

static void
count_ethertype(struct fv_decoder *d, uint16_t value)
{
	size_t i;

	for (i = 0; i < d->nethertypes; i++)
		if (d->ethertype[i].value == value) {
			d->ethertype[i].frames++;
			return;
		}
	if (i < FV_DECODER_ETHERTYPES)
		d->ethertype[d->nethertypes++] = (struct ethertype){ value, 1 };
}

/* What was counted of transport headers that are wrong, or not there. */
static uint64_t
transports_wrong(const uint64_t counter[FV_COUNTERS])
{
	return counter[FV_COUNT_TRANSPORT_SHORT] +
	    counter[FV_COUNT_TCP_OFFSET] + counter[FV_COUNT_UDP_LENGTH];
}

/*
 * Put the packets in the tunnel of ${packets[0]}, as far as they can be read,
 * behind it.  Returns how many packets there are, and says in ${part} of
 * each that is a fragment which.
 */
static int
read_tunnels(struct fv_decoder *d, struct fv_decode_rest *rest,
    struct fv_raw_packet *packets, struct fv_decode_fragment *part,
    uint64_t counter[FV_COUNTERS])
{
	const uint64_t wrong = transports_wrong(d->spare);
	enum fv_counter outcome = FV_COUNT_RECORDED;
	struct fv_raw_packet deeper;
	int n;

	for (n = 1; n < FV_DECODER_PACKETS; n++) {
		outcome = fv_decode_inner(
		    &packets[n - 1], rest, &packets[n], d->spare);
		if (outcome != FV_COUNT_RECORDED)
			break;
		if (packets[n].fragment != FV_FRAGMENT_NONE)
			part[n] = rest->fragment;
	}
	if (n == FV_DECODER_PACKETS &&
	    (outcome = fv_decode_inner(&packets[n - 1], rest, &deeper,
		 d->spare)) == FV_COUNT_RECORDED)
		outcome = FV_COUNT_TUNNEL_DEEP;
	if (outcome != FV_COUNTERS)
		counter[outcome]++;
	if (n > 1 || outcome != FV_COUNTERS)
		counter[FV_COUNT_TUNNELLED]++;
	if (transports_wrong(d->spare) != wrong)
		counter[FV_COUNT_TUNNEL_TRANSPORT]++;
	return n;
}

/*
 * Show those of ${n} packets that are fragments to the memory of fragments,
 * and leave out those that it holds.  Returns how many are left, or -1.
 */
static int
follow_fragments(struct fv_decoder *d, struct fv_raw_packet *packets, int n,
    const struct fv_decode_fragment *part, uint64_t counter[FV_COUNTERS],
    struct fv_err *err)
{
	int i, rc, kept = 0;

	for (i = 0; i < n; i++) {
		rc = 1;
		if (packets[i].fragment != FV_FRAGMENT_NONE &&
		    (rc = fv_fragments_add(d->fragments, &packets[i], &part[i],
			 counter, err)) == -1)
			return -1;
		if (rc == 1)
			packets[kept++] = packets[i];
	}
	d->due = fv_fragments_due(d->fragments);
	d->ready = fv_fragments_ready(d->fragments);
	return kept;
}

/* What is rare: tunnels that are asked for, and fragments. */
static int
read_further(struct fv_decoder *d, struct fv_decode_rest *rest,
    struct fv_raw_packet *packets, uint64_t counter[FV_COUNTERS],
    struct fv_err *err)
{
	struct fv_decode_fragment part[FV_DECODER_PACKETS];
	bool fragment = false;
	int i, n = 1, kept;

	if (packets[0].fragment != FV_FRAGMENT_NONE)
		part[0] = rest->fragment;
	if (d->options.tunnels != FV_TUNNELS_OUTER)
		n = read_tunnels(d, rest, packets, part, counter);
	if (d->options.tunnels == FV_TUNNELS_BOTH)
		counter[FV_COUNT_TUNNEL_RECORDS] += (uint64_t)n - 1;
	for (i = 0; i < n; i++)
		fragment |= packets[i].fragment != FV_FRAGMENT_NONE;
	kept = n;
	if (fragment && d->fragments != NULL)
		kept = follow_fragments(d, packets, n, part, counter, err);
	if (kept == -1 || d->options.tunnels != FV_TUNNELS_INNER)
		return kept;
	/*
	 * The outer ones were needed up to here: a first fragment among them
	 * has later ones.  Only the innermost can be held back.
	 */
	if (kept < n)
		return 0;
	packets[0] = packets[n - 1];
	return 1;
}

/*
 * Whether ${packet}, which was counted as recorded, is a copy of one just
 * before it, and to be left out; it is counted in any case.
 */
static bool
drop_duplicate(struct fv_decoder *d, const struct fv_raw_packet *packet,
    uint64_t likeness, uint64_t counter[FV_COUNTERS])
{
	if (!fv_duplicates_seen(&d->seen, likeness, packet->time))
		return false;
	if (!d->options.drop_duplicates) {
		counter[FV_COUNT_DUPLICATES]++;
		return false;
	}
	counter[FV_COUNT_RECORDED]--;
	counter[packet->source.ip_version == 4 ? FV_COUNT_IPV4
					       : FV_COUNT_IPV6]--;
	counter[FV_COUNT_DUPLICATES_DROPPED]++;
	return true;
}

int
fv_decoder_read(struct fv_decoder *d, const struct fv_frame *frame,
    struct fv_raw_packet *packets, enum fv_counter *outcome,
    uint64_t counter[FV_COUNTERS], struct fv_err *err)
{
	struct fv_decode_rest rest;

	if (frame->time > d->due) {
		fv_fragments_expire(d->fragments, frame->time, counter);
		d->due = fv_fragments_due(d->fragments);
		d->ready = fv_fragments_ready(d->fragments);
	}
	*outcome = fv_decode_frame(frame, packets, &rest, counter);
	if (*outcome == FV_COUNT_RECORDED) {
		if (drop_duplicate(d, packets, rest.likeness, counter)) {
			*outcome = FV_COUNT_DUPLICATES_DROPPED;
			return 0;
		}
		if (d->options.tunnels == FV_TUNNELS_OUTER &&
		    packets->fragment == FV_FRAGMENT_NONE)
			return 1;
		return read_further(d, &rest, packets, counter, err);
	}
	if (*outcome == FV_COUNT_LINK_UNSUPPORTED)
		d->undecoded = frame->link_type;
	if (*outcome == FV_COUNT_NOT_IP && rest.ethertype != 0)
		count_ethertype(d, rest.ethertype);
	return 0;
}

void
fv_decoder_end(struct fv_decoder *d, uint64_t counter[FV_COUNTERS])
{
	if (d->fragments == NULL)
		return;
	fv_fragments_expire(d->fragments, INT64_MAX, counter);
	d->due = INT64_MAX;
	d->ready = fv_fragments_ready(d->fragments);
}

size_t
fv_decoder_ready(const struct fv_decoder *d)
{
	return d->ready;
}

size_t
fv_decoder_take(
    struct fv_decoder *d, struct fv_raw_packet *packets, size_t room)
{
	size_t n = 0;

	if (d->fragments != NULL)
		n = fv_fragments_take(d->fragments, packets, room);
	d->ready -= n;
	return n;
}

/* For qsort(3): most frames first, then by value. */
static int
by_frames(const void *left, const void *right)
{
	const struct ethertype *a = left, *b = right;

	if (a->frames != b->frames)
		return a->frames > b->frames ? -1 : 1;
	return (a->value > b->value) - (a->value < b->value);
}

void
fv_decoder_ethertypes(const struct fv_decoder *d, char text[FV_ETHERTYPES_TEXT])
{
	struct ethertype sorted[FV_DECODER_ETHERTYPES];
	char one[40];
	size_t i, length = 0;
	int n;

	memset(text, 0, FV_ETHERTYPES_TEXT);
	memcpy(sorted, d->ethertype, d->nethertypes * sizeof(*sorted));
	qsort(sorted, d->nethertypes, sizeof(*sorted), by_frames);
	for (i = 0; i < d->nethertypes; i++) {
		n = snprintf(one, sizeof(one), "%s0x%04x %" PRIu64,
		    i == 0 ? "" : ", ", sorted[i].value, sorted[i].frames);
		if (length + (size_t)n >= FV_ETHERTYPES_TEXT)
			return;
		memcpy(text + length, one, (size_t)n);
		length += (size_t)n;
	}
}

uint32_t
fv_decoder_undecoded(const struct fv_decoder *d)
{
	return d->undecoded;
}

void
fv_decoder_free(struct fv_decoder *d)
{
	if (d == NULL)
		return;
	fv_fragments_free(d->fragments);
	free(d);
}
