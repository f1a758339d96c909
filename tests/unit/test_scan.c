#include "tests/unit/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/registry.h"
#include "analysis/scan.h"
#include "tests/unit/rows.h"
#include "tests/unit/scan_bed.h"
#include "tests/unit/trial.h"

enum { HOSTS = SCAN_BED_HOSTS, MANY = 2 * FV_CHUNK_ROWS + 4321, PARTS = 3 };

static const struct scan_bed_part whole = { 0, 1, false, 0, 2, "k" };

static struct fv_result *
scan(char *const *paths, size_t n, unsigned threads)
{
	struct fv_scan_options options = { .analyses = fv_registry,
		.nanalyses = FV_REGISTRY_COUNT,
		.threads = threads };
	struct fv_result *r;
	struct fv_err err = { FV_OK, "" };
	const char *names[PARTS];
	size_t i;

	for (i = 0; i < n; i++)
		names[i] = paths[i];
	r = fv_result_new("test", &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	CU_ASSERT_EQUAL(fv_scan_datasets(names, n, &options, r, &err), 0);
	CU_ASSERT_STRING_EQUAL(err.text, "");
	return r;
}

static void
check_same(struct fv_result *r, const char *text, const char *json)
{
	char *a = trial_text(r), *b = trial_json(r);

	CU_ASSERT_STRING_EQUAL(a, text);
	CU_ASSERT_STRING_EQUAL(b, json);
	free(a);
	free(b);
	fv_result_free(r);
}

static void
threads_and_datasets_do_not_change_a_byte(void)
{
	char *directory = rows_directory(), *path[PARTS], *one[1], *text;
	struct scan_bed_part part = { 0, PARTS, false, 0, 1, "k" };
	char *json, *alone, name[32];
	struct trial rows;
	struct fv_result *r;
	unsigned threads;
	size_t i;

	scan_bed_make(&rows, MANY);
	one[0] = rows_path(directory, "whole.h5");
	scan_bed_write(one[0], &rows, &whole);
	r = scan(one, 1, 1);
	text = trial_text(r);
	json = trial_json(r);
	fv_result_free(r);

	/* As one analysis alone finds it, without a dataset. */
	r = trial_run(&fv_ports_analysis, &rows, 1, TRIAL_FORWARD, 1);
	alone = trial_text(r);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, strstr(alone, "R09")));
	free(alone);
	fv_result_free(r);

	for (threads = 2; threads <= 5; threads += 3)
		check_same(scan(one, 1, threads), text, json);
	for (i = 0; i < PARTS; i++) {
		part.number = i;
		part.by_appearance = i > 0;
		part.first_capture = i < 2 ? i : 0;
		part.ncaptures = i < 2 ? 1 : 0;
		(void)snprintf(name, sizeof(name), "%zu.h5", i);
		path[i] = rows_path(directory, name);
		scan_bed_write(path[i], &rows, &part);
	}
	check_same(scan(path, PARTS, 1), text, json);
	check_same(scan(path, PARTS, 2), text, json);
	/* In another order: hosts get other numbers, and nothing else. */
	one[0] = (free(one[0]), path[0]);
	path[0] = path[2];
	path[2] = one[0];
	check_same(scan(path, PARTS, 2), text, json);
	for (i = 0; i < PARTS; i++)
		free(path[i]);
	free(text);
	free(json);
	rows_remove(directory);
	trial_free(&rows);
}

static void
hosts_of_another_key_are_other_hosts(void)
{
	char *directory = rows_directory(), *path[2];
	struct scan_bed_part part = whole;
	struct fv_result *r;
	struct trial rows;

	scan_bed_make(&rows, 500);
	path[0] = rows_path(directory, "a.h5");
	path[1] = rows_path(directory, "b.h5");
	scan_bed_write(path[0], &rows, &part);
	part.key = "other";
	scan_bed_write(path[1], &rows, &part);
	r = scan(path, 2, 1);
	CU_ASSERT(trial_fact(r, "R00", "hosts")->part == 2 * HOSTS);
	CU_ASSERT(trial_fact(r, "R00", "records")->part == 1000);
	CU_ASSERT(trial_fact(r, "R00", "sites")->part == 1);
	CU_ASSERT(trial_fact(r, "R00", "captures")->part == 4);
	fv_result_free(r);
	free(path[0]);
	free(path[1]);
	rows_remove(directory);
	trial_free(&rows);
}

/* Scan one dataset of ${rows} for ${analysis}; what ${err} says. */
static int
scan_one(const struct trial *rows, const struct fv_analysis *analysis,
    struct fv_err *err)
{
	struct fv_scan_options options = {
		.analyses = &analysis, .nanalyses = 1, .threads = 2
	};
	char *directory = rows_directory();
	char *path = rows_path(directory, "x.h5");
	const char *name = path;
	struct fv_result *r;
	int rc;

