#ifndef DATASETS_STRUCTURE_ATTRIBUTES_H
#define DATASETS_STRUCTURE_ATTRIBUTES_H

#include <stdbool.h>
#include <stdint.h>

#include <hdf5.h>

#include "base/attributes.h"
#include "base/err.h"

/* The attributes' part of datasets/structure.h, and for it alone. */

/*
 * Whether ${name} is one that a table, a column or an attribute may have:
 * letters, digits, "_", "-" and ".", so that it may stand in a message.
 */
bool fv_structure_name_allowed(const char *name);

/*
 * fv_structure_attributes_check(object, place, count, err):
 * Whether the attributes of ${object} are few, small, and text or integers,
 * alone or in a list; each is read.  Adds their number to
 * ${count}.  Returns 0, or -1 with ${err} set, ${place} in front.
 */
int fv_structure_attributes_check(hid_t object, const char *place,
    uint64_t *count, struct fv_err *err) FV_MUST_CHECK;

#endif
