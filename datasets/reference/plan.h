#ifndef DATASETS_REFERENCE_PLAN_H
#define DATASETS_REFERENCE_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/reference/guests.h"
#include "datasets/reference/reference.h"
#include "datasets/reference/suspect.h"

/*
 * The whole-number plan of a site's month: how many packets each address
 * has of each service, in each direction, on each day.  It is made first,
 * and the conversations of a day are then cut to fit; so every total holds
 * by construction, and a day needs only the plan, not the days before it.
 */

/* Packets of one address and one service, all month; never none. */
struct fv_cell {
	uint16_t address;
	uint16_t service;
	uint32_t out;
	uint32_t in;
};

struct fv_plan {
	const struct fv_profile *profile;
	const struct fv_guests *guests;
	struct fv_suspect *suspect; /* or NULL */
	uint64_t seed; /* of the month: far addresses, the same at all sites */
	uint32_t *out; /* by service */
	uint32_t *in;
	struct fv_cell *cell; /* in order of address and service */
	size_t ncells;
	uint32_t *first; /* [address], and one more: its cells */
	uint32_t *day;   /* [cell * days + day]: of the greater direction */
	double *target;  /* [address]: bytes out, as the law has it */
};

/* A day of a cell. */
struct fv_portion {
	uint32_t out;
	uint32_t in;
};

/*
 * fv_plan_new(guests, options, err):
 * Plan the month of ${guests}, which must outlive the plan.  Returns NULL
 * with ${err} set.  Memory: addresses times services times days.
 */
struct fv_plan *fv_plan_new(const struct fv_guests *guests,
    const struct fv_reference_options *options,
    struct fv_err *err) FV_MUST_CHECK;

void fv_plan_free(struct fv_plan *plan);

/* What cell number ${cell} has on ${day}. */
struct fv_portion fv_plan_portion(
    const struct fv_plan *plan, size_t cell, unsigned day);

/* All packets of ${day}, the suspicious host's included. */
uint64_t fv_plan_packets(const struct fv_plan *plan, unsigned day);

#endif
