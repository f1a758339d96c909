#ifndef DATASETS_REFERENCE_REFERENCE_H
#define DATASETS_REFERENCE_REFERENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/compressed.h"
#include "base/err.h"

/*
 * The reference month: captures of a network that never was, with the truth
 * beside them.  docs/reference-month.md says which of its numbers are the
 * slides', which are assumed, and what it must not be used to claim.
 */

enum fv_reference_format { FV_REFERENCE_PCAP, FV_REFERENCE_PCAPNG };

/* What the suspicious host is; every printed figure is the same. */
enum fv_reference_suspect { FV_REFERENCE_PEER, FV_REFERENCE_SCANNER };

/* Full packets; the least still holds every header that we make. */
#define FV_REFERENCE_SNAPLEN 65535
#define FV_REFERENCE_SNAPLEN_LEAST 134

/* Ceilings: sites share 10.0.0.0/8, and counts stay within 32 bits. */
#define FV_REFERENCE_SITES_MOST 99
#define FV_REFERENCE_SCALE_MOST 1000.0

#define FV_REFERENCE_MILLION 1000000
#define FV_REFERENCE_JITTER_MOST 1000000 /* a second */

struct fv_reference_options {
	const char *profile; /* "deck" or "today" */
	uint64_t seed;
	double scale;     /* packets, 1 = the full month; small cells stay */
	unsigned days;    /* the first so many days; 0: the whole month */
	unsigned sites;   /* hotel, airport, cafe, hotel, ... */
	uint32_t snaplen; /* bytes kept of each packet */
	enum fv_reference_format format; /* of the captures */
	enum fv_compression compression;
	enum fv_reference_suspect suspect;
	unsigned suspect_users; /* 1, or 2: one with each SYN length */
	unsigned threads;       /* see fv_workers_new */
	unsigned part;          /* make only this part ... */
	unsigned parts;         /* ... of so many; 0 and 1: all of it */
	bool replace;           /* files of the same names */
	/* What goes wrong at the taps (mishap.h); nothing by default. */
	uint32_t jitter;  /* microseconds that a time may be late */
	uint32_t loss;    /* packets of a million that are missed */
	uint32_t reorder; /* ... that stand behind later ones */
};

/*
 * Called from the calling thread after each day of each site that is
 * finished: ${done} of ${total} days.
 */
typedef void fv_reference_progress(void *arg, unsigned done, unsigned total);

/* The whole deck month with seed 1, in pcap files, on one thread. */
void fv_reference_defaults(struct fv_reference_options *options);

/*
 * fv_reference_generate(options, directory, progress, arg, err):
 * Write the month into ${directory}, which must exist: for each site and
 * day an outbound and an inbound capture (hotel-01-outbound-2008-11-01.pcap)
 * and, with part 0, truth.h5 (datasets/reference/truth.h).  Day d of site s
 * belongs to part (s * days + d) modulo ${parts}; part 0 plays the days of
 * the others too, for the truth about their conversations.  The bytes depend
 * on profile, seed, scale, snaplen, format, compression, the two about the
 * suspect and the three about the taps alone; those of the truth on days and sites too.  ${progress}
 * may be NULL.
 * Returns 0, or -1 with ${err} set; FV_EUSAGE for options out of range.
 */
int fv_reference_generate(const struct fv_reference_options *options,
    const char *directory, fv_reference_progress *progress, void *arg,
    struct fv_err *err) FV_MUST_CHECK;

#endif
