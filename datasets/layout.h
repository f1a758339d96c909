#ifndef DATASETS_LAYOUT_H
#define DATASETS_LAYOUT_H

#include <stdint.h>

#include <hdf5.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/intake.h"
#include "datasets/schema.h"
#include "datasets/sink.h"

/*
 * How the schema lies in an HDF5 file: made for the writer, checked for the
 * reader.  docs/dataset-format.md says the same in words.  Callers hold
 * HDF5's printing off (datasets/container.h) and close what they get.
 */

/*
 * fv_layout_create(sink, err):
 * Begin an HDF5 file of the format's version in the empty file behind
 * ${sink}.  Returns its identifier, or a negative one with ${err} set.
 */
hid_t fv_layout_create(struct fv_sink *sink, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_layout_create_table(file, table, err),
 * fv_layout_create_column(group, table, column, err):
 * Make the group of a table and the datasets of its columns, empty, with
 * all attributes that do not depend on the rows.
 */
hid_t fv_layout_create_table(
    hid_t file, const struct fv_table *table, struct fv_err *err) FV_MUST_CHECK;
hid_t fv_layout_create_column(hid_t group, const struct fv_table *table,
    const struct fv_column *column, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_layout_open(path, err), fv_layout_open_intake(intake, err):
 * Open an HDF5 file for reading: by its name, or the one behind ${intake}.
 */
hid_t fv_layout_open(const char *path, struct fv_err *err) FV_MUST_CHECK;
hid_t fv_layout_open_intake(
    struct fv_intake *intake, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_layout_open_table(file, table, rows, err):
 * Open the group of a table, checked to be one, and tell its NROWS.
 */
hid_t fv_layout_open_table(hid_t file, const struct fv_table *table,
    uint64_t *rows, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_layout_open_column(group, table, column, rows, err):
 * Open the dataset of a column, checked to be what fv_layout_create_column
 * makes, with ${rows} rows.
 */
hid_t fv_layout_open_column(hid_t group, const struct fv_table *table,
    const struct fv_column *column, uint64_t rows,
    struct fv_err *err) FV_MUST_CHECK;

#endif
