#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "datasets/info.h"
#include "tests/unit/rows.h"

static struct fv_reader *
open_made(char **directory, char **path)
{
	struct fv_reader *r;
	struct fv_err err;

	*directory = rows_directory();
	*path = rows_path(*directory, "info.h5");
	CU_ASSERT_EQUAL_FATAL(rows_write(*path, 77, 10, 1, &err), 0);
	r = fv_reader_open(*path, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	return r;
}

static void
expect_line(const char *text, const char *line)
{
	CU_ASSERT_PTR_NOT_NULL(strstr(text, line));
}

static void
text_shows_all_there_is(void)
{
	char *directory, *path, *text;
	struct fv_reader *r = open_made(&directory, &path);
	struct fv_err err;

	text = fv_info_text(r, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	expect_line(text, "Title            Made-up flows\n");
	expect_line(text, "Idle timeout ns  -300\n");
	expect_line(text,
	    "Time coverage    2013-09-24T05:20:00Z to 2013-09-24T06:20:00Z\n");
	expect_line(text, "  flows                               77  ");
	/* Two captures: 1010 + 1011 read, and each by itself. */
	expect_line(text, "  packets_read                      2021  ");
	expect_line(text, "Capture 1: site 0, outbound\n");
	expect_line(text, "  packets_read                      1011  ");
	expect_line(text,
	    "  hosts    address                prefix-preserving "
	    "pseudonymization (stable)\n");
	expect_line(text, "  flows    bytes                  as captured\n");
	/* Counters of nothing are not shown. */
	CU_ASSERT_PTR_NULL(strstr(text, "lldp"));
	CU_ASSERT_PTR_NULL(strstr(text, "do not add up"));
	free(text);
	fv_reader_free(r);
	free(path);
	rows_remove(directory);
}

static void
json_says_the_same(void)
{
	char *directory, *path, *text;
	struct fv_reader *r = open_made(&directory, &path);
	const char *title, *start, *side;
	json_int_t flows, total, read, idle;
	struct fv_err err;
	json_t *root;

	text = fv_info_json(r, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(root);
	CU_ASSERT_EQUAL_FATAL(
	    json_unpack(root,
		"{s:{s:s, s:I}, s:{s:s}, s:{s:I}, s:{s:I}, "
		"s:[*]}",
		"attributes", "title", &title, "idle_timeout_ns", &idle,
		"time_coverage", "start", &start, "rows", "flows", &flows,
		"counters", "packets_read", &total, "captures"),
	    0);
	CU_ASSERT_STRING_EQUAL(title, "Made-up flows");
	CU_ASSERT_EQUAL(idle, -300);
	CU_ASSERT_STRING_EQUAL(start, "2013-09-24T05:20:00Z");
	CU_ASSERT_EQUAL(flows, 77);
	CU_ASSERT_EQUAL(total, 2021);
	CU_ASSERT_EQUAL_FATAL(
	    json_unpack(json_array_get(json_object_get(root, "captures"), 1),
		"{s:s, s:{s:I}}", "side", &side, "counters", "packets_read",
		&read),
	    0);
	CU_ASSERT_STRING_EQUAL(side, "outbound");
	CU_ASSERT_EQUAL(read, 1011);
	json_decref(root);
	free(text);
	fv_reader_free(r);
	free(path);
	rows_remove(directory);
}

/* Texts of a received file are a stranger's. */
static void
texts_cannot_play_with_a_terminal(void)
{
	const struct fv_writer_options options = { .threads = 1 };
	char *directory = rows_directory();
	char *path = rows_path(directory, "odd.h5"), *text;
	struct fv_capture_row capture;
	struct fv_site site;
	struct fv_writer *w;
	struct fv_reader *r;
	struct fv_err err;

	memset(&site, '\x1b', sizeof(site)); /* and no NUL at all */
	rows_capture(0, &capture);
	capture.counter[FV_COUNT_ARP]++;
	w = fv_writer_new(path, &options, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(w);
	CU_ASSERT_EQUAL(fv_writer_text(w, "title", "a\x1b[2J\nb\xff", &err), 0);
	CU_ASSERT_EQUAL(fv_writer_append(w, FV_TABLE_SITES, &site, 1, &err), 0);
	CU_ASSERT_EQUAL(
	    fv_writer_append(w, FV_TABLE_CAPTURES, &capture, 1, &err), 0);
	CU_ASSERT_EQUAL(
	    fv_writer_append(w, FV_TABLE_CAPTURES, &capture, 1, &err), 0);
	CU_ASSERT_EQUAL(fv_writer_commit(w, &err), 0);
	fv_writer_free(w);
	r = fv_reader_open(path, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	text = fv_info_text(r, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	CU_ASSERT_PTR_NULL(strchr(text, '\x1b'));
	expect_line(text, "a?[2J?b");
	expect_line(text, "do not add up to packets_read");
	free(text);
	text = fv_info_json(r, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	expect_line(text, "\"title\": \"(not UTF-8)\"");
	free(text);
	fv_reader_free(r);
	free(path);
	rows_remove(directory);
}

static void
times_are_iso_8601(void)
{
	char text[FV_INFO_TIME];

	fv_info_time(0, text);
	CU_ASSERT_STRING_EQUAL(text, "1970-01-01T00:00:00Z");
	fv_info_time(1380000000000000001, text);
	CU_ASSERT_STRING_EQUAL(text, "2013-09-24T05:20:00.000000001Z");
	fv_info_time(-1, text);
	CU_ASSERT_STRING_EQUAL(text, "1969-12-31T23:59:59.999999999Z");
	fv_info_time(INT64_MAX, text);
	CU_ASSERT_STRING_EQUAL(text, "2262-04-11T23:47:16.854775807Z");
	fv_info_time(INT64_MIN, text);
	CU_ASSERT_STRING_EQUAL(text, "1677-09-21T00:12:43.145224192Z");
}

CU_TestInfo suite_info[] = {
	{ "text shows all there is", text_shows_all_there_is },
	{ "JSON says the same", json_says_the_same },
	{ "texts cannot play with a terminal",
	    texts_cannot_play_with_a_terminal },
	{ "times are ISO 8601", times_are_iso_8601 },
	CU_TEST_INFO_NULL,
};
