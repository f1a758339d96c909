#ifndef DATASETS_REFERENCE_CENSUS_H
#define DATASETS_REFERENCE_CENSUS_H

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/reference/plan.h"
#include "datasets/reference/reference.h"

/*
 * fv_census_write(plan, options, directory, err):
 * Write the truth of a whole month at a site, as truth.h has it: users,
 * devices, leases, roles and changes.  Returns 0, or -1 with ${err} set.
 */
int fv_census_write(const struct fv_plan *plan,
    const struct fv_reference_options *options, const char *directory,
    struct fv_err *err) FV_MUST_CHECK;

#endif
