#include "tests/unit/suites.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/compressed.h"
#include "tests/unit/random.h"
#include "tests/unit/scratch.h"

enum { LENGTH = 1 << 20 };

/* What undoes it: the format's own tool. */
static const char *const tools[FV_COMPRESSIONS] = { "cat", "gzip -dc",
	"bzip2 -dc", "xz -dc", "zstd -qdc", "lz4 -dc" };

/* Half of it compresses, half of it does not. */
static void
fill(unsigned char *bytes)
{
	uint64_t state = 17;
	size_t i;

	for (i = 0; i < LENGTH; i++)
		bytes[i] = (i >> 16) % 2 == 0
		    ? (unsigned char)(i % 7)
		    : (unsigned char)(fv_random(&state) >> 24);
}

/* Write ${n} bytes to file ${name} in pieces of up to ${most}. */
static void
compress(struct fv_scratch *s, const char *name, const unsigned char *bytes,
    size_t n, size_t most)
{
	struct fv_compressed *stream;
	struct fv_outfile *out;
	struct fv_err err = { FV_OK, "" };
	size_t at, piece;

	out = fv_outfile_new(fv_scratch_path(s, name), true, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(out);
	stream = fv_compressed_new(out, fv_compression_of(name), &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
	for (at = 0, piece = 1; at < n; at += piece) {
		piece = piece * 3 % most + 1;
		piece = piece < n - at ? piece : n - at;
		CU_ASSERT_EQUAL_FATAL(
		    fv_compressed_write(stream, bytes + at, piece, &err), 0);
	}
	CU_ASSERT_EQUAL(fv_compressed_finish(stream, &err), 0);
	fv_compressed_free(stream);
	CU_ASSERT_EQUAL(fv_outfile_commit(out, &err), 0);
	fv_outfile_free(out);
}

static const char *
name_of(int compression, char name[32])
{
	(void)snprintf(name, 32, "out%s",
	    fv_compression_ending((enum fv_compression)compression));
	return name;
}

/* Whether ${tool} makes exactly ${n} ${bytes} of file ${name}. */
static bool
undone(struct fv_scratch *s, const char *tool, const char *name,
    const unsigned char *bytes, size_t n)
{
	static unsigned char back[LENGTH + 1];
	char line[512];
	FILE *pipe;
	size_t got;

	(void)snprintf(
	    line, sizeof(line), "%s < %s", tool, fv_scratch_path(s, name));
	if ((pipe = popen(line, "r")) == NULL)
		return false;
	got = fread(back, 1, sizeof(back), pipe);
	return pclose(pipe) == 0 && got == n && memcmp(back, bytes, n) == 0;
}

static void
the_formats_own_tools_undo_it(void)
{
	static unsigned char bytes[LENGTH];
	struct fv_scratch s;
	char name[32];
	int i;

	fill(bytes);
	fv_scratch_make(&s);
	for (i = 0; i < FV_COMPRESSIONS; i++) {
		compress(&s, name_of(i, name), bytes, LENGTH, 5000);
		CU_ASSERT_TRUE(undone(&s, tools[i], name, bytes, LENGTH));
		/* Pieces larger than what is gathered. */
		compress(&s, name, bytes, LENGTH, 400000);
		CU_ASSERT_TRUE(undone(&s, tools[i], name, bytes, LENGTH));
		/* Another file is noticed. */
		bytes[LENGTH - 1] ^= 1;
		CU_ASSERT_FALSE(undone(&s, tools[i], name, bytes, LENGTH));
		bytes[LENGTH - 1] ^= 1;
	}
	fv_scratch_remove(&s);
}

static void
an_empty_stream_is_a_whole_file(void)
{
	struct fv_scratch s;
	char name[32];
	int i;

	fv_scratch_make(&s);
	for (i = 0; i < FV_COMPRESSIONS; i++) {
		compress(&s, name_of(i, name), NULL, 0, 1);
		CU_ASSERT_TRUE(
		    undone(&s, tools[i], name, (const unsigned char *)"", 0));
	}
	fv_scratch_remove(&s);
}

static void
it_is_smaller_and_the_same_again(void)
{
	static unsigned char bytes[LENGTH];
	static char first[LENGTH + 65536], second[LENGTH + 65536];
	struct fv_scratch s;
	char name[32];
	long n;
	int i;

	fill(bytes);
	fv_scratch_make(&s);
	for (i = FV_COMPRESSION_NONE + 1; i < FV_COMPRESSIONS; i++) {
		compress(&s, name_of(i, name), bytes, LENGTH, 5000);
		n = fv_scratch_read(&s, name, first, sizeof(first));
		CU_ASSERT(n > LENGTH / 2 && n < LENGTH / 2 + LENGTH / 8);
		/* How the bytes come makes no difference. */
		compress(&s, name, bytes, LENGTH, 200000);
		CU_ASSERT_EQUAL(
		    fv_scratch_read(&s, name, second, sizeof(second)), n);
		CU_ASSERT_EQUAL(memcmp(first, second, (size_t)n), 0);
	}
	/* RFC 1952: no flags, so no name, and no time. */
	compress(&s, "out.gz", bytes, LENGTH, 5000);
	CU_ASSERT(fv_scratch_read(&s, "out.gz", first, sizeof(first)) > 10);
	CU_ASSERT_EQUAL(memcmp(first, "\x1f\x8b\x08\0\0\0\0\0", 8), 0);
	fv_scratch_remove(&s);
}

static void
names_choose_the_compression(void)
{
	static const struct {
		const char *name;
		enum fv_compression compression;
	} cases[] = {
		{ "a.gz", FV_COMPRESSION_GZIP },
		{ "a.pcap.bz2", FV_COMPRESSION_BZIP2 },
		{ "b/a.xz", FV_COMPRESSION_XZ },
		{ "a.gz.zst", FV_COMPRESSION_ZSTD },
		{ "a.lz4", FV_COMPRESSION_LZ4 },
		{ "a.pcap", FV_COMPRESSION_NONE },
		{ "a.gz.part", FV_COMPRESSION_NONE },
		{ "agz", FV_COMPRESSION_NONE },
		{ ".gz", FV_COMPRESSION_NONE },
		{ "gz", FV_COMPRESSION_NONE },
		{ "", FV_COMPRESSION_NONE },
	};
	size_t i;

	for (i = 0; i < FV_COUNT(cases); i++)
		CU_ASSERT_EQUAL(
		    fv_compression_of(cases[i].name), cases[i].compression);
	CU_ASSERT_STRING_EQUAL(fv_compression_ending(FV_COMPRESSION_NONE), "");
	CU_ASSERT_STRING_EQUAL(
	    fv_compression_ending(FV_COMPRESSION_ZSTD), ".zst");
}

/* What a full disk does, done by the limit on the size of files. */
static int
write_under_limit(struct fv_compressed *stream, const unsigned char *bytes,
    struct fv_err *err)
{
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
	struct rlimit old, low;
	int rc;

	CU_ASSERT_EQUAL_FATAL(getrlimit(RLIMIT_FSIZE, &old), 0);
	low = old;
	low.rlim_cur = 5000;
	CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_FSIZE, &low), 0);
	rc = fv_compressed_write(stream, bytes, LENGTH, err);
	if (rc == 0)
		rc = fv_compressed_finish(stream, err);
	CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_FSIZE, &old), 0);
	(void)signal(SIGXFSZ, handler);
	return rc;
}

