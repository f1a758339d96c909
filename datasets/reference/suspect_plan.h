#ifndef DATASETS_REFERENCE_SUSPECT_PLAN_H
#define DATASETS_REFERENCE_SUSPECT_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "datasets/reference/suspect.h"
#include "datasets/reference/suspect_web.h"

/*
 * The suspicious host's month in numbers: suspect.c makes the plan, and
 * suspect_day.c turns a day of it into talks.  For those two only.
 */

enum {
	FV_SUSPECT_STALE = 866, /* resets to who holds on to a connection */
	FV_SUSPECT_SSDP = 1261,
	FV_SUSPECT_PEERS = 58060,  /* nine ports of ten above 1024 */
	FV_SUSPECT_CONNECTION = 6, /* packets out of a mean one to a peer */
	FV_SUSPECT_STALE_TALKS = 1,
	FV_SUSPECT_SMALL_TALKS = 6
};

/*
 * Packets of a month by kind, at the plan's scale.  A day's part of each is
 * the difference of fv_quota_part at its two ends.
 */
struct fv_suspect {
	const struct fv_guests *guests;
	enum fv_reference_suspect kind;
	uint64_t seed;      /* of the site */
	uint64_t month;     /* of the month: far addresses */
	uint32_t gadget[2]; /* before the change of SYNs, and after */
	uint16_t address;
	unsigned days;
	unsigned change;
	uint32_t peers;
	uint32_t udp[2]; /* [1] out */
	uint32_t tcp[2];
	uint32_t igmp[2];
	uint32_t echo[2];
	uint32_t unreachable[2];
	struct fv_suspect_web *web;
	size_t nweb;
	uint32_t *first; /* [day]: outgoing connections before it */
};

/* What ${whole} of the month falls to ${day}. */
uint32_t fv_suspect_part(
    const struct fv_suspect *suspect, uint32_t whole, unsigned day);

/*
 * Connections to or from peers on a day.  A peer has complete ones; a
 * scanner is refused as often as it has packets in, and gets no answer to
 * three SYNs each for the rest.
 */
struct fv_suspect_connections {
	uint32_t outgoing;
	uint32_t incoming;
	uint32_t refused; /* the scanner's: of the outgoing */
};
struct fv_suspect_connections fv_suspect_connect(
    const struct fv_suspect *suspect, unsigned day);

/* How many web talks it has on ${day}. */
uint32_t fv_suspect_webs(const struct fv_suspect *suspect, unsigned day);

#endif
