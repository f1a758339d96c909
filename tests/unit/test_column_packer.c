#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "datasets/column_packer.h"
#include "tests/unit/rows.h"

/* A chunk by the packer, and as the coder alone makes it. */
struct made {
	unsigned char *packed;
	size_t length;
	uint8_t digest[FV_DIGEST_SIZE];
};

static struct made
by_packer(struct fv_column_packer *packer, struct fv_coders *coders,
    const void *values, size_t n)
{
	size_t size = packer->schema->size;
	struct made made = { malloc(fv_chunk_bound(size)), 0, { 0 } };
	struct fv_err err;

	CU_ASSERT_EQUAL_FATAL(fv_column_packer_chunk(packer, coders, values, n,
				  made.packed, &made.length, made.digest, &err),
	    0);
	return made;
}

/* Whether the packer makes of ${values} what a new one makes. */
static bool
is_as_anew(struct fv_column_packer *packer, struct fv_coders *coders,
    const void *values, size_t n)
{
	struct fv_column_packer fresh;
	struct made a, b;
	bool same;

	fv_column_packer_init(&fresh, packer->schema);
	a = by_packer(packer, coders, values, n);
	b = by_packer(&fresh, coders, values, n);
	same = a.length == b.length && a.length > 0 &&
	    memcmp(a.packed, b.packed, a.length) == 0 &&
	    memcmp(a.digest, b.digest, sizeof(a.digest)) == 0;
	free(a.packed);
	free(b.packed);
	fv_column_packer_clear(&fresh);
	return same;
}

/* One value, the same again, another, fewer rows, many values, and back. */
static void
what_is_remembered_changes_no_byte(void)
{
	static const size_t columns[] = { FV_FLOW_START_TIME, FV_FLOW_SOURCE,
		FV_FLOW_SOURCE_PORT, FV_FLOW_PROTOCOL };
	const struct fv_column *schema;
	struct fv_column_packer packer;
	struct fv_coders *coders;
	struct fv_err err;
	unsigned char *values;
	size_t i, size;

	coders = fv_coders_new(1, &err);
	values = calloc(FV_CHUNK_ROWS, 8);
	CU_ASSERT_PTR_NOT_NULL_FATAL(coders);
	CU_ASSERT_PTR_NOT_NULL_FATAL(values);
	for (i = 0; i < FV_COUNT(columns); i++) {
		schema = &fv_schema_tables[FV_TABLE_FLOWS].columns[columns[i]];
		size = schema->size;
		fv_column_packer_init(&packer, schema);
		memset(values, 0, FV_CHUNK_ROWS * size);
		CU_ASSERT(is_as_anew(&packer, coders, values, FV_CHUNK_ROWS));
		CU_ASSERT_TRUE(packer.known);
		CU_ASSERT(is_as_anew(&packer, coders, values, FV_CHUNK_ROWS));
		CU_ASSERT(is_as_anew(&packer, coders, values, 77));
		memset(values, 7, FV_CHUNK_ROWS * size);
		CU_ASSERT(is_as_anew(&packer, coders, values, 77));
		CU_ASSERT(is_as_anew(&packer, coders, values, FV_CHUNK_ROWS));
		values[FV_CHUNK_ROWS * size - 1] = 8;
		CU_ASSERT(is_as_anew(&packer, coders, values, FV_CHUNK_ROWS));
		values[FV_CHUNK_ROWS * size - 1] = 7;
		values[0] = 8;
		CU_ASSERT(is_as_anew(&packer, coders, values, FV_CHUNK_ROWS));
		CU_ASSERT(is_as_anew(&packer, coders, values, 1));
		values[0] = 7;
		CU_ASSERT(is_as_anew(&packer, coders, values, FV_CHUNK_ROWS));
		fv_column_packer_clear(&packer);
	}
	free(values);
	fv_coders_free(coders);
}

CU_TestInfo suite_column_packer[] = {
	{ "what is remembered changes no byte",
	    what_is_remembered_changes_no_byte },
	CU_TEST_INFO_NULL,
};
