#ifndef ANALYSIS_BIFLOW_ROWS_H
#define ANALYSIS_BIFLOW_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/reader.h"
#include "datasets/schema.h"

/*
 * The way back of biflows (RFC 5103) as rows of its own, from who answered to
 * who began, so that analyses see one direction in each row whatever the
 * dataset's records are.
 *
 * What only the first packet of the source tells is not known of the way back:
 * such a row has no stack, ttl 0 and none out of order.  A reply of ICMP has
 * the type that answers the query's.
 */

/*
 * fv_biflow_rows_count(reader, rows, err):
 * Count in ${rows} the rows of /flows where something came back.  Returns 0,
 * or -1 with ${err} set.
 */
int fv_biflow_rows_count(
    struct fv_reader *reader, uint64_t *rows, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_biflow_rows_read(reader, first, n, columns, buffer, rows, err):
 * Of ${n} rows from ${first} on, at most FV_CHUNK_ROWS, those where something
 * came back: the columns that ${columns} has bits for into buffer[column],
 * with room for ${n} values each, and how many they are into ${rows}.
 * Returns 0, or -1 with ${err} set.
 */
int fv_biflow_rows_read(struct fv_reader *reader, uint64_t first, size_t n,
    uint32_t columns, void *const buffer[FV_FLOW_COLUMNS], size_t *rows,
    struct fv_err *err) FV_MUST_CHECK;

#endif
