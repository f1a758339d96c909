#ifndef ANONYMIZE_TRACES_H
#define ANONYMIZE_TRACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "anonymize/originals.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * The search for traces of originals in bytes that are to be published: every
 * address, link-layer address and name, as bytes in both orders and as text.
 *
 * What is looked for, at every offset unless said otherwise:
 *
 *	EUI-48 (MAC)		6 bytes
 *	EUI-64 of a MAC		8 bytes, as RFC 4291 appendix A makes them
 *	either half of IPv6	8 bytes: a column holds one half
 *	names			in any case of letters
 *	addresses as text	parsed, so however they are spelt
 *	IPv4			4 bytes, within values of four bytes or more;
 *				elsewhere also across values
 *
 * Four bytes are met by chance: L places and n addresses meet L n / 2^32
 * times if all is random, and more often where values are dense (times in
 * nanoseconds pass through every address that looks like a time).  So for
 * each address its four nearest neighbours that are no originals are looked
 * for too, as decoys: what meets these as often is chance.  The count that
 * is expected is the larger of both, and the gate is mean + 6 sqrt(mean),
 * counted in different addresses found, not in finds; but one alone passes
 * where the mean is a thousandth or more.
 *
 * Addresses that name nobody are left out (broadcast, unspecified, loopback,
 * multicast; group MACs); and bytes that look like small numbers in a row,
 * with fewer than three different bytes other than zero, where they would be
 * met by accident; as text these are looked for.
 */
struct fv_traces;

enum fv_traces_kind {
	FV_TRACES_IPV4, /* as bytes, against chance */
	FV_TRACES_IPV6,
	FV_TRACES_MAC,
	FV_TRACES_EUI64,
	FV_TRACES_IPV4_TEXT,
	FV_TRACES_IPV6_TEXT,
	FV_TRACES_MAC_TEXT, /* also an EUI-64 of one */
	FV_TRACES_NAME,
	FV_TRACES_KINDS
};

/* What bytes are. */
enum fv_traces_mode {
	FV_TRACES_NUMBERS,    /* little-endian integers of some width */
	FV_TRACES_TEXTS,      /* texts in cells of some width */
	FV_TRACES_PSEUDONYMS, /* texts that are addresses by right */
	FV_TRACES_BYTES       /* anything */
};

/* How many originals of each sort are looked for. */
struct fv_traces_count {
	size_t ipv4;
	size_t ipv6;
	size_t macs;
	size_t names;
	size_t nobody;   /* addresses and MACs that name nobody */
	size_t plain;    /* looked for as text only */
	size_t forgiven; /* names that are words of the format */
};

/* No more decoys than this for each address. */
#define FV_TRACES_DECOYS 4

/* What was found in one place, such as a column. */
struct fv_traces_tally {
	uint64_t bytes;
	uint64_t windows; /* of four bytes */
	uint64_t finds[FV_TRACES_KINDS];
	uint64_t first[FV_TRACES_KINDS]; /* the least row with one */
	uint64_t *seen;                  /* bits: the 4-byte values met */
	/* After fv_traces_settle: */
	uint64_t met; /* different IPv4 addresses met, in either order */
	double mean;  /* how many chance makes of it */
	double limit; /* mean + 6 sqrt(mean); see above */
};

/*
 * fv_traces_new(originals, err):
 * A search for ${originals}, which must not change as long as it lives.
 * Takes some 100 bytes for each.  Returns NULL with ${err} set.
 */
struct fv_traces *fv_traces_new(
    const struct fv_originals *originals, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_traces_forgive(t, text):
 * Leave names that occur in ${text} out of the search: it is in every
 * dataset, such as the description of a column.
 */
void fv_traces_forgive(struct fv_traces *t, const char *text);

/* What is looked for. */
void fv_traces_counts(const struct fv_traces *t, struct fv_traces_count *count);

/* An empty tally; returns 0, or -1 with ${err} set.  And its end. */
int fv_traces_tally_init(const struct fv_traces *t,
    struct fv_traces_tally *tally, struct fv_err *err) FV_MUST_CHECK;
void fv_traces_tally_free(struct fv_traces_tally *tally);

/*
 * fv_traces_scan(t, mode, width, bytes, n, lead, row, tally):
 * Search ${n} bytes, which are values of ${width} bytes, and add to ${tally}
 * what ends behind the first ${lead} of them: those, a whole number of
 * values and FV_TRACES_LEAD bytes or all there were, have been searched, and
 * are here again for what began there.  The first new value is in row
 * ${row}.  May run in several threads with a tally each.
 * Costs some 3 ns for a byte with 100,000 originals.
 */
#define FV_TRACES_LEAD 128
void fv_traces_scan(const struct fv_traces *t, enum fv_traces_mode mode,
    size_t width, const uint8_t *bytes, size_t n, size_t lead, uint64_t row,
    struct fv_traces_tally *tally);

/* Count what was met, and what was to be expected. */
void fv_traces_settle(const struct fv_traces *t, struct fv_traces_tally *tally);

/*
 * fv_traces_chance(searched, windows):
 * How many of ${searched} values of four bytes are met in so many random
 * ones: about L n / 2^32, and never more than n.
 */
double fv_traces_chance(uint64_t searched, uint64_t windows);

/* How many may be met where chance makes ${mean} of it. */
double fv_traces_limit(double mean);

/* Whether ${addr} names somebody, and is looked for. */
bool fv_traces_names_somebody(const struct fv_raw_addr *addr);

void fv_traces_free(struct fv_traces *t);

#endif
