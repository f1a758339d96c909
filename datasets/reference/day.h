#ifndef DATASETS_REFERENCE_DAY_H
#define DATASETS_REFERENCE_DAY_H

#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/reference/plan.h"
#include "datasets/reference/reference.h"

/*
 * Packets in memory at once: a day is made in as many windows of time as
 * keep to about this many, and each window draws the day's conversations
 * again and keeps what falls into it.  The bytes do not depend on it.
 */
#define FV_DAY_WINDOW 1000000

/* What one thread needs to make days; its memory is used again. */
struct fv_day;

/* Returns NULL with ${err} set.  ${window}: see FV_DAY_WINDOW. */
struct fv_day *fv_day_new(const struct fv_reference_options *options,
    uint64_t window, struct fv_err *err) FV_MUST_CHECK;
void fv_day_free(struct fv_day *day);

/* Room for the names of output files. */
#define FV_DAY_PATH 4096

/*
 * fv_day_path(plan, directory, what, day, suffix, path, err):
 * The name of an output: SITE-WHAT-DATE.SUFFIX, without the date where
 * ${day} is -1.  Returns 0, or -1 with ${err} set.
 */
int fv_day_path(const struct fv_plan *plan, const char *directory,
    const char *what, int day, const char *suffix, char path[FV_DAY_PATH],
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_day_write(day, plan, number, directory, err):
 * Write day ${number} of ${plan}: both captures and the truth about its
 * conversations.  Returns 0, or -1 with ${err} set.
 */
int fv_day_write(struct fv_day *day, const struct fv_plan *plan,
    unsigned number, const char *directory, struct fv_err *err) FV_MUST_CHECK;

#endif
