#ifndef DATASETS_WRITER_H
#define DATASETS_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "base/workers.h"
#include "datasets/schema.h"

/*
 * Writes one dataset.  Rows go in table by table in any order of tables;
 * the file appears under its name when fv_writer_commit returns 0, and not
 * before.  The bytes depend on the rows and attributes alone, never on the
 * number of threads.  One writer belongs to one thread.
 */
struct fv_writer;

struct fv_writer_options {
	unsigned threads; /* see fv_workers_new */
	bool replace;     /* an existing file of that name */
	/*
	 * A pool of as many threads, which others use too and which outlives
	 * the writer; NULL: one of its own.
	 */
	struct fv_workers *workers;
};

/*
 * fv_writer_new(path, options, err):
 * Begin the dataset that is to become ${path}.  Returns NULL with ${err}
 * set; FV_EEXIST when the name is taken.
 */
struct fv_writer *fv_writer_new(const char *path,
    const struct fv_writer_options *options, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_writer_new_format(path, format, options, err):
 * The same for a file of another format, whose tables are then named by
 * their number in it.  ${format} must outlive the writer.
 */
struct fv_writer *fv_writer_new_format(const char *path,
    const struct fv_format *format, const struct fv_writer_options *options,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_writer_append(writer, table, rows, n, err):
 * Append ${n} rows to ${table}, an enum fv_table_id in a dataset; ${rows} is
 * an array of that table's row struct (datasets/flow.h, datasets/counters.h)
 * and may be reused at once.
 * Returns 0, or -1 with ${err} set; then only fv_writer_free is allowed.
 */
int fv_writer_append(struct fv_writer *writer, unsigned table, const void *rows,
    size_t n, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_writer_splice(writer, table, source, n, err):
 * Append ${n} rows of ${source} (datasets/splice.h), which lie in columns.
 * Only one table of a dataset may be filled so, and from the first row on
 * in no other way.
 * Returns 0, or -1 with ${err} set: as ${source} set it where that failed.
 */
struct fv_splice_source;
int fv_writer_splice(struct fv_writer *writer, enum fv_table_id table,
    const struct fv_splice_source *source, uint64_t n,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_writer_text(writer, name, value, err),
 * fv_writer_number(writer, name, value, err):
 * Set the root attribute ${name}, once.  Returns 0, or -1 with ${err} set.
 */
int fv_writer_text(struct fv_writer *writer, const char *name,
    const char *value, struct fv_err *err) FV_MUST_CHECK;
int fv_writer_number(struct fv_writer *writer, const char *name, int64_t value,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_writer_complete(writer, table, err):
 * ${table} gets no more rows: threads pack its last ones while others are
 * still appended.  Changes no byte of the file.  Returns 0, or -1 with
 * ${err} set.
 */
int fv_writer_complete(
    struct fv_writer *writer, unsigned table, struct fv_err *err) FV_MUST_CHECK;

/* How many rows ${table} holds so far. */
uint64_t fv_writer_rows(const struct fv_writer *writer, unsigned table);

/*
 * fv_writer_commit(writer, err):
 * Write what is left, each table's NROWS, the column digests and the
 * content digest; close, flush to the disk and take the name.  Returns 0,
 * or -1 with ${err} set and no file.  ${writer} stays to be freed.
 */
int fv_writer_commit(
    struct fv_writer *writer, struct fv_err *err) FV_MUST_CHECK;

/* Free ${writer} (or NULL); removes what was not committed. */
void fv_writer_free(struct fv_writer *writer);

#endif
