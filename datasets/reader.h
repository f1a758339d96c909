#ifndef DATASETS_READER_H
#define DATASETS_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/column_digest.h"
#include "datasets/schema.h"

/*
 * Reads a dataset that the writer wrote.  Opening checks that every table
 * and column of the schema is there, with the type, rank and length that
 * the schema and NROWS say, stored in chunks of FV_CHUNK_ROWS with shuffle
 * and deflate; what is not so is an error with the column's name in it.
 * Columns and tables that this version does not know are left alone.
 *
 * One reader may be used from several threads: reads of HDF5 itself are
 * serialised inside, the inflating is not.
 */
struct fv_reader;

/*
 * fv_reader_open(path, err):
 * Open the dataset at ${path}.  Returns NULL with ${err} set, which names
 * the table and the column but, as in all functions here, not the path: the
 * caller adds that.
 */
struct fv_reader *fv_reader_open(
    const char *path, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_reader_open_fd(fd, size, err), fv_reader_adopt(reader, fd):
 * The same for the ${size} bytes of the open file ${fd}, which stays the
 * caller's and must stay open as long as the reader is; unless the reader
 * adopts it, and closes it in the end.  Files that others sent come in
 * through datasets/door.h, which does both.
 */
struct fv_reader *fv_reader_open_fd(
    int fd, uint64_t size, struct fv_err *err) FV_MUST_CHECK;
void fv_reader_adopt(struct fv_reader *reader, int fd);

void fv_reader_free(struct fv_reader *reader);

/*
 * What columns ${table} has in this dataset: those of the schema, and in
 * /flows of biflows the reverse ones too (fv_schema_biflow_tables).
 */
const struct fv_table *fv_reader_schema(
    const struct fv_reader *reader, enum fv_table_id table);

/* How many rows ${table} has. */
uint64_t fv_reader_rows(const struct fv_reader *reader, enum fv_table_id table);

/*
 * fv_reader_column(reader, table, column, first, n, out, err):
 * Read ${n} values of a column from row ${first} on into ${out}, an array
 * of the column's type in this machine's byte order (FV_TEXT: n times size
 * characters).  The rows must exist.  Whole chunks (${first} and ${n}
 * multiples of FV_CHUNK_ROWS, or up to the last row) are the fast way.
 * Returns 0, or -1 with ${err} set.
 */
int fv_reader_column(struct fv_reader *reader, enum fv_table_id table,
    size_t column, uint64_t first, size_t n, void *out,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_reader_chunk(reader, table, column, chunk, packed, length, values, err):
 * As fv_reader_column for the FV_CHUNK_ROWS rows of a whole chunk, and the
 * chunk as it lies in the file as well: ${length} bytes at ${packed}, which
 * has room for fv_chunk_bound of the column's size (datasets/chunk.h).  With
 * ${values} NULL it is not inflated, and may be broken.
 * Returns 0, or -1 with ${err} set.
 */
int fv_reader_chunk(struct fv_reader *reader, enum fv_table_id table,
    size_t column, uint64_t chunk, void *packed, size_t *length, void *values,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_reader_column_digest(reader, table, column, text, digest, err):
 * The digests that are stored with a column: of it, and of each chunk, which
 * are added to ${digest}, empty so far and the caller's to clear.  Nothing is
 * compared.  Returns 0, or -1 with ${err} set, FV_EFORMAT when any is missing.
 */
int fv_reader_column_digest(struct fv_reader *reader, enum fv_table_id table,
    size_t column, char text[FV_DIGEST_TEXT], struct fv_column_digest *digest,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_reader_table(reader, table, err):
 * All rows of a (small) table as an array of its row struct, the caller's
 * to free; fv_reader_rows says how many.  Returns NULL with ${err} set.
 */
void *fv_reader_table(struct fv_reader *reader, enum fv_table_id table,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_reader_dropped(reader, table, column):
 * Whether the file says that a policy dropped the values of a column
 * (FV_SCHEMA_DROPPED).
 */
bool fv_reader_dropped(
    struct fv_reader *reader, enum fv_table_id table, size_t column);

/*
 * fv_reader_anonymization(reader, table, column, technique, stability,
 *     parameters):
 * What the file says was done to a column: texts to be freed, each NULL when
 * it says nothing.
 */
void fv_reader_anonymization(struct fv_reader *reader, enum fv_table_id table,
    size_t column, char **technique, char **stability, char **parameters);

/*
 * fv_reader_text(reader, name), fv_reader_number(reader, name, value):
 * A root attribute: its text, which belongs to ${reader}, or NULL when
 * there is none of that name and type; and whether there is a number.
 */
const char *fv_reader_text(struct fv_reader *reader, const char *name);
bool fv_reader_number(
    struct fv_reader *reader, const char *name, int64_t *value);

/*
 * fv_reader_attributes(reader, visit, context):
 * Call ${visit} with each root attribute, in order of name: its text, or
 * NULL and its number.
 */
void fv_reader_attributes(const struct fv_reader *reader,
    void (*visit)(
	void *context, const char *name, const char *text, int64_t number),
    void *context);

/*
 * fv_reader_check_content(reader, err):
 * Read every column, and compare the digests of chunks, columns and content
 * with the stored ones.
 * Returns 0 when they agree, or -1 with ${err} set.
 */
int fv_reader_check_content(
    struct fv_reader *reader, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_reader_check_references(reader, err):
 * Whether every row number that a column refers to is FV_NO_ROW or a row
 * that is there, so that it may be used as an index.
 * Returns 0 when they are, or -1 with ${err} set.
 */
int fv_reader_check_references(
    struct fv_reader *reader, struct fv_err *err) FV_MUST_CHECK;

#endif
