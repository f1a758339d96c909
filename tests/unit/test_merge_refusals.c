#include "tests/unit/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/merge.h"
#include "datasets/reader.h"
#include "tests/unit/merge_bed.h"
#include "tests/unit/rows.h"

static const struct merge_bed_capture first = { "a", 0, 200 };
static const struct merge_bed_capture second = { "a", 500, 200 };

/* What a merge of two datasets, made as told, says. */
static void
expect(const struct merge_bed_capture *capture,
    const struct merge_bed_settings *settings, const char *text)
{
	char *directory = rows_directory();
	char *a = rows_path(directory, "a.h5"),
	     *b = rows_path(directory, "b.h5");
	char *out = rows_path(directory, "out.h5");
	const char *parts[2] = { a, b };
	struct fv_err err;
	size_t n = 0;

	merge_bed_convert(a, &first, 1, NULL);
	merge_bed_convert(b, capture, 1, settings);
	CU_ASSERT_EQUAL(merge_bed_merge(out, parts, 2, 2, &err), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, text));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "b.h5"));
	if (strstr(err.text, text) == NULL)
		(void)fprintf(stderr, "%s\n", err.text);
	CU_ASSERT_PTR_NULL(rows_slurp(out, &n));
	free(a);
	free(b);
	free(out);
	rows_remove(directory);
}

static void
other_keys_and_settings(void)
{
	static const struct {
		struct merge_bed_settings settings;
		const char *text;
	} cases[] = {
		{ { .key_id = "4567" }, "b.h5: was made under the key 4567, " },
		{ { .scheme = "ipcrypt-pfx" },
		    "b.h5: anonymization_scheme is 'ipcrypt-pfx', but "
		    "'crypto-pan' in " },
		{ { .release = "may" }, "b.h5: release is set, but not in " },
		{ { .records = "uniflow" },
		    "b.h5: record_mode is uniflow, but primitive in " },
		{ { .extra = "x" }, "b.h5: extra is set, but not in " },
		{ { .key_id = "4567", .records = "u", .extra = "x" },
		    "under the key 4567" },
	};
	size_t i;

	for (i = 0; i < FV_COUNT(cases); i++)
		expect(&second, &cases[i].settings, cases[i].text);
}

/* An attribute that only the first one has is told of, too. */
static void
settings_that_lack(void)
{
	const struct merge_bed_settings with = { .extra = "x" };
	char *directory = rows_directory();
	char *a = rows_path(directory, "a.h5"),
	     *b = rows_path(directory, "b.h5");
	char *out = rows_path(directory, "out.h5");
	const char *parts[2] = { a, b };
	struct fv_err err;

	merge_bed_convert(a, &first, 1, &with);
	merge_bed_convert(b, &second, 1, NULL);
	CU_ASSERT_EQUAL(merge_bed_merge(out, parts, 2, 2, &err), -1);
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(err.text, "a.h5: extra is set, but not in "));
	free(a);
	free(b);
	free(out);
	rows_remove(directory);
}

static void
one_capture_in_two_datasets(void)
{
	expect(&first, NULL, "captures: capture 0, whose first packet is of ");
}

static void
captures_without_packets_may_be_alike(void)
{
	static const struct merge_bed_capture empty[2] = { { "a", 0, 0 },
		{ "a", 0, 0 } };
	char *directory = rows_directory();
	char *a = rows_path(directory, "a.h5"),
	     *b = rows_path(directory, "b.h5");
	char *out = rows_path(directory, "out.h5");
	char *whole = rows_path(directory, "whole.h5");
	const char *parts[2] = { a, b };
	struct fv_err err;

	merge_bed_convert(a, empty, 1, NULL);
	merge_bed_convert(b, empty, 1, NULL);
	merge_bed_convert(whole, empty, 2, NULL);
	CU_ASSERT_EQUAL(merge_bed_merge(out, parts, 2, 2, &err), 0);
	CU_ASSERT(merge_bed_same(out, whole));
	free(a);
	free(b);
	free(out);
	free(whole);
	rows_remove(directory);
}

static void
contradictions(void)
{
	const struct merge_bed_settings outside = { .outside = true };
	const struct merge_bed_settings kind = { .kind = "bad\033kind" };

	expect(&second, &outside,
	    "hosts: a host is outside the tapped network here and inside it");
	expect(&second, &kind,
	    "sites: site a is of kind 'bad?kind' here and 'hotel' in a");
}

static void
rows_that_point_to_nothing(void)
{
	const struct merge_bed_settings dangling = { .dangling = true };

	expect(&second, &dangling,
	    "b.h5: flows/destination: row 199 refers to row 4000000000 of "
	    "hosts, which has ");
}

static void
what_is_no_dataset(void)
{
	char *directory = rows_directory();
	char *a = rows_path(directory, "a.h5"),
	     *b = rows_path(directory, "b.h5");
	char *out = rows_path(directory, "out.h5");
	const char *parts[2] = { a, b };
	const struct fv_merge_options options = { .threads = 1 };
	struct fv_merge_summary summary;
	struct fv_err err;

	merge_bed_convert(a, &first, 1, NULL);
	CU_ASSERT_EQUAL(merge_bed_merge(out, parts, 2, 1, &err), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "b.h5"));
	CU_ASSERT_EQUAL(rows_spill(b, (const unsigned char *)"not HDF5", 8), 0);
	CU_ASSERT_EQUAL(merge_bed_merge(out, parts, 2, 1, &err), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "b.h5"));
	/* What is there is kept, and nothing else is left behind. */
	CU_ASSERT_EQUAL(
	    fv_merge_run(parts, 1, b, &options, &summary, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EEXIST);
	free(a);
	free(b);
	free(out);
	rows_remove(directory);
}

/* Words about the datasets are gathered, each once, in one order. */
static void
titles_may_differ(void)
{
	const struct merge_bed_settings title = { .title = "A day" };
	char *directory = rows_directory();
	char *a = rows_path(directory, "a.h5"),
	     *b = rows_path(directory, "b.h5");
	char *out = rows_path(directory, "out.h5");
	const char *parts[2];
	struct fv_reader *r;
	struct fv_err err;
	int i;

	merge_bed_convert(a, &first, 1, NULL);
	merge_bed_convert(b, &second, 1, &title);
	for (i = 0; i < 2; i++) {
		parts[i] = a;
		parts[1 - i] = b;
		CU_ASSERT_EQUAL(merge_bed_merge(out, parts, 2, 1, &err), 0);
		r = fv_reader_open(out, &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(r);
		CU_ASSERT_STRING_EQUAL(
		    fv_reader_text(r, "title"), "A day; A month");
		CU_ASSERT_STRING_EQUAL(
		    fv_reader_text(r, "license"), "CC-BY-4.0");
		fv_reader_free(r);
	}
	free(a);
	free(b);
	free(out);
	rows_remove(directory);
}

CU_TestInfo suite_merge_refusals[] = {
	{ "other keys and settings", other_keys_and_settings },
	{ "settings that lack", settings_that_lack },
	{ "one capture in two datasets", one_capture_in_two_datasets },
	{ "captures without packets may be alike",
	    captures_without_packets_may_be_alike },
	{ "datasets that contradict each other", contradictions },
	{ "rows that point to nothing", rows_that_point_to_nothing },
	{ "what is no dataset", what_is_no_dataset },
	{ "titles may differ", titles_may_differ },
	CU_TEST_INFO_NULL,
};
