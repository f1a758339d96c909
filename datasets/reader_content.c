#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "datasets/chunk.h"
#include "datasets/column_digest.h"
#include "datasets/container.h"
#include "datasets/reader.h"

/*
 * The digests of a dataset, computed anew.  Apart from the reader, whose
 * public calls are all that it needs.
 */

/* The values of a column, chunk by chunk; ${values} is scratch. */
static int
check_chunks(struct fv_reader *r, enum fv_table_id table, size_t column,
    const struct fv_column_digest *stored, unsigned char *values,
    struct fv_err *err)
{
	const struct fv_table *t = fv_reader_schema(r, table);
	uint64_t left = fv_reader_rows(r, table);
	uint8_t value[FV_DIGEST_SIZE];
	size_t i, n;

	for (i = 0; i < stored->n; i++, left -= n) {
		n = left < FV_CHUNK_ROWS ? (size_t)left : FV_CHUNK_ROWS;
		if (fv_reader_column(r, table, column,
			(uint64_t)i * FV_CHUNK_ROWS, n, values, err) == -1 ||
		    fv_digest_once(
			values, n * t->columns[column].size, value, err) == -1)
			return -1;
		if (memcmp(value, stored->chunks[i], sizeof(value)) != 0)
			return fv_err_set(err, FV_EFORMAT,
			    "%s/%s: the values of chunk %zu do not have the "
			    "digest that is stored with them",
			    t->name, t->columns[column].name, i);
	}
	return 0;
}

/* Check a column and add its line to ${content}. */
static int
check_column(struct fv_reader *r, enum fv_table_id table, size_t column,
    unsigned char *values, struct fv_digest *content, struct fv_err *err)
{
	const struct fv_table *t = fv_reader_schema(r, table);
	const struct fv_column *c = &t->columns[column];
	struct fv_column_digest stored = { NULL, 0, 0 };
	char text[FV_DIGEST_TEXT], hex[FV_DIGEST_TEXT], line[256];
	int length, rc = -1;

	if (fv_reader_column_digest(r, table, column, text, &stored, err) ==
		-1 ||
	    check_chunks(r, table, column, &stored, values, err) == -1 ||
	    fv_column_digest_text(&stored, hex, err) == -1)
		goto out;
	if (strcmp(text, hex) != 0) {
		(void)fv_err_set(err, FV_EFORMAT,
		    "%s/%s: its chunks do not have the digest that is stored "
		    "with them",
		    t->name, c->name);
		goto out;
	}
	length =
	    snprintf(line, sizeof(line), "%s/%s %s\n", t->name, c->name, hex);
	assert(length > 0 && (size_t)length < sizeof(line));
	rc = fv_digest_add(content, line, (size_t)length, err);
out:
	fv_column_digest_clear(&stored);
	return rc;
}

static int
check_all(struct fv_reader *r, unsigned char *values, struct fv_digest *content,
    struct fv_err *err)
{
	size_t i, j;

	for (i = 0; i < FV_TABLES; i++)
		for (j = 0;
		     j < fv_reader_schema(r, (enum fv_table_id)i)->ncolumns;
		     j++)
			if (check_column(r, (enum fv_table_id)i, j, values,
				content, err) == -1)
				return -1;
	return 0;
}

int
fv_reader_check_content(struct fv_reader *r, struct fv_err *err)
{
	const char *stored = fv_reader_text(r, FV_CONTAINER_CONTENT);
	struct fv_digest *content;
	unsigned char *values = NULL;
	uint8_t value[FV_DIGEST_SIZE];
	char hex[FV_DIGEST_TEXT];
	int rc = -1;

	if ((content = fv_digest_new(err)) == NULL)
		return -1;
	values = fv_memory_pages(FV_CHUNK_ROWS * FV_CHUNK_VALUE_MAX, err);
	if (values == NULL || check_all(r, values, content, err) == -1 ||
	    fv_digest_value(content, value, err) == -1)
		goto out;
	fv_digest_hex(value, sizeof(value), hex);
	if (stored == NULL || strcmp(stored, hex) != 0)
		(void)fv_err_set(err, FV_EFORMAT,
		    "content digest is %s, not what is stored", hex);
	else
		rc = 0;
out:
	free(values);
	fv_digest_free(content);
	return rc;
}
