#include "base/compressed.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/memory.h"

enum {
	GATHERED = 1 << 17, /* bytes between two calls of the compressor */
	BLOCK = 1 << 16     /* of compressed bytes between two writes */
};

struct fv_compressed {
	struct fv_outfile *out;
	enum fv_compression compression;
	bool empty;              /* libarchive has had no bytes */
	struct archive *archive; /* NULL: plain bytes */
	bool discarding;         /* nothing more reaches the output */
	struct fv_err fault;     /* of the output, while in libarchive */
	size_t used;
	unsigned char gathered[GATHERED];
};

/*
 * How each is done.  Levels are the tools' own, except xz's: 6 takes 94 MiB
 * for each stream, and streams are open several at a time.
 */
static const struct {
	const char *ending;
	int (*add)(struct archive *archive);
	const char *name; /* libarchive's, for its options */
	const char *option;
	const char *value;
} compressions[FV_COMPRESSIONS] = {
	[FV_COMPRESSION_NONE] = { "", NULL, NULL, NULL, NULL },
	/* RFC 1952, 2.3.1: MTIME 0 is "no time stamp is available". */
	[FV_COMPRESSION_GZIP] = { ".gz", archive_write_add_filter_gzip, "gzip",
	    "timestamp", NULL },
	[FV_COMPRESSION_BZIP2] = { ".bz2", archive_write_add_filter_bzip2,
	    "bzip2", NULL, NULL },
	[FV_COMPRESSION_XZ] = { ".xz", archive_write_add_filter_xz, "xz",
	    "compression-level", "3" },
	[FV_COMPRESSION_ZSTD] = { ".zst", archive_write_add_filter_zstd, "zstd",
	    NULL, NULL },
	[FV_COMPRESSION_LZ4] = { ".lz4", archive_write_add_filter_lz4, "lz4",
	    NULL, NULL },
};

/*
 * A frame without blocks, as LZ4's frame format 1.6 has it: magic number,
 * descriptor with its checksum, end mark, checksum of no content.
 * libarchive 3.6 crashes when it closes an LZ4 stream that had no bytes.
 */
static const unsigned char empty_lz4[] = { 0x04, 0x22, 0x4d, 0x18, 0x64, 0x40,
	0xa7, 0x00, 0x00, 0x00, 0x00, 0x05, 0x5d, 0xcc, 0x02 };

enum fv_compression
fv_compression_of(const char *name)
{
	size_t length = strlen(name), n;
	int i;

	for (i = FV_COMPRESSION_NONE + 1; i < FV_COMPRESSIONS; i++) {
		n = strlen(compressions[i].ending);
		if (length > n &&
		    strcmp(name + length - n, compressions[i].ending) == 0)
			return (enum fv_compression)i;
	}
	return FV_COMPRESSION_NONE;
}

const char *
fv_compression_ending(enum fv_compression compression)
{
	return compressions[compression].ending;
}

/* Say what libarchive failed at, or what the output had failed at in it. */
static int
fault(struct fv_compressed *s, struct fv_err *err)
{
	const char *text = archive_error_string(s->archive);

	if (s->fault.code != FV_OK) {
		*err = s->fault;
		return -1;
	}
	return fv_err_set(err, FV_EIO, "%s: cannot be compressed: %s",
	    fv_outfile_name(s->out), text == NULL ? "no reason given" : text);
}

/*
 * libarchive's writer.  libarchive does not give back a compressor's memory
 * once a write has failed, so it is never told: the reason is kept, and from
 * then on bytes are taken and dropped.
 */
static la_ssize_t
pass_on(struct archive *archive, void *context, const void *bytes, size_t n)
{
	struct fv_compressed *s = context;

	(void)archive;
	if (!s->discarding &&
	    fv_outfile_write(s->out, bytes, n, &s->fault) == -1)
		s->discarding = true;
	return (la_ssize_t)n;
}

/*
 * libarchive's format "raw" is one file's bytes and nothing around them.  A
 * filter that it lacks would be an outside program: that is only a warning
 * to libarchive, but not what a build with that library promises.
 */
