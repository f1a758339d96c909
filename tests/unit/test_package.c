#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/outdir.h"
#include "datasets/package.h"
#include "datasets/sample.h"
#include "tests/unit/release_bed.h"
#include "tests/unit/rows.h"

static void
parts_are_named_by_number(void)
{
	static const struct {
		const char *output;
		unsigned parts;
		const char *path;
	} cases[] = {
		{ "a.tar", 1, "a.tar" },
		{ "x/a.tar.gz", 12, "x/a-2-of-12.tar.gz" },
		{ "a", 1, "a" },
		{ "x.y/a//", 3, "x.y/a-2-of-3" },
	};
	struct fv_package p = { .output = NULL };
	struct fv_err err;
	char *path;
	size_t i;

	for (i = 0; i < FV_COUNT(cases); i++) {
		p.output = cases[i].output;
		path = fv_package_path(&p, 2, cases[i].parts, &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(path);
		CU_ASSERT_STRING_EQUAL(path, cases[i].path);
		free(path);
	}
}

static void
a_release_is_made_or_nothing_is(void)
{
	struct fv_package_result result;
	struct release_bed b;
	struct fv_err err;
	const char *dataset;
	struct fv_package p = { .ndatasets = 0 };
	char *path, *output;

	release_bed_make(&b);
	path = rows_path(b.directory, "flows.h5");
	output = rows_path(b.directory, "bag");
	dataset = path;
	p.metadata = b.metadata;
	p.output = output;
	p.mtime = -1;
	CU_ASSERT_EQUAL(fv_package_write(&p, &result, &err), -1);
	p.datasets = &dataset;
	p.ndatasets = 1;
	p.sample_rows = 10;
	CU_ASSERT_EQUAL(fv_package_write(&p, &result, &err), 0);
	CU_ASSERT_EQUAL(result.parts, 1);
	/* Dataset, sample, 4 of metadata with XML, 4 documents. */
	CU_ASSERT_EQUAL(result.files, 10);
	CU_ASSERT(result.bytes > 4711);
	CU_ASSERT_EQUAL(fv_package_write(&p, &result, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EEXIST);
	fv_outdir_remove(output);
	/* Another site than the metadata name. */
	free(b.metadata->sites.items[0].name);
	b.metadata->sites.items[0].name = strdup("site 9");
	CU_ASSERT_EQUAL(fv_package_write(&p, &result, &err), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "'site 0'"));
	CU_ASSERT_EQUAL(access(output, F_OK), -1);
	free(path);
	free(output);
	release_bed_clear(&b);
}

static void
a_sample_has_the_first_rows(void)
{
	char *directory = rows_directory();
	char *path = rows_path(directory, "a.h5");
	char *sample = rows_path(directory, "s.h5");
	struct fv_flow *flows, wanted;
	struct fv_reader *r;
	struct fv_err err;
	uint64_t taken, i;

	CU_ASSERT_EQUAL_FATAL(release_dataset(path, 500, NULL, &err), 0);
	CU_ASSERT_EQUAL_FATAL(
	    fv_sample_write(path, sample, 100, &taken, &err), 0);
	CU_ASSERT_EQUAL(taken, 100);
	r = fv_reader_open(sample, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	CU_ASSERT_EQUAL(fv_reader_rows(r, FV_TABLE_FLOWS), 100);
	CU_ASSERT(fv_reader_rows(r, FV_TABLE_HOSTS) < ROWS_HOSTS);
	CU_ASSERT_EQUAL(fv_reader_rows(r, FV_TABLE_CAPTURES), ROWS_CAPTURES);
	CU_ASSERT_EQUAL(fv_reader_check_content(r, &err), 0);
	CU_ASSERT_EQUAL(fv_reader_check_references(r, &err), 0);
	CU_ASSERT_STRING_EQUAL(
	    fv_reader_text(r, "title"), "Sample of: Made-up flows");
	CU_ASSERT_STRING_EQUAL(fv_reader_text(r, "key_id"), "00ff");
	flows = fv_reader_table(r, FV_TABLE_FLOWS, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(flows);
	for (i = 0; i < 100; i++) {
		rows_flow(i, &wanted);
		CU_ASSERT_EQUAL(flows[i].start_time, wanted.start_time);
		CU_ASSERT_EQUAL(flows[i].source, wanted.source);
		CU_ASSERT_EQUAL(flows[i].bytes, wanted.bytes);
	}
	free(flows);
	fv_reader_free(r);
	/* More than there are is all. */
	(void)unlink(sample);
	CU_ASSERT_EQUAL(
	    fv_sample_write(path, sample, 1000000, &taken, &err), 0);
	CU_ASSERT_EQUAL(taken, 500);
	free(path);
	free(sample);
	rows_remove(directory);
}

CU_TestInfo suite_package[] = {
	{ "parts are named by number", parts_are_named_by_number },
	{ "a release is made, or nothing is", a_release_is_made_or_nothing_is },
	{ "a sample has the first rows", a_sample_has_the_first_rows },
	CU_TEST_INFO_NULL,
};
