#ifndef DATASETS_EXPORT_PLAN_H
#define DATASETS_EXPORT_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/reader.h"
#include "datasets/schema.h"

/*
 * What an export holds: columns of one table by name, and how the values of
 * each are found.  The writers of CSV, Parquet and IPFIX walk these columns
 * and know nothing of tables that point to tables.
 *
 * Names are those of the dataset, and these besides:
 *
 *	row		the number of the row, which other tables refer to
 *	X_Y		for a column X that refers to a table with a column Y:
 *			the Y of that row (source_address, stack_mss,
 *			source_site_name); at most two such steps
 *
 * Where a column refers to no row (FV_NO_ROW), its value and all that is
 * found through it are null.
 */

/* The widest table has some fifty columns. */
#define FV_EXPORT_COLUMNS 128
#define FV_EXPORT_NAME 96

/*
 * Texts by number.  Text ${i} is the bytes from at[i] to at[i + 1]; after
 * the last, FV_EXPORT_SLACK bytes more may be read, so that short texts can
 * be copied in one move.  All are UTF-8 without control characters
 * (fv_utf8_cleanse).
 */
#define FV_EXPORT_SLACK 16
struct fv_export_entries {
	size_t count;
	uint64_t *at;
	char *bytes;
};

enum fv_export_form {
	FV_EXPORT_NUMBER, /* integers of ${type} */
	FV_EXPORT_TEXT,   /* ${size} bytes each, NUL padded, cleansed */
	FV_EXPORT_ENTRY   /* uint32 numbers of ${entries} */
};

struct fv_export_column {
	char name[FV_EXPORT_NAME];
	const struct fv_column *leaf; /* what it tells; NULL: row numbers */
	enum fv_export_form form;
	enum fv_type type; /* of a number */
	size_t size;       /* of a value in memory */
	bool nullable;     /* some rows may have no value */
	bool is_time;      /* nanoseconds on the release clock */
	const struct fv_export_entries *entries;

	/* For fv_export_read: the way to the value. */
	size_t own; /* column of the table; SIZE_MAX: row numbers */
	/* Rows of the table that ${own} refers to, when it does. */
	uint64_t referred;
	/* By row of that table: the row of a second one; NULL: one step. */
	const uint32_t *second;
	/* By row of the last table: the value; NULL when it is no number. */
	const void *values;
	size_t steps; /* 0: the table's own value; else 1 or 2 */
};

struct fv_export_options {
	enum fv_table_id table;
	const char *columns; /* names with commas between; NULL: see below */
	uint64_t rows;       /* the first so many only; UINT64_MAX: all */
	bool words;          /* codes as words */
};

/* What the columns share; the plan's own. */
struct fv_export_loaded;
struct fv_variant;

struct fv_export_plan {
	struct fv_reader *reader;
	struct fv_variant *variant; /* what the dataset says of its columns */
	enum fv_table_id table;
	uint64_t rows;
	size_t ncolumns;
	struct fv_export_column column[FV_EXPORT_COLUMNS];
	struct fv_export_loaded *loaded;
	struct fv_export_entries words[FV_EXPORT_COLUMNS];
};

/*
 * fv_export_plan_new(reader, options, err):
 * Find the columns, and read what they refer to: for addresses, 8 bytes of
 * memory and their text for each host.  Without names, all columns of
 * the table, those that refer to hosts as addresses (source_address in
 * place of source), behind the row number in tables that others refer to.
 * ${reader} stays the caller's and must outlive the plan.
 * Returns NULL with ${err} set: FV_EUSAGE for a name that is none, or twice
 * there.
 */
struct fv_export_plan *fv_export_plan_new(struct fv_reader *reader,
    const struct fv_export_options *options, struct fv_err *err) FV_MUST_CHECK;

void fv_export_plan_free(struct fv_export_plan *plan);

/*
 * fv_export_table(name, table, err):
 * Which table is called ${name}.  Returns 0, or -1 with ${err} set
 * (FV_EUSAGE).
 */
int fv_export_table(const char *name, enum fv_table_id *table,
    struct fv_err *err) FV_MUST_CHECK;

#endif
