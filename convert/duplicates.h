#ifndef CONVERT_DUPLICATES_H
#define CONVERT_DUPLICATES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cursor.h"

/*
 * Packets that a capture has twice: a mirror port copies what comes in and
 * what goes out, and taps overlap.  Two packets of one capture are taken for
 * copies when no more than FV_DUPLICATES_WINDOW others and no more than a
 * millisecond lie between them, and they agree in what routing leaves alone:
 * the IP header without TTL and checksum, and the first bytes behind it:
 * twelve, or of a packet without an identification (RFC 6864) as many as
 * were captured, up to a hundred or so.
 *
 * A retransmission is none: it comes later, and mostly has an IP
 * identification of its own.  Never across captures: where addresses are
 * translated, both sides of the router differ in them.
 */

/* Packets that are remembered. */
#define FV_DUPLICATES_WINDOW 8

/* What was seen last in a capture; all zero at first. */
struct fv_duplicates {
	uint32_t tag[FV_DUPLICATES_WINDOW]; /* the low half of likeness */
	uint64_t likeness[FV_DUPLICATES_WINDOW];
	int64_t time[FV_DUPLICATES_WINDOW];
	unsigned next; /* the oldest, to be written over */
};

/*
 * fv_duplicates_likeness(in):
 * What copies of the packet whose IP header begins at ${in} agree in, as a
 * number; 0 when the header is not whole.
 */
uint64_t fv_duplicates_likeness(struct fv_cursor in);

/*
 * fv_duplicates_among(seen, likeness, time):
 * The slow way of fv_duplicates_seen, for when a tag agrees.
 */
bool fv_duplicates_among(
    const struct fv_duplicates *seen, uint64_t likeness, int64_t time);

/*
 * fv_duplicates_seen(seen, likeness, time):
 * Whether a packet of that ${likeness}, captured at ${time}, is a copy of one
 * of those before it; it is remembered.
 */
static inline bool
fv_duplicates_seen(struct fv_duplicates *seen, uint64_t likeness, int64_t time)
{
	const uint32_t tag = (uint32_t)likeness;
	uint32_t same = 0;
	unsigned i;
	bool found;

	for (i = 0; i < FV_DUPLICATES_WINDOW; i++)
		same |= seen->tag[i] == tag;
	found = same != 0 && fv_duplicates_among(seen, likeness, time);
	seen->tag[seen->next] = tag;
	seen->likeness[seen->next] = likeness;
	seen->time[seen->next] = time;
	seen->next = (seen->next + 1) % FV_DUPLICATES_WINDOW;
	return found;
}

#endif
