#include "tests/unit/suites.h"

#include <string.h>

#include "base/cursor.h"
#include "datasets/export_ipfix.h"
#include "tests/unit/export_bed.h"

/*
 * Whether every value is right is for readers that share no code with us:
 * tests/ipfix_oracle.py.
 */

static int
write_file(const struct export_bed *bed, uint64_t rows, struct fv_buffer *file,
    struct fv_err *err)
{
	const struct fv_export_ipfix_options options = { .rows = rows };

	*file = (struct fv_buffer){ .limit = 1 << 28 };
	return fv_export_ipfix(
	    bed->reader, &options, export_bed_sink, file, err);
}

static void
a_file_begins_with_its_templates(void)
{
	/* Header; template set of 284 bytes, four templates. */
	static const unsigned char expected[] = { 0, 2, 1, 28, 1, 0, 0, 16, 0,
		156, 0, 8, 0, 157, 0, 8, 0, 8, 0, 4, 0, 12, 0, 4 };
	struct fv_buffer file;
	struct export_bed bed;
	struct fv_err err;

	export_bed_make_rows(&bed, 1000);
	CU_ASSERT_EQUAL_FATAL(write_file(&bed, 0, &file, &err), 0);
	CU_ASSERT_FATAL(file.length > 16 + sizeof(expected));
	CU_ASSERT_EQUAL(memcmp(file.at, "\0\x0a", 2), 0);
	CU_ASSERT_EQUAL((size_t)(file.at[2] << 8 | file.at[3]), file.length);
	CU_ASSERT_EQUAL(memcmp(file.at + 16, expected, sizeof(expected)), 0);
	fv_buffer_free(&file);
	export_bed_remove(&bed);
}

/* Lengths of messages and sets add up; sequence numbers count records. */
static void
messages_frame_whole_sets(void)
{
	struct fv_cursor all, message, set;
	uint16_t version = 0, length = 0, id = 0, size = 0;
	uint32_t time = 0, sequence = 0, domain = 0;
	struct fv_buffer file;
	struct export_bed bed;
	struct fv_err err;
	size_t messages = 0;

	export_bed_make_rows(&bed, 70000);
	CU_ASSERT_EQUAL_FATAL(write_file(&bed, UINT64_MAX, &file, &err), 0);
	all = fv_cursor_over(file.at, file.length);
	while (fv_cursor_left(&all) > 0) {
		message = all;
		CU_ASSERT_FATAL(fv_take_be16(&message, &version) &&
		    fv_take_be16(&message, &length));
		CU_ASSERT_FATAL(version == 10 && length > 16);
		CU_ASSERT_FATAL(fv_take_part(&all, length, &message));
		CU_ASSERT_FATAL(fv_take_skip(&message, 4) &&
		    fv_take_be32(&message, &time) &&
		    fv_take_be32(&message, &sequence) &&
		    fv_take_be32(&message, &domain));
		CU_ASSERT_EQUAL(domain, 1);
		CU_ASSERT(time > 1380000000 && time < 1380100000);
		CU_ASSERT((messages == 0) == (sequence == 0));
		while (fv_cursor_left(&message) > 0) {
			CU_ASSERT_FATAL(fv_take_be16(&message, &id) &&
			    fv_take_be16(&message, &size));
			CU_ASSERT_FATAL(size > 4 &&
			    fv_take_part(&message, size - 4u, &set));
			CU_ASSERT(
			    id == 2 || id == 3 || (id >= 256 && id <= 260));
		}
		messages++;
	}
	/* 70,000 records of 53 or 77 bytes do not fit 56 of them. */
	CU_ASSERT(messages > 56);
	fv_buffer_free(&file);
	export_bed_remove(&bed);
}

static void
failures_are_told(void)
{
	const struct fv_export_ipfix_options options = { .rows = UINT64_MAX };
	struct fv_buffer file;
	struct export_bed bed;
	struct fv_err err;

	export_bed_make(&bed); /* flow 1 was before 1970 */
	CU_ASSERT_EQUAL(write_file(&bed, 1, &file, &err), 0);
	fv_buffer_free(&file);
	CU_ASSERT_EQUAL(write_file(&bed, UINT64_MAX, &file, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_ELIMIT);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "row 1: "));
	fv_buffer_free(&file);
	CU_ASSERT_EQUAL(fv_export_ipfix(bed.reader, &options,
			    export_bed_broken_sink, NULL, &err),
	    -1);
	export_bed_remove(&bed);
	export_bed_make_rows(&bed, 5000);
	CU_ASSERT_EQUAL(fv_export_ipfix(bed.reader, &options,
			    export_bed_broken_sink, NULL, &err),
	    -1);
	CU_ASSERT_EQUAL(err.code, FV_EIO);
	export_bed_remove(&bed);
}

CU_TestInfo suite_export_ipfix[] = {
	{ "a file begins with its templates",
	    a_file_begins_with_its_templates },
	{ "messages frame whole sets", messages_frame_whole_sets },
	{ "failures are told", failures_are_told },
	CU_TEST_INFO_NULL,
};
