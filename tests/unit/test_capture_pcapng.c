#include "tests/unit/suites.h"

#include "convert/capture.h"
#include "convert/capture_pcapng.h"
#include "tests/capgen/capcases.h"
#include "tests/capgen/capfile.h"
#include "tests/unit/capture_outcome.h"

static void
every_case_has_its_outcome(void)
{
	fv_capture_outcome_rows(fv_capcases_pcapng);
}

static void
damage_is_told_and_passed(void)
{
	fv_capture_outcome_rows(fv_capcases_damaged);
}

static void
what_was_lost_is_told(void)
{
	fv_capture_outcome_rows(fv_capcases_statistics);
}

/* The largest snapshot length counts, and none is larger than any. */
static void
a_capture_tells_of_its_interfaces(void)
{
	static const uint32_t declared[] = { 96, 128, 64, 0, 256 };
	static const uint32_t told[] = { 96, 128, 128, 0, 0 };
	struct fv_capfile *file = fv_capfile_new();
	struct fv_capture *cap;
	struct fv_frame frame;
	struct fv_err err;
	uint32_t i;

	fv_capfile_section(file, false);
	for (i = 0; i < 5; i++) {
		fv_capfile_interface(file,
		    &(struct fv_capfile_interface){
			.link_type = (uint16_t)(113 + i),
			.snapshot_length = declared[i] });
		fv_capfile_enhanced(
		    file, &(struct fv_capfile_packet){ .interface = i });
	}
	cap = fv_capture_open_fd(fv_capfile_fd(file), &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(cap);
	CU_ASSERT_EQUAL(fv_capture_about(cap)->interfaces, 0);
	for (i = 0; i < 5; i++) {
		CU_ASSERT_EQUAL(fv_capture_next(cap, &frame, &err), 1);
		CU_ASSERT_EQUAL(fv_capture_about(cap)->interfaces, i + 1);
		CU_ASSERT_EQUAL(
		    fv_capture_about(cap)->snapshot_length, told[i]);
		CU_ASSERT_EQUAL(fv_capture_about(cap)->link_type, 113);
		CU_ASSERT_EQUAL(frame.link_type, 113 + i);
	}
	fv_capture_free(cap);
	fv_capfile_free(file);
}

/* One that cannot be read is counted, but it has no link type to tell. */
static void
a_damaged_interface_counts(void)
{
	struct fv_capfile *file = fv_capfile_new();
	struct fv_capture *cap;
	struct fv_frame frame;
	struct fv_err err;

	fv_capfile_section(file, false);
	fv_capfile_block(file, 1, 4);
	fv_capfile_interface(
	    file, &(struct fv_capfile_interface){ .link_type = 113 });
	fv_capfile_enhanced(
	    file, &(struct fv_capfile_packet){ .interface = 1 });
	cap = fv_capture_open_fd(fv_capfile_fd(file), &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(cap);
	CU_ASSERT_EQUAL(fv_capture_next(cap, &frame, &err), -1);
	CU_ASSERT_EQUAL(fv_capture_about(cap)->interfaces, 1);
	CU_ASSERT_EQUAL(fv_capture_about(cap)->bytes_skipped, 16);
	CU_ASSERT_EQUAL(fv_capture_next(cap, &frame, &err), 1);
	CU_ASSERT_EQUAL(frame.interface, 1);
	CU_ASSERT_EQUAL(fv_capture_about(cap)->interfaces, 2);
	CU_ASSERT_EQUAL(fv_capture_about(cap)->link_type, 113);
	fv_capture_free(cap);
	fv_capfile_free(file);
}

static void
interfaces_have_a_ceiling(void)
{
	const uint32_t limit = FV_CAPTURE_PCAPNG_INTERFACES;
	struct fv_capfile *file = fv_capfile_new();
	struct fv_capture *cap;
	struct fv_frame frame;
	struct fv_err err;
	uint32_t i;

	fv_capfile_section(file, false);
	for (i = 0; i < limit + 1; i++)
		fv_capfile_interface(
		    file, &(struct fv_capfile_interface){ .link_type = 1 });
	fv_capfile_enhanced(
	    file, &(struct fv_capfile_packet){ .interface = limit - 1 });
	fv_capfile_enhanced(
	    file, &(struct fv_capfile_packet){ .interface = limit });
	cap = fv_capture_open_fd(fv_capfile_fd(file), &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(cap);
	CU_ASSERT_EQUAL(fv_capture_next(cap, &frame, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EFORMAT);
	CU_ASSERT_EQUAL(fv_capture_next(cap, &frame, &err), 1);
	CU_ASSERT_EQUAL(frame.interface, limit - 1);
	CU_ASSERT_EQUAL(fv_capture_next(cap, &frame, &err), -1);
	CU_ASSERT_EQUAL(fv_capture_next(cap, &frame, &err), 0);
	fv_capture_free(cap);
	fv_capfile_free(file);
}

CU_TestInfo suite_capture_pcapng[] = {
	{ "every case has its outcome", every_case_has_its_outcome },
	{ "damage is told and passed", damage_is_told_and_passed },
	{ "what was lost is told, by interface and section",
	    what_was_lost_is_told },
	{ "a capture tells of its interfaces",
	    a_capture_tells_of_its_interfaces },
	{ "a damaged interface counts", a_damaged_interface_counts },
	{ "interfaces have a ceiling", interfaces_have_a_ceiling },
	CU_TEST_INFO_NULL,
};
