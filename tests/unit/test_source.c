#include "tests/unit/suites.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "convert/source.h"
#include "tests/capgen/capfile.h"

/* More than a window at first holds, and not a multiple of anything. */
#define SIZE 5000011

/* The byte at ${offset} of the file below. */
static uint8_t
byte_at(uint64_t offset)
{
	return (uint8_t)(offset * 31 + offset / 251);
}

/* A source of ${size} such bytes. */
static struct fv_source *
open_bytes(size_t size)
{
	struct fv_capfile *file = fv_capfile_new();
	uint8_t *bytes = malloc(size + 1);
	struct fv_source *src;
	struct fv_err err;
	size_t i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	for (i = 0; i < size; i++)
		bytes[i] = byte_at(i);
	fv_capfile_put(file, bytes, size);
	src = fv_source_open_fd(fv_capfile_fd(file), &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(src);
	fv_capfile_free(file);
	free(bytes);
	return src;
}

/* Whether the next ${n} bytes are those that belong there. */
static bool
right(const struct fv_source *src, size_t n)
{
	struct fv_cursor c = fv_source_peek(src, n);
	uint64_t offset = fv_source_offset(src);
	uint8_t byte;

	if (fv_cursor_left(&c) != n)
		return false;
	while (fv_take_u8(&c, &byte))
		if (byte != byte_at(offset++))
			return false;
	return true;
}

static void
pieces_of_any_size_are_whole(void)
{
	static const size_t sizes[] = { 1, 16, 4095, 4096, 4097, 262143, 262144,
		262145, 1048577, 7, 3000000 };
	struct fv_source *src = open_bytes(SIZE);
	struct fv_err err;
	size_t i, at = 0;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		CU_ASSERT_EQUAL_FATAL(fv_source_has(src, sizes[i], &err), 1);
		CU_ASSERT(right(src, sizes[i]));
		/* Leave some, so that it has to be moved. */
		fv_source_step(src, sizes[i] / 3);
		at += sizes[i] / 3;
		CU_ASSERT_EQUAL(fv_source_offset(src), at);
	}
	CU_ASSERT_EQUAL(fv_source_has(src, SIZE, &err), 0);
	CU_ASSERT_EQUAL(fv_cursor_left(&src->rest), SIZE - at);
	CU_ASSERT(right(src, SIZE - at));
	fv_source_free(src);
}

static void
the_end_says_how_much_is_left(void)
{
	struct fv_source *src = open_bytes(10);
	struct fv_err err;

	CU_ASSERT_EQUAL(fv_source_has(src, 10, &err), 1);
	CU_ASSERT_EQUAL(fv_source_has(src, 11, &err), 0);
	CU_ASSERT_EQUAL(fv_cursor_left(&src->rest), 10);
	fv_source_step(src, 4);
	CU_ASSERT_EQUAL(fv_source_has(src, 6, &err), 1);
	CU_ASSERT_EQUAL(fv_source_has(src, 7, &err), 0);
	CU_ASSERT_EQUAL(fv_source_has(src, FV_SOURCE_LIMIT, &err), 0);
	CU_ASSERT(right(src, 6));
	fv_source_step(src, 6);
	CU_ASSERT_EQUAL(fv_source_has(src, 0, &err), 1);
	CU_ASSERT_EQUAL(fv_source_has(src, 1, &err), 0);
	CU_ASSERT_EQUAL(fv_source_offset(src), 10);
	fv_source_free(src);
}

static void
all_of_a_file_can_be_skipped(void)
{
	struct fv_source *src = open_bytes(SIZE);
	struct fv_err err;

	CU_ASSERT_EQUAL(fv_source_has(src, 100, &err), 1);
	CU_ASSERT_EQUAL(fv_source_skip_all(src, &err), 0);
	CU_ASSERT_EQUAL(fv_source_offset(src), SIZE);
	CU_ASSERT_EQUAL(fv_cursor_left(&src->rest), 0);
	fv_source_free(src);
}

