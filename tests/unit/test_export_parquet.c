#include "tests/unit/suites.h"

#include <string.h>

#include "datasets/export_parquet.h"
#include "tests/unit/export_bed.h"

/*
 * Whether the files can be read is for readers that share no code with us:
 * tests/interop/check_parquet.
 */

static void
write_file(const struct fv_export_plan *plan, unsigned threads, size_t rows,
    struct fv_buffer *out)
{
	const struct fv_export_parquet_options options = { .threads = threads,
		.group_rows = rows };
	struct fv_err err;

	*out = (struct fv_buffer){ .limit = 1 << 30 };
	CU_ASSERT_EQUAL_FATAL(
	    fv_export_parquet(plan, &options, export_bed_sink, out, &err), 0);
}

static void
expect_frame(const struct fv_buffer *file)
{
	const unsigned char *end = file->at + file->length;
	size_t footer;

	CU_ASSERT_FATAL(file->length > 12);
	CU_ASSERT_EQUAL(memcmp(file->at, "PAR1", 4), 0);
	CU_ASSERT_EQUAL(memcmp(end - 4, "PAR1", 4), 0);
	footer = (size_t)end[-8] | (size_t)end[-7] << 8 |
	    (size_t)end[-6] << 16 | (size_t)end[-5] << 24;
	CU_ASSERT_FATAL(footer + 12 <= file->length);
	/* FileMetaData: field 1, i32, version 2; it ends its struct. */
	CU_ASSERT_EQUAL(memcmp(end - 8 - footer, "\x15\x04", 2), 0);
	CU_ASSERT_EQUAL(end[-9], 0);
}

static void
the_magic_frames_a_footer_of_that_length(void)
{
	struct fv_export_plan *plan;
	struct fv_buffer file;
	struct export_bed bed;
	enum fv_table_id t;

	export_bed_make(&bed);
	for (t = FV_TABLE_FLOWS; t < FV_TABLES; t++) {
		plan = export_bed_plan(&bed, t, NULL, false);
		write_file(plan, 1, FV_EXPORT_PARQUET_ROWS, &file);
		expect_frame(&file);
		fv_buffer_free(&file);
		fv_export_plan_free(plan);
	}
	export_bed_remove(&bed);
}

static bool
holds(const struct fv_buffer *file, const char *text)
{
	return memmem(file->at, file->length, text, strlen(text)) != NULL;
}

static void
the_footer_says_what_the_dataset_says(void)
{
	struct fv_export_plan *plan;
	struct fv_buffer file;
	struct export_bed bed;

	export_bed_make(&bed);
	plan = export_bed_plan(&bed, FV_TABLE_FLOWS, NULL, false);
	write_file(plan, 1, 2, &file);
	CU_ASSERT_TRUE(holds(&file, "destination_address"));
	CU_ASSERT_TRUE(holds(&file, "A test?bed")); /* no control characters */
	CU_ASSERT_TRUE(holds(&file, "idle_timeout_ns"));
	CU_ASSERT_TRUE(holds(&file, "content_digest"));
	CU_ASSERT_TRUE(holds(&file, "prefix-preserving pseudonymization"));
	CU_ASSERT_TRUE(holds(&file, "flowveil version " FV_VERSION));
	CU_ASSERT_FALSE(holds(&file, bed.path));
	fv_buffer_free(&file);
	fv_export_plan_free(plan);
	export_bed_remove(&bed);
}

static void
threads_do_not_show(void)
{
	struct fv_export_plan *plan;
	struct fv_buffer one, many;
	struct export_bed bed;

	export_bed_make_rows(&bed, 150000);
	plan = export_bed_plan(&bed, FV_TABLE_FLOWS, NULL, false);
	write_file(plan, 1, 70000, &one);
	write_file(plan, 3, 70000, &many);
	CU_ASSERT_EQUAL_FATAL(one.length, many.length);
	CU_ASSERT_EQUAL(memcmp(one.at, many.at, one.length), 0);
	fv_buffer_free(&one);
	fv_buffer_free(&many);
	fv_export_plan_free(plan);
	export_bed_remove(&bed);
}

static void
failures_are_told(void)
{
	const struct fv_export_parquet_options options = { .threads = 2,
		.group_rows = 2 };
	struct fv_buffer file = { .limit = 1 << 20 };
	struct fv_export_plan *plan;
	struct export_bed bed;
	struct fv_err err;

	export_bed_make_with(&bed, 3);
	plan = export_bed_plan(&bed, FV_TABLE_FLOWS, NULL, false);
	CU_ASSERT_EQUAL(
	    fv_export_parquet(plan, &options, export_bed_sink, &file, &err),
	    -1);
	CU_ASSERT_EQUAL(err.code, FV_EFORMAT);
	CU_ASSERT_EQUAL(fv_export_parquet(
			    plan, &options, export_bed_broken_sink, NULL, &err),
	    -1);
	CU_ASSERT_EQUAL(err.code, FV_EIO);
	fv_buffer_free(&file);
	fv_export_plan_free(plan);
	export_bed_remove(&bed);
}

CU_TestInfo suite_export_parquet[] = {
	{ "the magic frames a footer of that length",
	    the_magic_frames_a_footer_of_that_length },
	{ "the footer says what the dataset says",
	    the_footer_says_what_the_dataset_says },
	{ "threads do not show", threads_do_not_show },
	{ "failures are told", failures_are_told },
	CU_TEST_INFO_NULL,
};
