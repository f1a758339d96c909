#include "tests/unit/suites.h"

#include <string.h>

#include "tests/unit/export_bed.h"

static void
expect_misuse(const struct export_bed *bed, enum fv_table_id table,
    const char *columns, const char *word)
{
	const struct fv_export_options options = {
		.table = table, .columns = columns, .rows = UINT64_MAX
	};
	struct fv_err err;

	CU_ASSERT_PTR_NULL(fv_export_plan_new(bed->reader, &options, &err));
	CU_ASSERT_EQUAL(err.code, FV_EUSAGE);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, word));
}

static void
names_that_are_none_are_misuse(void)
{
	struct export_bed bed;
	char longest[300];

	export_bed_make(&bed);
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	expect_misuse(&bed, FV_TABLE_FLOWS, "bytes,nothing", "'nothing'");
	expect_misuse(&bed, FV_TABLE_FLOWS, "source_nothing", "source_nothing");
	expect_misuse(&bed, FV_TABLE_FLOWS, "source_", "'source_'");
	expect_misuse(&bed, FV_TABLE_FLOWS, "bytes_address", "bytes_address");
	expect_misuse(&bed, FV_TABLE_HOSTS, "bytes", "hosts has no");
	expect_misuse(&bed, FV_TABLE_FLOWS, "bytes,bytes", "twice");
	expect_misuse(&bed, FV_TABLE_FLOWS, "bytes,,packets", "missing");
	expect_misuse(&bed, FV_TABLE_FLOWS, "", "missing");
	expect_misuse(&bed, FV_TABLE_FLOWS, "bytes,", "missing");
	expect_misuse(&bed, FV_TABLE_FLOWS, longest, "xxxx");
	export_bed_remove(&bed);
	fv_export_plan_free(NULL);
}

static void
without_names_all_columns_with_addresses(void)
{
	const struct fv_table *flows = &fv_schema_tables[FV_TABLE_FLOWS];
	struct fv_export_plan *plan;
	struct export_bed bed;
	size_t i, addresses = 0;

	export_bed_make(&bed);
	plan = export_bed_plan(&bed, FV_TABLE_FLOWS, NULL, false);
	CU_ASSERT_EQUAL(plan->ncolumns, flows->ncolumns);
	CU_ASSERT_EQUAL(plan->rows, 3);
	for (i = 0; i < plan->ncolumns; i++)
		if (strcmp(plan->column[i].name, flows->columns[i].name) != 0)
			addresses++;
	CU_ASSERT_EQUAL(addresses, 2);
	CU_ASSERT_STRING_EQUAL(
	    plan->column[FV_FLOW_SOURCE].name, "source_address");
	CU_ASSERT_TRUE(plan->column[FV_FLOW_START_TIME].is_time);
	CU_ASSERT_FALSE(plan->column[FV_FLOW_DURATION].is_time);
	CU_ASSERT_TRUE(plan->column[FV_FLOW_STACK].nullable);
	CU_ASSERT_FALSE(plan->column[FV_FLOW_BYTES].nullable);
	fv_export_plan_free(plan);
	plan = export_bed_plan(&bed, FV_TABLE_HOSTS, NULL, false);
	CU_ASSERT_STRING_EQUAL(plan->column[0].name, "row");
	CU_ASSERT_EQUAL(
	    plan->ncolumns, fv_schema_tables[FV_TABLE_HOSTS].ncolumns + 1);
	fv_export_plan_free(plan);
	export_bed_remove(&bed);
}

/* Values of the one column of a plan, of all rows. */
static void
read_one(const struct export_bed *bed, const char *name, bool words,
    struct fv_export_values *v, struct fv_export_plan **plan)
{
	struct fv_err err;

	*plan = export_bed_plan(bed, FV_TABLE_FLOWS, name, words);
	CU_ASSERT_EQUAL_FATAL(
	    fv_export_values_init(v, &(*plan)->column[0], &err), 0);
	CU_ASSERT_EQUAL_FATAL(fv_export_read(*plan, 0, 0, 3, v, &err), 0);
}

