#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "convert/capture.h"
#include "tests/capgen/capcases.h"
#include "tests/capgen/capfile.h"
#include "tests/unit/capture_outcome.h"

#define FRAMES 20000

static void
every_case_has_its_outcome(void)
{
	fv_capture_outcome_rows(fv_capcases_pcap);
}

static void
what_is_behind_damage_is_found(void)
{
	fv_capture_outcome_rows(fv_capcases_search);
}

/* Lengths that take every residue, over many times the size of a window. */
static void
frames_cross_the_window_whole(void)
{
	struct fv_capfile *file = fv_capfile_new();
	struct fv_capture *cap;
	struct fv_frame frame;
	struct fv_err err;
	uint64_t offset = 24;
	uint32_t n, i;

	fv_capfile_pcap(file, &(struct fv_capfile_pcap){ FV_CAPFILE_PCAP });
	for (n = 0; n < FRAMES; n++)
		fv_capfile_frame(file, n, NULL, n % 1500 + n / 7 % 3, n);
	cap = fv_capture_open_fd(fv_capfile_fd(file), &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(cap);
	for (n = 0; n < FRAMES; n++) {
		CU_ASSERT_EQUAL_FATAL(fv_capture_next(cap, &frame, &err), 1);
		CU_ASSERT_EQUAL_FATAL(frame.offset, offset);
		CU_ASSERT_EQUAL_FATAL(frame.captured, n % 1500 + n / 7 % 3);
		CU_ASSERT_EQUAL_FATAL(frame.length, n);
		for (i = 0; i < frame.captured; i++)
			if (frame.bytes[i] != (uint8_t)i)
				break;
		CU_ASSERT_EQUAL_FATAL(i, frame.captured);
		offset += 16 + frame.captured;
		CU_ASSERT_EQUAL(fv_capture_about(cap)->bytes_read, offset);
	}
	CU_ASSERT_EQUAL(fv_capture_next(cap, &frame, &err), 0);
	fv_capture_free(cap);
	fv_capfile_free(file);
}

static void
a_capture_tells_of_itself(void)
{
	static const struct {
		uint32_t declared, told;
	} rows[] = {
		{ 96, 96 },
		{ 0, 0 },
		{ UINT32_MAX, 0 },
		{ INT32_MAX, INT32_MAX },
	};
	const struct fv_capture_info *info;
	struct fv_capfile *file;
	struct fv_capture *cap;
	struct fv_err err;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		file = fv_capfile_new();
		fv_capfile_pcap(file,
		    &(struct fv_capfile_pcap){ FV_CAPFILE_MICROSECONDS, 2, 4,
			rows[i].declared, 0x24000071, true });
		cap = fv_capture_open_fd(fv_capfile_fd(file), &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(cap);
		info = fv_capture_about(cap);
		CU_ASSERT_EQUAL(info->link_type, 113);
		CU_ASSERT_EQUAL(info->snapshot_length, rows[i].told);
		CU_ASSERT_EQUAL(info->interfaces, 1);
		CU_ASSERT_EQUAL(info->bytes_read, 24);
		CU_ASSERT_EQUAL(info->bytes_skipped, 0);
		fv_capture_free(cap);
		fv_capfile_free(file);
	}
}

static void
frames_tell_their_byte_order(void)
{
	struct fv_capfile *file;
	struct fv_capture *cap;
	struct fv_frame frame;
	struct fv_err err;
	int big;

	for (big = 0; big < 2; big++) {
		file = fv_capfile_new();
		fv_capfile_pcap(file,
		    &(struct fv_capfile_pcap){
			FV_CAPFILE_PCAP, .big = big == 1 });
		fv_capfile_frame(file, 1, NULL, 1, 1);
		cap = fv_capture_open_fd(fv_capfile_fd(file), &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(cap);
		CU_ASSERT_EQUAL(fv_capture_next(cap, &frame, &err), 1);
		CU_ASSERT_EQUAL(frame.big_endian, big == 1);
		fv_capture_free(cap);
		fv_capfile_free(file);
	}
}

static void
a_path_and_standard_input_open(void)
{
	char path[] = "/tmp/test_capture_XXXXXX", text[256];
	struct fv_capfile *file = fv_capfile_new();
	struct fv_err err;
	int fd, saved;

	fv_capfile_pcap(file, &(struct fv_capfile_pcap){ FV_CAPFILE_PCAP });
	fv_capfile_frame(file, 1, NULL, 1, 1);
	fd = mkstemp(path);
	CU_ASSERT_FATAL(fd >= 0);
	fv_capfile_write(file, path);
	fv_capture_outcome(
	    fv_capture_open(path, &err), &err, text, sizeof(text));
	CU_ASSERT_STRING_EQUAL(text, "@24 0.000000000 1/1\nend\n");
	saved = dup(STDIN_FILENO);
	CU_ASSERT_EQUAL(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	fv_capture_outcome(
	    fv_capture_open("-", &err), &err, text, sizeof(text));
	CU_ASSERT_STRING_EQUAL(text, "@24 0.000000000 1/1\nend\n");
	if (saved >= 0) {
		(void)dup2(saved, STDIN_FILENO);
		(void)close(saved);
	}
	(void)close(fd);
	(void)unlink(path);
	fv_capfile_free(file);
}

static void
nothing_opens_nothing(void)
{
	struct fv_err err;

	CU_ASSERT_PTR_NULL(fv_capture_open("/nonexistent/a.pcap", &err));
	CU_ASSERT_EQUAL(err.code, FV_EIO);
	CU_ASSERT_PTR_NULL(fv_capture_open("/tmp", &err));
	CU_ASSERT_EQUAL(err.code, FV_EIO);
	fv_capture_free(NULL);
}

CU_TestInfo suite_capture_pcap[] = {
	{ "every case has its outcome", every_case_has_its_outcome },
	{ "rule 19: what is behind damage is found",
	    what_is_behind_damage_is_found },
	{ "frames cross the window whole", frames_cross_the_window_whole },
	{ "a capture tells of itself", a_capture_tells_of_itself },
	{ "frames tell their byte order", frames_tell_their_byte_order },
	{ "a path and standard input open", a_path_and_standard_input_open },
	{ "nothing opens nothing", nothing_opens_nothing },
	CU_TEST_INFO_NULL,
};
