#ifndef DATASETS_RENUMBER_H
#define DATASETS_RENUMBER_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/counters.h"
#include "datasets/reader.h"
#include "datasets/schema.h"
#include "datasets/writer.h"

/*
 * The dimension tables of datasets that are merged: which row of the result
 * each of their rows becomes.  Rows are numbered in the order in which
 * datasets are added, and within each in its own order; this is the order
 * of first appearance that one conversion would have met.
 *
 * One and the same are: sites of one name; hosts of one site, address and
 * IP version (every address is under one key, which the caller has made
 * sure of); devices of one token; stacks alike in all columns.  A capture is
 * a row of its own, but for those of a series (datasets/series.h), whose
 * datasets are added in its order: what they count of one capture becomes one
 * row.
 */
struct fv_renumber;

/* Ceilings: what all datasets together may have. */
#define FV_RENUMBER_HOSTS_LIMIT ((size_t)1 << 28) /* 16 GiB of struct fv_host */
#define FV_RENUMBER_DEVICES_LIMIT ((size_t)1 << 28)
#define FV_RENUMBER_STACKS_LIMIT ((size_t)1 << 26)
#define FV_RENUMBER_CAPTURES_LIMIT ((size_t)1 << 20)
#define FV_RENUMBER_SITES_LIMIT ((size_t)1 << 16)

/* Which row of the result each row of a table became. */
struct fv_renumber_map {
	uint32_t *row; /* NULL for /flows */
	uint64_t n;
	bool same; /* row[i] == i: nothing needs to be changed */
};

/* A result of nothing.  Returns NULL with ${err} set. */
struct fv_renumber *fv_renumber_new(struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_renumber_add(renumber, reader, name, map, err):
 * Add the dimension tables of a dataset, called ${name} in messages, which
 * must live as long as ${renumber}; and fill ${map}, one for each table of
 * the schema, to be given to fv_renumber_forget also after a failure.
 * Returns 0, or -1 with ${err} set: when it does not go with those that
 * were added, because a capture is in both, or they contradict each other.
 */
int fv_renumber_add(struct fv_renumber *renumber, struct fv_reader *reader,
    const char *name, struct fv_renumber_map map[FV_TABLES],
    struct fv_err *err) FV_MUST_CHECK;

void fv_renumber_forget(struct fv_renumber_map map[FV_TABLES]);

/*
 * fv_renumber_write(renumber, writer, err):
 * Append the dimension tables of the result.  Returns 0, or -1 with ${err}
 * set.
 */
int fv_renumber_write(const struct fv_renumber *renumber,
    struct fv_writer *writer, struct fv_err *err) FV_MUST_CHECK;

/* The captures of the result; they belong to ${renumber}. */
const struct fv_capture_row *fv_renumber_rows(
    const struct fv_renumber *renumber, size_t *n);

void fv_renumber_free(struct fv_renumber *renumber);

#endif