static void
references_lead_to_values_or_to_null(void)
{
	static const struct {
		const char *name;
		uint64_t value[3];
		uint8_t valid[3];
	} expected[] = {
		{ "source_internal", { 1, 0, 0 }, { 1, 1, 1 } },
		{ "destination_internal", { 0, 0, 0 }, { 1, 0, 1 } },
		{ "stack_mss", { 1460, 0, 1460 }, { 1, 0, 1 } },
		{ "source_device_token", { UINT64_MAX, 0, UINT64_MAX },
		    { 1, 0, 1 } },
		{ "capture_side", { 1, 0, 1 }, { 1, 0, 1 } },
		/* A reference found through a reference. */
		{ "source_site", { 0, 0, 1 }, { 1, 0, 1 } },
		{ "destination", { 1, 0, 2 }, { 1, 0, 1 } },
	};
	struct fv_export_values v;
	struct fv_export_plan *plan;
	struct export_bed bed;
	uint64_t value;
	size_t i, k, nulls;

	export_bed_make(&bed);
	for (i = 0; i < FV_COUNT(expected); i++) {
		read_one(&bed, expected[i].name, false, &v, &plan);
		CU_ASSERT_TRUE(plan->column[0].nullable);
		for (k = 0, nulls = 0; k < 3; k++) {
			value = 0;
			memcpy(&value,
			    (const char *)v.values + k * plan->column[0].size,
			    plan->column[0].size);
			CU_ASSERT_EQUAL(value, expected[i].value[k]);
			CU_ASSERT_EQUAL(v.valid[k], expected[i].valid[k]);
			nulls += expected[i].valid[k] == 0;
		}
		CU_ASSERT_EQUAL(v.nulls, nulls);
		fv_export_values_free(&v);
		fv_export_plan_free(plan);
	}
	export_bed_remove(&bed);
}

static void
expect_entry(const struct fv_export_plan *plan,
    const struct fv_export_values *v, size_t row, const char *expected)
{
	const struct fv_export_entries *e = plan->column[0].entries;
	uint32_t number = ((const uint32_t *)v->values)[row];
	size_t n = strlen(expected);

	CU_ASSERT_EQUAL_FATAL(e->at[number + 1] - e->at[number], n);
	CU_ASSERT_EQUAL(memcmp(e->bytes + e->at[number], expected, n), 0);
}

static void
texts_and_words_are_entries(void)
{
	struct fv_export_values v;
	struct fv_export_plan *plan;
	struct export_bed bed;

	export_bed_make(&bed);
	read_one(&bed, "source_address", false, &v, &plan);
	expect_entry(plan, &v, 0, "192.0.2.1");
	expect_entry(plan, &v, 1, "192.0.2.3");
	expect_entry(plan, &v, 2, "2001:db8::1");
	fv_export_values_free(&v);
	fv_export_plan_free(plan);
	read_one(&bed, "source_site_name", false, &v, &plan);
	expect_entry(plan, &v, 0, "a, \"b\"");
	CU_ASSERT_EQUAL(v.valid[1], 0);
	expect_entry(plan, &v, 2, "line?break");
	fv_export_values_free(&v);
	fv_export_plan_free(plan);
	read_one(&bed, "direction", true, &v, &plan);
	expect_entry(plan, &v, 0, "outbound");
	expect_entry(plan, &v, 1, "unknown");
	expect_entry(plan, &v, 2, "9"); /* a code without a word */
	fv_export_values_free(&v);
	fv_export_plan_free(plan);
	read_one(&bed, "capture_side", true, &v, &plan);
	expect_entry(plan, &v, 0, "outbound");
	CU_ASSERT_EQUAL(v.valid[1], 0);
	fv_export_values_free(&v);
	fv_export_plan_free(plan);
	export_bed_remove(&bed);
}

static void
a_row_that_is_not_there_is_an_error(void)
{
	struct fv_export_values v;
	struct fv_export_plan *plan;
	struct export_bed bed;
	struct fv_err err;

	export_bed_make_with(&bed, 3); /* hosts has rows 0 to 2 */
	plan = export_bed_plan(&bed, FV_TABLE_FLOWS, "source_address", false);
	CU_ASSERT_EQUAL_FATAL(
	    fv_export_values_init(&v, &plan->column[0], &err), 0);
	CU_ASSERT_EQUAL(fv_export_read(plan, 0, 0, 1, &v, &err), 0);
	CU_ASSERT_EQUAL(fv_export_read(plan, 0, 0, 3, &v, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EFORMAT);
	CU_ASSERT_STRING_EQUAL(err.text,
	    "flows/source: row 1 refers to row 3 of hosts, which has 3");
	fv_export_values_free(&v);
	fv_export_plan_free(plan);
	export_bed_remove(&bed);
}

static void
tables_have_names(void)
{
	enum fv_table_id table = FV_TABLE_FLOWS;
	struct fv_err err;

	CU_ASSERT_EQUAL(fv_export_table("stacks", &table, &err), 0);
	CU_ASSERT_EQUAL(table, FV_TABLE_STACKS);
	CU_ASSERT_EQUAL(fv_export_table("stack", &table, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EUSAGE);
}

CU_TestInfo suite_export_plan[] = {
	{ "names that are none are misuse", names_that_are_none_are_misuse },
	{ "without names, all columns, with addresses",
	    without_names_all_columns_with_addresses },
	{ "references lead to values, or to null",
	    references_lead_to_values_or_to_null },
	{ "texts and words are entries", texts_and_words_are_entries },
	{ "a row that is not there is an error",
	    a_row_that_is_not_there_is_an_error },
	{ "tables have names", tables_have_names },
	CU_TEST_INFO_NULL,
};