	scan_bed_write(path, rows, &whole);
	r = fv_result_new("test", err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	rc = fv_scan_datasets(&name, 1, &options, r, err);
	if (rc == -1 && strstr(err->text, "sum") == NULL)
		CU_ASSERT_PTR_NOT_NULL(strstr(err->text, "x.h5: "));
	fv_result_free(r);
	free(path);
	rows_remove(directory);
	return rc;
}

/* Scan ${rows} for ${analysis}, looking at ${host}; the report's text. */
static char *
look_at(const struct trial *rows, const struct fv_analysis *analysis,
    const char *host, struct fv_err *err)
{
	struct fv_scan_options options = { .analyses = &analysis,
		.nanalyses = 1,
		.threads = 2,
		.host = host };
	char *directory = rows_directory(), *text = NULL;
	char *path = rows_path(directory, "x.h5");
	const char *name = path;
	struct fv_result *r;

	scan_bed_write(path, rows, &whole);
	r = fv_result_new("test", err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	if (fv_scan_datasets(&name, 1, &options, r, err) == 0)
		text = trial_text(r);
	fv_result_free(r);
	free(path);
	rows_remove(directory);
	return text;
}

/* As a trial finds it, which selects with states of its own. */
static void
a_second_reading_looks_at_what_the_first_selected(void)
{
	struct fv_err err = { FV_OK, "" };
	struct fv_result *r;
	char *text, *alone;
	struct trial rows;

	scan_bed_make(&rows, 2000);
	text = look_at(&rows, &fv_host_protocols_analysis, NULL, &err);
	r = trial_run(&fv_host_protocols_analysis, &rows, 1, TRIAL_FORWARD, 1);
	alone = trial_text(r);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	CU_ASSERT_STRING_EQUAL(strstr(text, "R24"), strstr(alone, "R24"));
	/* What selects says nothing unless it was asked. */
	CU_ASSERT_PTR_NULL(strstr(text, "R15"));
	fv_result_free(r);
	free(alone);
	free(text);
	trial_free(&rows);
}

/* Equal numbers of destinations: times decide, in one more reading. */
static void
among_equals_rows_are_read_again(void)
{
	struct fv_err err = { FV_OK, "" };
	struct fv_result *r;
	char *text, *alone;
	struct trial rows;
	size_t i;

	scan_bed_make(&rows, 2000);
	for (i = 0; i < HOSTS; i++)
		rows.host[i].internal = i < 6;
	for (i = 0; i < rows.n; i++) {
		rows.flow[i].source = (uint32_t)(5 - i % 6);
		rows.flow[i].destination = (uint32_t)(10 + i / 6 % 20);
		rows.flow[i].direction = FV_DIRECTION_OUTBOUND;
	}
	text = look_at(&rows, &fv_signatures_analysis, NULL, &err);
	r = trial_run(&fv_signatures_analysis, &rows, 1, TRIAL_FORWARD, 1);
	alone = trial_text(r);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, rows.host[5].address));
	CU_ASSERT_STRING_EQUAL(strstr(text, "R23"), strstr(alone, "R23"));
	fv_result_free(r);
	free(alone);
	free(text);
	trial_free(&rows);
}

static void
a_host_can_be_asked_for(void)
{
	struct fv_err err = { FV_OK, "" };
	struct trial rows;
	char *text;

	scan_bed_make(&rows, 2000);
	rows.host[8].internal = 1;
	text =
	    look_at(&rows, &fv_host_ports_analysis, rows.host[8].address, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "Host asked for"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, rows.host[8].address));
	free(text);
	text = look_at(&rows, &fv_host_ports_analysis, "192.0.2.250", &err);
	CU_ASSERT_PTR_NULL(text);
	CU_ASSERT_EQUAL(err.code, FV_EUSAGE);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "192.0.2.250"));
	trial_free(&rows);
}

static void
results_are_in_the_order_of_the_slides(void)
{
	struct fv_analysis const *backward[FV_REGISTRY_COUNT];
	struct fv_scan_options options = { .analyses = backward,
		.nanalyses = FV_REGISTRY_COUNT,
		.threads = 1 };
	char *directory = rows_directory();
	char *path = rows_path(directory, "x.h5");
	const char *name = path;
	struct fv_result *r;
	struct trial rows;
	struct fv_err err;
	size_t i;

	scan_bed_make(&rows, 100);
	scan_bed_write(path, &rows, &whole);
	for (i = 0; i < FV_REGISTRY_COUNT; i++)
		backward[i] = fv_registry[FV_REGISTRY_COUNT - 1 - i];
	r = fv_result_new("test", &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	CU_ASSERT_EQUAL(fv_scan_datasets(&name, 1, &options, r, &err), 0);
	CU_ASSERT(r->nsections > 28);
	CU_ASSERT_STRING_EQUAL(r->section[27].id, "R27");
	for (i = 1; i < r->nsections; i++)
		CU_ASSERT(strcmp(r->section[i - 1].id, r->section[i].id) < 0);
	fv_result_free(r);
	free(path);
	rows_remove(directory);
	trial_free(&rows);
}

static void
rows_that_point_nowhere_are_refused(void)
{
	struct trial rows;
	struct fv_err err;

	scan_bed_make(&rows, 300);
	CU_ASSERT_EQUAL(scan_one(&rows, &fv_volumes_analysis, &err), 0);
	rows.flow[299].source = HOSTS;
	CU_ASSERT_EQUAL(scan_one(&rows, &fv_volumes_analysis, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EFORMAT);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "source"));
	/* Who does not read the column does not mind. */
	CU_ASSERT_EQUAL(scan_one(&rows, &fv_protocols_analysis, &err), 0);
	rows.flow[299].source = 0;
	rows.flow[7].direction = FV_ANALYSIS_DIRECTIONS;
	CU_ASSERT_EQUAL(scan_one(&rows, &fv_protocols_analysis, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EFORMAT);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "direction"));
	CU_ASSERT_EQUAL(scan_one(&rows, &fv_observations_analysis, &err), 0);
	trial_free(&rows);
}

