#ifndef DATASETS_README_H
#define DATASETS_README_H

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/release.h"

/*
 * The documents for people: README.md, in which a researcher finds all that
 * one needs to know before using a network dataset, and LICENSE.txt, the
 * terms.  To be freed; NULL with ${err} set.
 */
char *fv_readme_text(
    const struct fv_release *release, struct fv_err *err) FV_MUST_CHECK;
char *fv_readme_terms(
    const struct fv_release *release, struct fv_err *err) FV_MUST_CHECK;

#endif
