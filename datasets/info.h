#ifndef DATASETS_INFO_H
#define DATASETS_INFO_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/reader.h"

/*
 * A dataset in one page, what `dataset info` prints: metadata and settings,
 * time coverage, rows of each table, what became of the packets in all and
 * of each capture, and how each column was changed.  As text or as JSON;
 * both end with a line feed.  Control characters that stand in the file's
 * texts come out as "?", so that no file can play with a terminal.
 *
 * The result is the caller's to free; NULL with ${err} set.
 */
char *fv_info_text(struct fv_reader *reader, struct fv_err *err) FV_MUST_CHECK;
char *fv_info_json(struct fv_reader *reader, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_info_tame(text, n):
 * A copy of a file's text, up to ${n} bytes, with control characters as "?".
 * The caller's to free; NULL when there is no memory.
 */
char *fv_info_tame(const char *text, size_t n);

/*
 * fv_info_time(ns, text):
 * Nanoseconds since 1970-01-01T00:00:00Z as ISO 8601, with a fraction only
 * when there is one.
 */
#define FV_INFO_TIME 40
void fv_info_time(int64_t ns, char text[FV_INFO_TIME]);

#endif