static void
a_full_disk_is_named(void)
{
	static unsigned char bytes[LENGTH];
	struct fv_compressed *stream;
	struct fv_outfile *out;
	struct fv_scratch s;
	struct fv_err err;
	char name[32];
	int i;

	fill(bytes);
	fv_scratch_make(&s);
	for (i = 0; i < FV_COMPRESSIONS; i++) {
		err = (struct fv_err){ FV_OK, "" };
		out = fv_outfile_new(
		    fv_scratch_path(&s, name_of(i, name)), false, &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(out);
		stream = fv_compressed_new(out, (enum fv_compression)i, &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
		CU_ASSERT_EQUAL(write_under_limit(stream, bytes, &err), -1);
		CU_ASSERT_EQUAL(err.code, FV_EIO);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, name));
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, strerror(EFBIG)));
		fv_compressed_free(stream);
		fv_outfile_free(out);
	}
	CU_ASSERT_EQUAL(fv_scratch_count(&s), 0);
	fv_scratch_remove(&s);
}

static void
an_unfinished_stream_writes_no_more(void)
{
	struct fv_compressed *stream;
	struct fv_outfile *out;
	struct fv_scratch s;
	struct fv_err err;
	int i;

	fv_scratch_make(&s);
	for (i = 0; i < FV_COMPRESSIONS; i++) {
		out = fv_outfile_new(fv_scratch_path(&s, "out"), false, &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(out);
		stream = fv_compressed_new(out, (enum fv_compression)i, &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
		CU_ASSERT_EQUAL(fv_compressed_write(stream, "x", 1, &err), 0);
		fv_compressed_free(stream);
		CU_ASSERT_EQUAL(lseek(fv_outfile_fd(out), 0, SEEK_END), 0);
		fv_outfile_free(out);
	}
	fv_compressed_free(NULL);
	fv_scratch_remove(&s);
}

CU_TestInfo suite_compressed[] = {
	{ "the format's own tools undo it", the_formats_own_tools_undo_it },
	{ "an empty stream is a whole file", an_empty_stream_is_a_whole_file },
	{ "it is smaller, and the same again",
	    it_is_smaller_and_the_same_again },
	{ "names choose the compression", names_choose_the_compression },
	{ "a full disk is named", a_full_disk_is_named },
	{ "an unfinished stream writes no more",
	    an_unfinished_stream_writes_no_more },
	CU_TEST_INFO_NULL,
};
