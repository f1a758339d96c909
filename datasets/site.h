#ifndef DATASETS_SITE_H
#define DATASETS_SITE_H

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/flow.h"

/*
 * fv_site_check(text, err):
 * Whether ${text} can be the name or kind of a site: fewer than
 * FV_SITE_TEXT characters, all printable ASCII, since that is what every
 * reader of fixed-length text knows.  Returns 0, or -1 with ${err} set
 * (FV_EUSAGE) to what follows the name of the option or field.
 */
int fv_site_check(const char *text, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_site_set(site, name, kind, err):
 * Fill the row ${site}.  Returns 0, or -1 with ${err} set as fv_site_check
 * does.
 */
int fv_site_set(struct fv_site *site, const char *name, const char *kind,
    struct fv_err *err) FV_MUST_CHECK;

#endif