static int
open_archive(struct fv_compressed *s, enum fv_compression compression,
    struct fv_err *err)
{
	struct archive_entry *entry;
	int rc;

	if ((s->archive = archive_write_new()) == NULL)
		return fv_err_set(err, FV_EMEMORY, "out of memory");
	if (compressions[compression].add(s->archive) != ARCHIVE_OK)
		return fv_err_set(err, FV_EUSAGE,
		    "%s: this build cannot compress to %s",
		    fv_outfile_name(s->out), compressions[compression].name);
	if (archive_write_set_format_raw(s->archive) != ARCHIVE_OK ||
	    archive_write_set_bytes_per_block(s->archive, BLOCK) !=
		ARCHIVE_OK ||
	    archive_write_set_bytes_in_last_block(s->archive, 1) != ARCHIVE_OK)
		return fault(s, err);
	if (compressions[compression].option != NULL &&
	    archive_write_set_filter_option(s->archive,
		compressions[compression].name,
		compressions[compression].option,
		compressions[compression].value) != ARCHIVE_OK)
		return fault(s, err);
	if (archive_write_open(s->archive, s, NULL, pass_on, NULL) !=
	    ARCHIVE_OK)
		return fault(s, err);
	if ((entry = archive_entry_new()) == NULL)
		return fv_err_set(err, FV_EMEMORY, "out of memory");
	archive_entry_set_filetype(entry, AE_IFREG);
	rc = archive_write_header(s->archive, entry);
	archive_entry_free(entry);
	return rc == ARCHIVE_OK ? 0 : fault(s, err);
}

struct fv_compressed *
fv_compressed_new(
    struct fv_outfile *out, enum fv_compression compression, struct fv_err *err)
{
	struct fv_compressed *s = fv_memory_new(1, sizeof(*s), err);

	if (s == NULL)
		return NULL;
	s->out = out;
	s->compression = compression;
	s->empty = true;
	if (compression == FV_COMPRESSION_NONE ||
	    open_archive(s, compression, err) == 0)
		return s;
	fv_compressed_free(s);
	return NULL;
}

/* Hand on ${n} bytes, past the gathering. */
static int
put(struct fv_compressed *s, const unsigned char *bytes, size_t n,
    struct fv_err *err)
{
	la_ssize_t took;

	if (s->archive == NULL)
		return fv_outfile_write(s->out, bytes, n, err);
	while (n > 0) {
		s->empty = false;
		took = archive_write_data(s->archive, bytes, n);
		if (took <= 0 || s->fault.code != FV_OK)
			return fault(s, err);
		bytes += took;
		n -= (size_t)took;
	}
	return 0;
}

int
fv_compressed_write(
    struct fv_compressed *s, const void *bytes, size_t n, struct fv_err *err)
{
	if (n == 0)
		return 0;
	if (n > GATHERED - s->used) {
		if (put(s, s->gathered, s->used, err) == -1)
			return -1;
		s->used = 0;
	}
	if (n > GATHERED)
		return put(s, bytes, n, err);
	memcpy(s->gathered + s->used, bytes, n);
	s->used += n;
	return 0;
}

int
fv_compressed_finish(struct fv_compressed *s, struct fv_err *err)
{
	if (put(s, s->gathered, s->used, err) == -1)
		return -1;
	s->used = 0;
	if (s->archive == NULL)
		return 0;
	if (s->compression == FV_COMPRESSION_LZ4 && s->empty)
		return fv_outfile_write(
		    s->out, empty_lz4, sizeof(empty_lz4), err);
	if (archive_write_close(s->archive) != ARCHIVE_OK ||
	    s->fault.code != FV_OK)
		return fault(s, err);
	return 0;
}

void
fv_compressed_free(struct fv_compressed *s)
{
	if (s == NULL)
		return;
	s->discarding = true;
	if (s->archive != NULL) {
		/* One byte that nobody sees: see empty_lz4. */
		if (s->empty)
			(void)archive_write_data(s->archive, "", 1);
		(void)archive_write_free(s->archive);
	}
	free(s);
}
