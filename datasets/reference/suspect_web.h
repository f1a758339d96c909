#ifndef DATASETS_REFERENCE_SUSPECT_WEB_H
#define DATASETS_REFERENCE_SUSPECT_WEB_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/reference/law.h"
#include "datasets/reference/talk.h"

/*
 * The suspicious host's web: the part of its month that the printed
 * signature table fixes packet by packet, and that no scale changes.
 */
struct fv_suspect_web {
	uint16_t port;
	uint16_t day;
	uint8_t syn;
	uint8_t close;
	bool answered;
	uint16_t requests;
	uint16_t plain; /* ACKs of 40 bytes between handshake and close */
	uint16_t sacks1;
	uint16_t sacks2;
	uint32_t in;
	uint32_t out;
};

/*
 * fv_suspect_web_new(seed, days, n, packets, err):
 * All its web talks of a month of ${days}, in order of time; ${n} says how
 * many, ${packets} how many packets come in [0] and go out [1].  The array
 * is the caller's.  Returns NULL with ${err} set.
 */
struct fv_suspect_web *fv_suspect_web_new(uint64_t seed, unsigned days,
    size_t *n, uint32_t packets[2], struct fv_err *err) FV_MUST_CHECK;

/* The day on which SYNs of 52 bytes give way to SYNs of 48. */
unsigned fv_suspect_web_change(unsigned days);

/* Make ${talk} the talk that ${web} plans; ${month} seeds far addresses. */
void fv_suspect_web_talk(const struct fv_suspect_web *web, uint64_t month,
    struct fv_philox *rng, struct fv_talk *talk);

/* A weight for sizes: lognormal, from 1 to a few hundred. */
uint32_t fv_suspect_web_weight(struct fv_philox *rng);

#endif
