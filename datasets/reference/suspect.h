#ifndef DATASETS_REFERENCE_SUSPECT_H
#define DATASETS_REFERENCE_SUSPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/reference/guests.h"
#include "datasets/reference/reference.h"
#include "datasets/reference/talk.h"

/*
 * The suspicious host of the slides: 300,000 packets out, of which the ten
 * most frequent signatures are exactly the printed ten at any scale.  What
 * it does beside browsing the web is a matter of the variant.
 */
struct fv_suspect;

/* Its packets in the full month, by IP protocol and direction. */
uint32_t fv_suspect_quota(uint8_t protocol, bool out);

/*
 * fv_suspect_new(guests, options, scale, err):
 * Plan its month.  Returns NULL with ${err} set.
 */
struct fv_suspect *fv_suspect_new(const struct fv_guests *guests,
    const struct fv_reference_options *options, uint64_t scale,
    struct fv_err *err) FV_MUST_CHECK;

void fv_suspect_free(struct fv_suspect *suspect);

/* How many packets it has on ${day}, both ways. */
uint64_t fv_suspect_packets(const struct fv_suspect *suspect, unsigned day);

/* How many conversations it has on ${day}. */
size_t fv_suspect_talks(const struct fv_suspect *suspect, unsigned day);

/*
 * fv_suspect_day(suspect, day, talk):
 * Fill ${talk}, which has room for fv_suspect_talks of them, with its
 * conversations of ${day}.
 */
void fv_suspect_day(
    const struct fv_suspect *suspect, unsigned day, struct fv_talk *talk);

/*
 * fv_suspect_port(suspect, n):
 * The ephemeral port of its ${n}-th outgoing connection of the month; and
 * the number of the first one of ${day}.
 */
uint16_t fv_suspect_port(uint32_t n);
uint32_t fv_suspect_first(const struct fv_suspect *suspect, unsigned day);

/* From this day on its SYNs are 48 bytes long; before, 52. */
unsigned fv_suspect_change(const struct fv_suspect *suspect);

#endif
