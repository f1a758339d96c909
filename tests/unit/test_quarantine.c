#include "tests/unit/suites.h"

#include <string.h>

#include "base/attributes.h"
#include "convert/quarantine.h"
#include "tests/unit/scratch.h"

#define HEAD \
	"capture,packet,offset,time,captured_length,wire_length,fate,reason\n"

static struct fv_scratch scratch;
static struct fv_err err;

static const struct fv_quarantine_place ordinary = {
	.capture = 3,
	.packet = 17,
	.offset = 4096,
	.time = INT64_C(1225497601255840000),
	.captured = 60,
	.length = 1514,
	.reason = FV_COUNT_IP_VERSION,
	.has_time = true,
};

/* The list of ${n} places, as a text that lives until the next call. */
static const char *
list_of(const struct fv_quarantine_place *places, size_t n, bool live)
{
	static char text[1024];
	struct fv_quarantine_options options = { .live = live };
	struct fv_quarantine *q;
	size_t i;

	fv_scratch_make(&scratch);
	options.path = fv_scratch_path(&scratch, "list.csv");
	q = fv_quarantine_new(&options, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(q);
	for (i = 0; i < n; i++)
		CU_ASSERT_EQUAL(fv_quarantine_add(q, &places[i], &err), 0);
	CU_ASSERT_EQUAL(fv_quarantine_finish(q, &err), 0);
	CU_ASSERT_EQUAL(
	    fv_scratch_read(&scratch, "list.csv", text, sizeof(text)), -1);
	CU_ASSERT_EQUAL(fv_quarantine_commit(q, &err), 0);
	fv_quarantine_free(q);
	CU_ASSERT(
	    fv_scratch_read(&scratch, "list.csv", text, sizeof(text)) > 0);
	fv_scratch_remove(&scratch);
	return text;
}

static void
rows_say_where_and_why(void)
{
	struct fv_quarantine_place places[3] = { ordinary, ordinary, ordinary };

	places[1].reason = FV_COUNT_TCP_OFFSET;
	places[1].recorded = true;
	places[2].has_time = false;
	CU_ASSERT_STRING_EQUAL(list_of(places, 3, false),
	    HEAD "3,17,4096,2008-11-01T00:00:01.255840000Z,60,1514,rejected,"
		 "ip_version\n"
		 "3,17,4096,2008-11-01T00:00:01.255840000Z,60,1514,recorded,"
		 "tcp_offset\n"
		 "3,17,4096,,60,1514,rejected,ip_version\n");
	CU_ASSERT_STRING_EQUAL(list_of(places, 1, true),
	    HEAD "3,17,,2008-11-01T00:00:01.255840000Z,60,1514,rejected,"
		 "ip_version\n");
	CU_ASSERT_STRING_EQUAL(list_of(places, 0, false), HEAD);
}

static void
the_longest_row_fits(void)
{
	struct fv_quarantine_place place = {
		.capture = UINT32_MAX,
		.packet = UINT64_MAX,
		.offset = UINT64_MAX,
		.time = INT64_MAX,
		.captured = UINT32_MAX,
		.length = UINT32_MAX,
		.has_time = true,
	};
	size_t i, longest = 0;

	for (i = 0; i < FV_COUNTERS; i++)
		if (strlen(fv_counter_info[i].column) > longest) {
			longest = strlen(fv_counter_info[i].column);
			place.reason = (enum fv_counter)i;
		}
	CU_ASSERT(strstr(list_of(&place, 1, false),
		      "4294967295,18446744073709551615,18446744073709551615,"
		      "2262-04-11T23:47:16.854775807Z,4294967295,4294967295,"
		      "rejected,") != NULL);
	CU_ASSERT(longest <= 32);
}

static void
a_choice_is_no_fault(void)
{
	static const enum fv_counter choices[] = { FV_COUNT_BEFORE_WINDOW,
		FV_COUNT_AFTER_WINDOW, FV_COUNT_FILTERED,
		FV_COUNT_DUPLICATES_DROPPED };
	size_t i, n = 0, rejections = 0;

	for (i = 0; i < FV_COUNT(choices); i++)
		CU_ASSERT_FALSE(fv_quarantine_rejects(choices[i]));
	for (i = 0; i < FV_COUNTERS; i++) {
		n += fv_quarantine_rejects((enum fv_counter)i);
		rejections += fv_counter_info[i].kind == FV_KIND_REJECTED;
	}
	CU_ASSERT_EQUAL(n, rejections - FV_COUNT(choices));
	CU_ASSERT_FALSE(fv_quarantine_rejects(FV_COUNT_RECORDED));
	for (i = 0; i < FV_QUARANTINE_NOTES; i++)
		CU_ASSERT_EQUAL(
		    fv_counter_info[fv_quarantine_notes[i]].kind, FV_KIND_NOTE);
}

static void
a_list_given_up_leaves_nothing(void)
{
	struct fv_quarantine_options options = { .replace = false };
	struct fv_quarantine *q;

	fv_scratch_make(&scratch);
	options.path = fv_scratch_path(&scratch, "list.csv.gz");
	q = fv_quarantine_new(&options, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(q);
	CU_ASSERT_EQUAL(fv_quarantine_add(q, &ordinary, &err), 0);
	fv_quarantine_free(q);
	CU_ASSERT_EQUAL(fv_scratch_count(&scratch), 0);
	fv_quarantine_free(NULL);
	options.path = fv_scratch_path(&scratch, "no/list.csv");
	CU_ASSERT_PTR_NULL(fv_quarantine_new(&options, &err));
	CU_ASSERT_EQUAL(err.code, FV_EIO);
	fv_scratch_remove(&scratch);
}

CU_TestInfo suite_quarantine[] = {
	{ "rows say where and why", rows_say_where_and_why },
	{ "the longest row fits", the_longest_row_fits },
	{ "a choice is no fault", a_choice_is_no_fault },
	{ "a list given up leaves nothing", a_list_given_up_leaves_nothing },
	CU_TEST_INFO_NULL,
};
