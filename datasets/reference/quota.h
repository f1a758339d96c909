#ifndef DATASETS_REFERENCE_QUOTA_H
#define DATASETS_REFERENCE_QUOTA_H

#include <stddef.h>
#include <stdint.h>

#include "datasets/reference/profile.h"

/* Scale in millionths, so that counts are whole numbers everywhere. */
#define FV_QUOTA_ONE 1000000

/* ${n} packets at ${scale}, rounded to the nearest. */
uint32_t fv_quota_scaled(uint32_t n, uint64_t scale);

/*
 * fv_quota_share(total, least, weight, n, share):
 * Controlled rounding: split ${total} among ${n} in the ratio of ${weight}
 * so that the shares add up to it exactly, by largest remainder with ties
 * to the lower number.  A share is none or at least ${least}: the smallest
 * are dropped until that holds; one alone may stay below.  Weights of zero
 * get nothing unless all are.  Sets weights of the dropped to zero.
 */
void fv_quota_share(
    uint32_t total, uint32_t least, double *weight, size_t n, uint32_t *share);

/*
 * fv_quota_part(whole, upto, of):
 * What falls to the first ${upto} of ${of} units: differences of
 * successive calls follow a second count along a first, exactly in sum.
 */
uint32_t fv_quota_part(uint32_t whole, uint32_t upto, uint32_t of);

/*
 * fv_quota_services(profile, first_site, volume, scale, out, in):
 * Each service's packets at ${scale}: with the suspicious host's taken off
 * where a service gets the rest of a protocol's quota.  Only the first site
 * has roles; others have ${volume} percent of the packets.
 */
void fv_quota_services(const struct fv_profile *profile, bool first_site,
    uint32_t volume, uint64_t scale, uint32_t *out, uint32_t *in);

#endif
