#ifndef CONVERT_FRAGMENTS_H
#define CONVERT_FRAGMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "anonymize/raw.h"
#include "base/attributes.h"
#include "base/err.h"
#include "convert/decode_ip.h"
#include "datasets/counters.h"

/*
 * A memory of fragmented packets: only a first fragment has ports, and the
 * later ones get them from it.  Nothing is put together.
 *
 * A packet is told by its addresses, identification, VLAN, tunnel (kind and
 * name) and, in IPv4, protocol, for FV_FRAGMENTS_LIFETIME of packet time since its first
 * fragment came, whichever that was.  Later fragments that come before it
 * are held so long; then they go on without ports.  What is held and
 * forgotten depends on the packets alone, never on the hash.
 */
struct fv_fragments;

/* ns: RFC 791 has 15 s in its example, RFC 8200 demands 60 s of hosts. */
#define FV_FRAGMENTS_LIFETIME INT64_C(30000000000)

/* Fragmented packets remembered, of 128 bytes each; then the oldest goes. */
#define FV_FRAGMENTS_LIMIT ((size_t)65536)

/* Fragments held at once, of 136 bytes each; more go on without ports. */
#define FV_FRAGMENTS_HELD ((size_t)16384)

/* fv_fragments_new(err): an empty memory, or NULL with ${err} set. */
struct fv_fragments *fv_fragments_new(struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_fragments_add(f, packet, part, counter, err):
 * Show ${packet}, which is fragment ${part}, to ${f}, and count what it
 * says: JOINED, ORPHAN, OVERLAP, EVICTED.  Overlaps are seen as long as a
 * packet's fragments leave three gaps at most.
 * Returns 1 when ${packet} is to go on, with ports if they are known; 0
 * when it is held; -1 with ${err} set.
 */
int fv_fragments_add(struct fv_fragments *f, struct fv_raw_packet *packet,
    const struct fv_decode_fragment *part, uint64_t counter[FV_COUNTERS],
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_fragments_due(f):
 * The time at which fv_fragments_expire has something to do, INT64_MAX for
 * never.
 */
int64_t fv_fragments_due(const struct fv_fragments *f);

/*
 * fv_fragments_expire(f, now, counter):
 * Forget what is older than the lifetime at ${now}; INT64_MAX forgets all.
 * What was held for it is to go on without ports.
 */
void fv_fragments_expire(
    struct fv_fragments *f, int64_t now, uint64_t counter[FV_COUNTERS]);

/* How many fragments wait to go on. */
size_t fv_fragments_ready(const struct fv_fragments *f);

/*
 * fv_fragments_take(f, packets, room):
 * Move up to ${room} fragments that are to go on to ${packets}, in the order
 * in which they became so, and those of one packet as they came.  Returns
 * how many.
 */
size_t fv_fragments_take(
    struct fv_fragments *f, struct fv_raw_packet *packets, size_t room);

/* Assert the invariants; for tests. */
void fv_fragments_check(const struct fv_fragments *f);

/* Wipe and free ${f} (or NULL). */
void fv_fragments_free(struct fv_fragments *f);

#endif