static void
zeros_are_skipped_up_to_another_byte(void)
{
	struct fv_capfile *file = fv_capfile_new();
	struct fv_source *src;
	struct fv_err err;
	uint8_t byte = 0;

	fv_capfile_zeros(file, 700001);
	fv_capfile_put(file, "x", 1);
	fv_capfile_zeros(file, 700001);
	src = fv_source_open_fd(fv_capfile_fd(file), &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(src);
	CU_ASSERT_EQUAL(fv_source_skip_zeros(src, &err), 0);
	/* A big-endian number may begin with three of them. */
	CU_ASSERT_EQUAL(fv_source_offset(src), 700001 - 3);
	fv_source_step(src, 3);
	CU_ASSERT_TRUE(fv_take_u8(&src->rest, &byte));
	CU_ASSERT_EQUAL(byte, 'x');
	CU_ASSERT_EQUAL(fv_source_skip_zeros(src, &err), 1);
	CU_ASSERT_EQUAL(fv_source_offset(src), 1400003);
	fv_source_free(src);
	fv_capfile_free(file);
}

/* Whatever was read meanwhile, the same bytes are there again. */
static void
what_was_kept_is_there_again(void)
{
	static const size_t steps[] = { 0, 1, 4096, 300000, FV_SOURCE_KEPT - 1,
		FV_SOURCE_KEPT };
	struct fv_source *src;
	struct fv_err err;
	uint8_t before[64], after[64];
	struct fv_cursor c;
	size_t i, done;

	for (i = 0; i < FV_COUNT(steps); i++) {
		src = open_bytes(SIZE);
		CU_ASSERT_EQUAL(fv_source_has(src, 1000, &err), 1);
		fv_source_step(src, 777);
		c = fv_source_peek(src, sizeof(before));
		CU_ASSERT_TRUE(fv_take_bytes(&c, sizeof(before), before));
		fv_source_keep(src, src->rest.at);
		for (done = 0; done < steps[i]; done++) {
			CU_ASSERT_EQUAL_FATAL(fv_source_has(src, 1, &err), 1);
			fv_source_step(src, 1);
		}
		CU_ASSERT(fv_source_has(src, 100000, &err) >= 0);
		fv_source_rewind(src);
		CU_ASSERT_EQUAL(fv_source_offset(src), 777);
		CU_ASSERT_EQUAL(fv_source_has(src, sizeof(after), &err), 1);
		c = fv_source_peek(src, sizeof(after));
		CU_ASSERT_TRUE(fv_take_bytes(&c, sizeof(after), after));
		CU_ASSERT_EQUAL(memcmp(before, after, sizeof(after)), 0);
		/* Once: then there is nothing to go back to. */
		fv_source_step(src, 1);
		fv_source_rewind(src);
		CU_ASSERT_EQUAL(fv_source_offset(src), 778);
		fv_source_free(src);
	}
}

/* Blocks are read to where pages begin; see the header for why. */
static void
blocks_are_read_to_page_boundaries(void)
{
	struct fv_source *src = open_bytes(SIZE);
	struct fv_err err;
	const uint8_t *end;

	while (fv_source_has(src, 1234, &err) == 1) {
		end = src->rest.end;
		fv_source_step(src, 1234);
		if (fv_cursor_left(&src->rest) >= 1234)
			continue;
		if (fv_source_offset(src) + FV_SOURCE_BLOCK > SIZE)
			break;
		CU_ASSERT_EQUAL((uintptr_t)end % 4096, 0);
	}
	fv_source_free(src);
}

static void
what_cannot_be_read_is_an_error(void)
{
	struct fv_source *src;
	struct fv_err err;
	int fd;

	CU_ASSERT_PTR_NULL(fv_source_open("/nonexistent/a.pcap", &err));
	CU_ASSERT_EQUAL(err.code, FV_EIO);
	CU_ASSERT_STRING_EQUAL(
	    err.text, "cannot open: No such file or directory");
	CU_ASSERT_PTR_NULL(fv_source_open("/tmp", &err));
	CU_ASSERT_EQUAL(err.code, FV_EIO);
	CU_ASSERT_STRING_EQUAL(err.text, "cannot read: Is a directory");
	fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	src = fv_source_open_fd(fd, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(src);
	CU_ASSERT_EQUAL(fv_source_has(src, 1, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EIO);
	fv_source_free(src);
	fv_source_free(NULL);
}

/* Pieces that cross blocks at every distance from their seam. */
static void
pieces_over_a_seam_are_whole(void)
{
	static const size_t pieces[] = { 1, 16, 1016, 1018, 65549, 262144,
		262145, 1048576, 1048577, 2500000 };
	struct fv_source *src;
	struct fv_err err;
	size_t i, n;

	for (i = 0; i < FV_COUNT(pieces); i++) {
		src = open_bytes(SIZE);
		CU_ASSERT_EQUAL_FATAL(fv_source_has(src, 13, &err), 1);
		fv_source_step(src, 13);
		for (n = SIZE - 13; n >= pieces[i]; n -= pieces[i]) {
			if (fv_source_has(src, pieces[i], &err) != 1 ||
			    (pieces[i] > 1 && !right(src, pieces[i])))
				break;
			fv_source_step(src, pieces[i]);
		}
		CU_ASSERT(n < pieces[i]);
		CU_ASSERT_EQUAL(fv_source_has(src, n + 1, &err), 0);
		CU_ASSERT_EQUAL(fv_source_offset(src), SIZE - n);
		CU_ASSERT(right(src, n));
		fv_source_free(src);
	}
}

CU_TestInfo suite_source[] = {
	{ "pieces over a seam are whole", pieces_over_a_seam_are_whole },
	{ "pieces of any size are whole", pieces_of_any_size_are_whole },
	{ "the end says how much is left", the_end_says_how_much_is_left },
	{ "all of a file can be skipped", all_of_a_file_can_be_skipped },
	{ "what was kept is there again", what_was_kept_is_there_again },
	{ "zeros are skipped up to another byte",
	    zeros_are_skipped_up_to_another_byte },
	{ "blocks are read to page boundaries",
	    blocks_are_read_to_page_boundaries },
	{ "what cannot be read is an error", what_cannot_be_read_is_an_error },
	CU_TEST_INFO_NULL,
};
