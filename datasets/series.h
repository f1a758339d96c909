#ifndef DATASETS_SERIES_H
#define DATASETS_SERIES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/reader.h"
#include "datasets/writer.h"

/*
 * A dataset that is one of a series: what one conversion wrote as several
 * datasets, one after the other (shards).  Flows go on from each to the next,
 * and so do captures: the row of a capture in each counts what was met since
 * the one before, and captures have the same order in all.
 *
 * Of a dataset that is a whole conversion, none of these root attributes is
 * there.
 */
struct fv_series {
	char name[17];          /* 16 hex digits; "": not of a series */
	uint64_t number;        /* from 0, without a gap */
	uint64_t first_capture; /* which of the series' row 0 of /captures is */
	bool last;              /* nothing follows */
};

/* The root attributes. */
#define FV_SERIES_NAME "series"
#define FV_SERIES_NUMBER "series_number"
#define FV_SERIES_CAPTURE "series_first_capture"
#define FV_SERIES_LAST "series_last"

/* Set the attributes of ${series}.  Returns 0, or -1 with ${err} set. */
int fv_series_write(struct fv_writer *writer, const struct fv_series *series,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_series_read(reader, series, err):
 * Fill ${series} from the attributes.  Returns 0, or -1 with ${err} set when
 * they contradict each other.
 */
int fv_series_read(struct fv_reader *reader, struct fv_series *series,
    struct fv_err *err) FV_MUST_CHECK;

#endif
