#ifndef DATASETS_REFERENCE_CENSUS_H
#define DATASETS_REFERENCE_CENSUS_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/reference/day.h"
#include "datasets/reference/plan.h"
#include "datasets/reference/reference.h"
#include "datasets/writer.h"

/*
 * The truth about one site on its way into the file.  A site's guests,
 * devices and addresses have numbers of their own; in the file they stand
 * behind those of the sites before it.
 */
struct fv_census {
	struct fv_writer *writer; /* of truth.h */
	const struct fv_plan *plan;
	const struct fv_reference_options *options;
	uint32_t site;
	uint32_t first_address;
	uint32_t first_user;
	uint32_t first_device;
};

/*
 * fv_census_begin(census, writer, plan, options, err):
 * Write all about the site of ${plan} but its conversations: the site, its
 * addresses, users, devices, leases and changes of the whole month.
 * Returns 0, or -1 with ${err} set.
 */
int fv_census_begin(struct fv_census *census, struct fv_writer *writer,
    const struct fv_plan *plan, const struct fv_reference_options *options,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_census_tell(census, told, n, err):
 * Write ${n} conversations of the site.  Days come in order.  Returns 0, or
 * -1 with ${err} set.
 */
int fv_census_tell(const struct fv_census *census,
    const struct fv_day_told *told, size_t n, struct fv_err *err) FV_MUST_CHECK;

#endif
