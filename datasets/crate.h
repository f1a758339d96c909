#ifndef DATASETS_CRATE_H
#define DATASETS_CRATE_H

#include <stddef.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/bag.h"
#include "datasets/release.h"

/*
 * fv_crate_json(release, items, n, err):
 * The ro-crate-metadata.json of a release (RO-Crate 1.2, JSON-LD of
 * schema.org): what it is, who made it, how, each of the ${n} payload files
 * with its size and SHA-256, and each column.  To be freed; NULL with ${err}
 * set.
 */
char *fv_crate_json(const struct fv_release *release,
    const struct fv_bag_item *items, size_t n,
    struct fv_err *err) FV_MUST_CHECK;

#endif