static void
sums_past_64_bits_are_refused(void)
{
	struct trial rows;
	struct fv_err err;
	size_t i;

	scan_bed_make(&rows, 300);
	for (i = 0; i < rows.n; i++)
		rows.flow[i].bytes = 0;
	rows.flow[0].bytes = UINT64_MAX;
	CU_ASSERT_EQUAL(scan_one(&rows, &fv_volumes_analysis, &err), 0);
	rows.flow[299].bytes = 1;
	CU_ASSERT_EQUAL(scan_one(&rows, &fv_volumes_analysis, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EFORMAT);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "flows/bytes"));
	trial_free(&rows);
	/* Neither when only two chunks together pass it. */
	scan_bed_make(&rows, MANY);
	rows.flow[0].packets = UINT64_MAX / 2;
	rows.flow[MANY - 1].packets = UINT64_MAX / 2;
	CU_ASSERT_EQUAL(scan_one(&rows, &fv_volumes_analysis, &err), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "flows/packets"));
	trial_free(&rows);
}

static void
an_empty_dataset_gives_a_report(void)
{
	struct trial rows;
	struct fv_err err;
	size_t i;

	scan_bed_make(&rows, 0);
	for (i = 0; i < FV_REGISTRY_COUNT; i++)
		CU_ASSERT_EQUAL(scan_one(&rows, fv_registry[i], &err), 0);
	trial_free(&rows);
}

static void
a_file_that_is_not_there_is_named(void)
{
	struct fv_scan_options options = { .analyses = fv_registry,
		.nanalyses = FV_REGISTRY_COUNT,
		.threads = 1 };
	const char *path = "/nonexistent/nothing.h5";
	struct fv_result *r;
	struct fv_err err;

	r = fv_result_new("test", &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	CU_ASSERT_EQUAL(fv_scan_datasets(&path, 1, &options, r, &err), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "nothing.h5"));
	fv_result_free(r);
}

struct progress {
	uint64_t rows;
	size_t calls;
	bool fell;
};

static void
note_progress(void *arg, uint64_t rows, uint64_t total)
{
	struct progress *p = arg;

	p->fell |= rows < p->rows || rows > total || total != 2 * MANY;
	p->rows = rows;
	p->calls++;
}

static void
progress_rises_to_the_total(void)
{
	struct progress progress = { 0, 0, false };
	struct fv_scan_options options = { .analyses = fv_registry,
		.nanalyses = FV_REGISTRY_COUNT,
		.threads = 3,
		.progress = note_progress,
		.progress_arg = &progress };
	char *directory = rows_directory();
	char *path = rows_path(directory, "x.h5");
	const char *name = path;
	struct fv_result *r;
	struct trial rows;
	struct fv_err err;

	scan_bed_make(&rows, MANY);
	scan_bed_write(path, &rows, &whole);
	r = fv_result_new("test", &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	CU_ASSERT_EQUAL(fv_scan_datasets(&name, 1, &options, r, &err), 0);
	/* All rows are read twice. */
	CU_ASSERT_EQUAL(progress.rows, 2 * MANY);
	CU_ASSERT_EQUAL(progress.calls, 6);
	CU_ASSERT_FALSE(progress.fell);
	fv_result_free(r);
	free(path);
	rows_remove(directory);
	trial_free(&rows);
}

CU_TestInfo suite_scan[] = {
	{ "threads and datasets do not change a byte",
	    threads_and_datasets_do_not_change_a_byte },
	{ "hosts of another key are other hosts",
	    hosts_of_another_key_are_other_hosts },
	{ "a second reading looks at what the first selected",
	    a_second_reading_looks_at_what_the_first_selected },
	{ "among equals rows are read again",
	    among_equals_rows_are_read_again },
	{ "a host can be asked for", a_host_can_be_asked_for },
	{ "results are in the order of the slides",
	    results_are_in_the_order_of_the_slides },
	{ "rows that point nowhere are refused",
	    rows_that_point_nowhere_are_refused },
	{ "sums past 64 bits are refused", sums_past_64_bits_are_refused },
	{ "an empty dataset gives a report", an_empty_dataset_gives_a_report },
	{ "a file that is not there is named",
	    a_file_that_is_not_there_is_named },
	{ "progress rises to the total", progress_rises_to_the_total },
	CU_TEST_INFO_NULL,
};
