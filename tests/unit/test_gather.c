#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "datasets/flow.h"
#include "datasets/gather.h"
#include "tests/unit/rows.h"

enum { ROWS = 3000, UNTOUCHED = 0xa5 };

/* The field of ${column} in each row, one after the other. */
static void
expect_field(const struct fv_gathered *g, const unsigned char *rows, size_t n)
{
	const size_t size = g->column->size, stride = g->table->row_size;
	size_t i, different = 0;

	CU_ASSERT_EQUAL(g->n, n);
	for (i = 0; i < n; i++)
		different +=
		    memcmp(g->values + i * size,
			rows + i * stride + g->column->offset, size) != 0;
	CU_ASSERT_EQUAL(different, 0);
}

/* Gather ${n} rows in batches of ${batch}, all columns of flows. */
static void
gather_all(const struct fv_flow *rows, size_t n, size_t batch)
{
	const struct fv_table *table = &fv_schema_tables[FV_TABLE_FLOWS];
	unsigned char *values = malloc(ROWS * sizeof(uint64_t));
	struct fv_gathered g;
	size_t i, at, part;

	CU_ASSERT_PTR_NOT_NULL_FATAL(values);
	for (i = 0; i < table->ncolumns; i++) {
		fv_gathered_begin(&g, table, &table->columns[i], values);
		for (at = 0; at < n; at += part) {
			part = n - at < batch ? n - at : batch;
			fv_gathered_add(&g, rows + at, part);
			fv_gathered_add(&g, rows + at, 0);
		}
		(void)fv_gathered_values(&g);
		expect_field(&g, (const unsigned char *)rows, n);
	}
	free(values);
}

static void
columns_are_the_fields_of_rows(void)
{
	struct fv_flow *rows = calloc(ROWS, sizeof(*rows));
	static const size_t batches[] = { 1, 7, 146, ROWS };
	size_t i, odd;

	CU_ASSERT_PTR_NOT_NULL_FATAL(rows);
	for (i = 0; i < ROWS; i++)
		rows_flow(i, &rows[i]);
	for (i = 0; i < FV_COUNT(batches); i++) {
		gather_all(rows, ROWS, batches[i]);
		gather_all(rows, 1, batches[i]);
	}
	/* All alike but one: the first, within a batch, at its edge, the last. */
	for (odd = 0; odd < ROWS; odd += odd == 0 ? 145 : 951) {
		for (i = 0; i < ROWS; i++)
			rows_flow(i == odd, &rows[i]);
		gather_all(rows, ROWS, 146);
	}
	for (i = 0; i < ROWS; i++)
		rows_flow(i == ROWS - 1, &rows[i]);
	gather_all(rows, ROWS, 146);
	free(rows);
}

static void
one_value_is_not_written_until_asked_for(void)
{
	const struct fv_table *table = &fv_schema_tables[FV_TABLE_FLOWS];
	const struct fv_column *column = &table->columns[FV_FLOW_PACKETS];
	struct fv_flow *rows = calloc(ROWS, sizeof(*rows));
	unsigned char *values = malloc(ROWS * sizeof(uint64_t));
	struct fv_gathered g;
	size_t i, touched = 0;

	CU_ASSERT_FATAL(rows != NULL && values != NULL);
	memset(values, UNTOUCHED, ROWS * sizeof(uint64_t));
	for (i = 0; i < ROWS; i++) {
		rows_flow(i, &rows[i]);
		rows[i].packets = 77;
	}
	fv_gathered_begin(&g, table, column, values);
	fv_gathered_add(&g, rows, ROWS / 2);
	fv_gathered_add(&g, rows + ROWS / 2, ROWS / 2);
	for (i = 0; i < ROWS * sizeof(uint64_t); i++)
		touched += values[i] != UNTOUCHED;
	CU_ASSERT_EQUAL(touched, 0);
	CU_ASSERT_TRUE(g.one_value);
	(void)fv_gathered_values(&g);
	CU_ASSERT_FALSE(g.one_value);
	expect_field(&g, (const unsigned char *)rows, ROWS);
	/* The room can be used again. */
	fv_gathered_begin(&g, table, column, values);
	CU_ASSERT_EQUAL(g.n, 0);
	CU_ASSERT_TRUE(g.one_value);
	free(rows);
	free(values);
}

/* What lies behind the NUL of a text is nobody's business. */
static void
text_ends_at_its_nul(void)
{
	const struct fv_table *table = &fv_schema_tables[FV_TABLE_SITES];
	struct fv_site sites[2];
	unsigned char values[2 * sizeof(sites[0].name)], expected[2][64];
	struct fv_gathered g;

	memset(sites, 'x', sizeof(sites));
	memcpy(sites[0].name, "hotel", 6);
	memcpy(sites[1].name, "hotel", 6);
	memset(expected, 0, sizeof(expected));
	memcpy(expected[0], "hotel", 5);
	memcpy(expected[1], "hotel", 5);
	fv_gathered_begin(&g, table, &table->columns[0], values);
	CU_ASSERT_EQUAL_FATAL(g.column->size, sizeof(expected[0]));
	fv_gathered_add(&g, sites, 2);
	CU_ASSERT_EQUAL(
	    memcmp(fv_gathered_values(&g), expected, sizeof(expected)), 0);
}

CU_TestInfo suite_gather[] = {
	{ "columns are the fields of rows", columns_are_the_fields_of_rows },
	{ "one value is not written until asked for",
	    one_value_is_not_written_until_asked_for },
	{ "text ends at its NUL", text_ends_at_its_nul },
	CU_TEST_INFO_NULL,
};
