#ifndef DATASETS_MERGE_H
#define DATASETS_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * Many datasets become one, as if their captures had been converted at once.
 *
 * Order.  What the result holds must not depend on the order in which
 * datasets are named, so they are put in one of their own: by the name of
 * their (first) site, then by the time of their first packet, then by
 * content digest; those of a series (datasets/series.h) stay together, in its
 * order, where the first packet of all that are given is.  Within a dataset all stays in its order.  The result is
 * the conversion of all captures in this order.
 *
 * Rows.  Hosts, devices, stacks, captures and sites are numbered anew
 * (datasets/renumber.h); columns of /flows that hold their numbers follow.
 * Every other value is copied.  So in primitive mode the result is what one
 * conversion gives, to the content digest and in fact to the byte.  So it is with all datasets of a series.  In
 * uniflow mode it is so elsewhere when flows end with their dataset there too
 * (convert --cut-flows): a flow that two datasets saw in part stays two
 * records, for only packets could tell what one would have been.
 *
 * Cost.  A chunk is copied as it lies in the file, with its digest and
 * without a look at its values, when it begins at a chunk of the result, that
 * is as long as the rows before are a multiple of FV_CHUNK_ROWS, and the
 * numbers in its column stay as they are; else it is inflated, cut anew, and
 * packed again.  A chunk that was broken stays so, and its digest tells:
 * fv_door_content is for who wants to know before.  Memory is that of the dimension tables, and some MiB for
 * each thread; flows do not matter.
 */
struct fv_merge_options {
	unsigned threads; /* the result does not depend on it */
	bool replace;     /* an output of that name */
	/* Called now and then with the rows of /flows done; may be NULL. */
	void (*progress)(void *context, uint64_t rows, uint64_t total);
	void *context;
};

/* Rows of the result. */
struct fv_merge_summary {
	uint64_t flows;
	uint64_t hosts;
	uint64_t devices;
	uint64_t captures;
	uint64_t sites;
};

/* Datasets are open one at a time, but for each something is remembered. */
#define FV_MERGE_LIMIT ((size_t)1 << 20)

/*
 * fv_merge_run(paths, n, output, options, summary, err):
 * Merge the ${n} datasets at ${paths}, at least one, into the new dataset
 * ${output} and fill ${summary}.  They come in by the door for files that
 * others may have sent (datasets/door.h), so no other thread may be inside
 * HDF5 meanwhile.  Returns 0 when the dataset is there, or -1 with ${err} set,
 * which names the dataset in question, and no file: also when they do not
 * go together (datasets/agreement.h), or one capture is in two of them.
 */
int fv_merge_run(const char *const *paths, size_t n, const char *output,
    const struct fv_merge_options *options, struct fv_merge_summary *summary,
    struct fv_err *err) FV_MUST_CHECK;

#endif
