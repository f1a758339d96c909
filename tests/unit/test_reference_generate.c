#include "tests/unit/suites.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "datasets/reference/day.h"
#include "datasets/reference/reference.h"

/* A directory of its own for each month; gone after the test. */
static void
new_directory(char path[64])
{
	(void)snprintf(path, 64, "/tmp/flowveil-unit-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(path));
}

static void
add_file(struct fv_digest *digest, int directory, const char *name)
{
	char buffer[65536];
	struct fv_err err;
	ssize_t n;
	int fd = openat(directory, name, O_RDONLY);

	CU_ASSERT_FATAL(fd != -1);
	CU_ASSERT_EQUAL(fv_digest_add(digest, name, strlen(name) + 1, &err), 0);
	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		CU_ASSERT_EQUAL(
		    fv_digest_add(digest, buffer, (size_t)n, &err), 0);
	(void)close(fd);
}

/* The digest of all names and bytes; the directory is removed. */
static int
digest_directory(const char *path, char text[FV_DIGEST_TEXT])
{
	uint8_t value[FV_DIGEST_SIZE];
	struct fv_digest *digest;
	struct dirent **entry;
	struct fv_err err;
	int n, i, fd, files = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(digest = fv_digest_new(&err));
	fd = open(path, O_RDONLY | O_DIRECTORY);
	n = scandir(path, &entry, NULL, alphasort);
	CU_ASSERT_FATAL(fd != -1 && n > 0);
	for (i = 0; i < n; i++) {
		if (entry[i]->d_name[0] != '.') {
			add_file(digest, fd, entry[i]->d_name);
			(void)unlinkat(fd, entry[i]->d_name, 0);
			files++;
		}
		free(entry[i]);
	}
	free(entry);
	(void)close(fd);
	(void)rmdir(path);
	CU_ASSERT_EQUAL(fv_digest_value(digest, value, &err), 0);
	fv_digest_hex(value, sizeof(value), text);
	fv_digest_free(digest);
	return files;
}

static struct fv_reference_options
small_month(void)
{
	struct fv_reference_options o;

	fv_reference_defaults(&o);
	o.scale = 0.004;
	o.days = 3;
	o.snaplen = 200;
	return o;
}

static void
make(struct fv_reference_options *o, const char *path)
{
	struct fv_err err = { .text = "" };
	int rc = fv_reference_generate(o, path, NULL, NULL, &err);

	CU_ASSERT_EQUAL(rc, 0);
	if (rc == -1)
		(void)fprintf(stderr, "%s\n", err.text);
}

static void
threads_and_parts_change_no_byte(void)
{
	struct fv_reference_options o = small_month();
	char path[64], once[FV_DIGEST_TEXT], again[FV_DIGEST_TEXT];

	o.sites = 2;
	new_directory(path);
	make(&o, path);
	CU_ASSERT_EQUAL(digest_directory(path, once), 2 * 3 * 2 + 1);
	o.threads = 3;
	new_directory(path);
	make(&o, path);
	(void)digest_directory(path, again);
	CU_ASSERT_STRING_EQUAL(once, again);
	o.threads = 2;
	o.parts = 4;
	new_directory(path);
	for (o.part = 0; o.part < o.parts; o.part++)
		make(&o, path);
	(void)digest_directory(path, again);
	CU_ASSERT_STRING_EQUAL(once, again);
	o = small_month();
	o.sites = 2;
	o.seed = 2;
	new_directory(path);
	make(&o, path);
	(void)digest_directory(path, again);
	CU_ASSERT_STRING_NOT_EQUAL(once, again);
}

/* A day at a time, in windows of so many packets. */
static void
make_in_windows(uint64_t window, uint32_t trouble, char text[FV_DIGEST_TEXT])
{
	struct fv_reference_options o = small_month();
	struct fv_err err;
	struct fv_guests *g = fv_guests_new(&fv_profile_deck, 1, 0, 1, &err);
	struct fv_plan *plan;
	struct fv_day *day = fv_day_new(&o, window, &err);
	char path[64];

	CU_ASSERT_FATAL(g != NULL && day != NULL);
	o.jitter = trouble;
	o.loss = o.reorder = trouble * 100;
	CU_ASSERT_PTR_NOT_NULL_FATAL(plan = fv_plan_new(g, &o, &err));
	new_directory(path);
	CU_ASSERT_EQUAL(fv_day_write(day, plan, 1, path, &err), 0);
	CU_ASSERT_EQUAL(digest_directory(path, text), 2);
	fv_day_free(day);
	fv_plan_free(plan);
	fv_guests_free(g);
}

static void
windows_change_no_byte(void)
{
	char once[FV_DIGEST_TEXT], again[FV_DIGEST_TEXT];

	make_in_windows(FV_DAY_WINDOW, 0, once);
	make_in_windows(700, 0, again);
	CU_ASSERT_STRING_EQUAL(once, again);
	/* Nor do mishaps at the taps. */
	make_in_windows(700, 400, again);
	CU_ASSERT_STRING_NOT_EQUAL(once, again);
	make_in_windows(FV_DAY_WINDOW, 400, once);
	CU_ASSERT_STRING_EQUAL(once, again);
}

static void
formats_and_variants_differ(void)
{
	struct fv_reference_options o = small_month();
	char path[64], text[4][FV_DIGEST_TEXT];
	int i;

	for (i = 0; i < 4; i++) {
		o.format = i == 1 ? FV_REFERENCE_PCAPNG : FV_REFERENCE_PCAP;
		o.suspect = i == 2 ? FV_REFERENCE_SCANNER : FV_REFERENCE_PEER;
		o.profile = i == 3 ? "today" : "deck";
		new_directory(path);
		make(&o, path);
		(void)digest_directory(path, text[i]);
		if (i > 0)
			CU_ASSERT_STRING_NOT_EQUAL(text[0], text[i]);
	}
}

static void
options_out_of_range_are_misuse(void)
{
	struct fv_reference_options o;
	struct fv_err err;
	int i;

	for (i = 0; i < 12; i++) {
		o = small_month();
		if (i == 0)
			o.profile = "tomorrow";
		if (i == 1)
			o.scale = 0;
		if (i == 2)
			o.scale = FV_REFERENCE_SCALE_MOST * 2;
		if (i == 3)
			o.days = 31;
		if (i == 4)
			o.sites = 0;
		if (i == 5)
			o.snaplen = FV_REFERENCE_SNAPLEN_LEAST - 1;
		if (i == 6)
			o.part = o.parts = 2;
		if (i == 8)
			o.suspect_users = 3;
		if (i == 7)
			o.scale = 0.0 / (o.scale - o.scale);
		if (i == 9)
			o.jitter = FV_REFERENCE_JITTER_MOST + 1;
		if (i == 10)
			o.loss = FV_REFERENCE_MILLION + 1;
		if (i == 11)
			o.reorder = FV_REFERENCE_MILLION + 1;
		CU_ASSERT_EQUAL(
		    fv_reference_generate(&o, "/nowhere", NULL, NULL, &err),
		    -1);
		CU_ASSERT_EQUAL(err.code, FV_EUSAGE);
	}
	o = small_month();
	CU_ASSERT_EQUAL(
	    fv_reference_generate(&o, "/nowhere", NULL, NULL, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EIO);
}

CU_TestInfo suite_reference_generate[] = {
	{ "threads and parts change no byte",
	    threads_and_parts_change_no_byte },
	{ "windows change no byte", windows_change_no_byte },
	{ "formats and variants differ", formats_and_variants_differ },
	{ "options out of range are misuse", options_out_of_range_are_misuse },
	CU_TEST_INFO_NULL,
};
