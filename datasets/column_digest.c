#include "datasets/column_digest.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

int
fv_column_digest_add(struct fv_column_digest *column,
    const uint8_t chunk[FV_DIGEST_SIZE], struct fv_err *err)
{
	void *grown;

	grown = fv_memory_grow(column->chunks, &column->capacity, column->n + 1,
	    sizeof(*column->chunks), FV_COLUMN_DIGEST_LIMIT, err);
	if (grown == NULL)
		return fv_err_within(err, "chunks of a column");
	column->chunks = grown;
	memcpy(column->chunks[column->n++], chunk, FV_DIGEST_SIZE);
	return 0;
}

int
fv_column_digest_text(const struct fv_column_digest *column,
    char text[FV_DIGEST_TEXT], struct fv_err *err)
{
	uint8_t value[FV_DIGEST_SIZE];

	if (fv_digest_once(
		column->chunks, column->n * FV_DIGEST_SIZE, value, err) == -1)
		return -1;
	fv_digest_hex(value, sizeof(value), text);
	return 0;
}

void
fv_column_digest_clear(struct fv_column_digest *column)
{
	free(column->chunks);
	*column = (struct fv_column_digest){ NULL, 0, 0 };
}
