#include "convert/capture.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cursor.h"
#include "base/memory.h"
#include "convert/capture_format.h"
#include "convert/capture_search.h"
#include "convert/source.h"

/* As many bytes as it takes to tell formats apart. */
#define LOOK 8

#define COMPRESSED(name, tool) \
	"is " name "-compressed: decompress it first, for example with " tool

/* Files that people mistake for a capture we read, by their first bytes. */
static const struct other {
	uint8_t length;
	char magic[LOOK + 1];
	const char *text;
} others[] = {
	{ 2, "\x1f\x8b", COMPRESSED("gzip", "gunzip") },
	{ 2, "\x1f\x9d", COMPRESSED("compress", "uncompress") },
	{ 3, "BZh", COMPRESSED("bzip2", "bunzip2") },
	{ 6, "\xfd\x37zXZ\0", COMPRESSED("xz", "unxz") },
	{ 4, "\x28\xb5\x2f\xfd", COMPRESSED("zstd", "unzstd") },
	{ 4, "\x04\x22\x4d\x18", COMPRESSED("lz4", "unlz4") },
	{ 4, "LZIP", COMPRESSED("lzip", "lzip -d") },
	{ 4, "PK\x03\x04",
	    "is a zip archive: extract it first, for example with unzip" },
	{ 6, "7z\xbc\xaf\x27\x1c", "is a 7-Zip archive: extract it first" },
	{ 8, "snoop\0\0\0",
	    "is a snoop capture: convert it first, for example with editcap" },
	{ 4, "GMBU",
	    "is a Network Monitor capture: convert it first, for example "
	    "with editcap" },
	{ 8, "\x89HDF\r\n\x1a\n", "is an HDF5 file, not a capture" },
};

/* Refuse a file that begins as ${start} does. */
static int
refuse(struct fv_cursor start, struct fv_err *err)
{
	size_t left = fv_cursor_left(&start), i;
	uint8_t look[LOOK] = { 0 };

	if (left == 0)
		return fv_err_set(err, FV_EFORMAT, "is empty, not a capture");
	(void)fv_take_bytes(&start, left, look);
	for (i = 0; i < FV_COUNT(others); i++) {
		const struct other *o = &others[i];

		if (left >= o->length && memcmp(look, o->magic, o->length) == 0)
			return fv_err_set(err, FV_EFORMAT, "%s", o->text);
	}
	return fv_err_set(err, FV_EFORMAT,
	    "is not a pcap or pcapng capture (byte 0: unknown file format)");
}

/* Tell what format it is, and let that format read its header. */
static int
open_format(struct fv_capture *cap, struct fv_err *err)
{
	struct fv_cursor start, c;
	uint32_t magic;

	if (fv_source_has(cap->source, LOOK, err) < 0)
		return -1;
	start = c = fv_source_peek(cap->source, LOOK);
	if (!fv_take_be32(&c, &magic))
		return refuse(start, err);
	if (magic == FV_CAPTURE_PCAPNG_MAGIC) {
		cap->next = fv_capture_pcapng_next;
		cap->search = fv_capture_search_pcapng;
		return fv_capture_pcapng_open(cap, err);
	}
	if (fv_capture_pcap_knows(magic)) {
		cap->next = fv_capture_pcap_next;
		cap->search = fv_capture_search_pcap;
		return fv_capture_pcap_open(cap, err);
	}
	return refuse(start, err);
}

/* The capture in ${source}, which is its own from now on. */
static struct fv_capture *
open_source(struct fv_source *source, struct fv_err *err)
{
	struct fv_capture *cap;

	if (source == NULL)
		return NULL;
	if ((cap = fv_memory_new(1, sizeof(*cap), err)) == NULL) {
		fv_source_free(source);
		return NULL;
	}
	cap->source = source;
	if (open_format(cap, err) != 0) {
		fv_capture_free(cap);
		return NULL;
	}
	cap->info.bytes_read = fv_source_offset(source);
	return cap;
}

struct fv_capture *
fv_capture_open(const char *path, struct fv_err *err)
{
	return open_source(fv_source_open(path, err), err);
}

struct fv_capture *
fv_capture_open_fd(int fd, struct fv_err *err)
{
	return open_source(fv_source_open_fd(fd, err), err);
}

struct fv_capture *
fv_capture_open_stream(struct fv_stream *stream, struct fv_err *err)
{
	return open_source(fv_source_open_stream(stream, err), err);
}

/*
 * Behind the damage that ${err} tells of, which begins at byte ${at}: go to
 * where reading can go on, if that is found, and else to the end of the
 * file; what is passed by counts as skipped.  Returns -1 with ${err} set.
 */
static int
go_on(struct fv_capture *cap, uint64_t at, struct fv_err *err)
{
	struct fv_err failed;
	uint64_t now;
	int rc = 0;

	cap->state = FV_CAPTURE_ENDED;
	if (!cap->stops)
		rc = cap->search(cap, &failed);
	if (rc == 0)
		rc = fv_source_skip_all(cap->source, &failed);
	if (rc == -1) {
		*err = failed;
		return -1;
	}
	now = fv_source_offset(cap->source);
	if (now > at)
		cap->info.bytes_skipped += now - at;
	if (rc == 1) {
		cap->state = FV_CAPTURE_READING;
		cap->info.resumed++;
		/* An offset is no number that stands in the file. */
		(void)fv_err_set(&failed, FV_EFORMAT,
		    "%s; reading goes on at byte %" PRIu64, err->text, now);
		*err = failed;
	}
	return -1;
}

int
fv_capture_next(
    struct fv_capture *cap, struct fv_frame *frame, struct fv_err *err)
{
	uint64_t offset;
	int rc;

	if (cap->state == FV_CAPTURE_ENDED)
		return 0;
	rc = cap->next(cap, frame, err);
	if (rc == -1 && cap->state == FV_CAPTURE_LOST &&
	    err->code == FV_EFORMAT)
		rc = go_on(cap, cap->lost_at, err);
	offset = fv_source_offset(cap->source);
	/* A search may begin behind what was read. */
	if (offset > cap->info.bytes_read)
		cap->info.bytes_read = offset;
	if (rc == 0 || (rc < 0 && err->code != FV_EFORMAT))
		cap->state = FV_CAPTURE_ENDED;
	return rc;
}

void
fv_capture_stop_at_damage(struct fv_capture *cap)
{
	cap->stops = true;
}

void
fv_capture_tell_time(struct fv_capture *cap)
{
	cap->tells_time = true;
}

void
fv_capture_watch(struct fv_capture *cap, fv_capture_watcher *watcher, void *arg)
{
	cap->watcher = watcher;
	cap->watching = arg;
}

const struct fv_capture_info *
fv_capture_about(const struct fv_capture *cap)
{
	return &cap->info;
}

void
fv_capture_free(struct fv_capture *cap)
{
	if (cap == NULL)
		return;
	if (cap->next == fv_capture_pcapng_next)
		fv_capture_pcapng_close(cap);
	fv_source_free(cap->source);
	free(cap);
}

void
fv_capture_declare(
    struct fv_capture *cap, uint32_t link_type, uint32_t snapshot_length)
{
	struct fv_capture_info *info = &cap->info;

	if (snapshot_length > INT32_MAX)
		snapshot_length = 0;
	if (!cap->declared) {
		cap->declared = true;
		info->link_type = link_type;
		info->snapshot_length = snapshot_length;
	} else if (snapshot_length == 0) {
		info->snapshot_length = 0;
	} else if (info->snapshot_length != 0 &&
	    info->snapshot_length < snapshot_length) {
		info->snapshot_length = snapshot_length;
	}
	info->interfaces++;
}

/* Set ${err} to the reason ${fmt} with its place in front. */
static int set_fault(uint64_t at, struct fv_err *err, const char *fmt,
    va_list args) FV_PRINTF(3, 0);
static int
set_fault(uint64_t at, struct fv_err *err, const char *fmt, va_list args)
{
	char reason[FV_ERR_TEXT];

	(void)vsnprintf(reason, sizeof(reason), fmt, args);
	(void)fv_err_set(err, FV_EFORMAT, "%s", reason);
	return fv_err_within(err, "byte %" PRIu64, at);
}

int
fv_capture_fault(uint64_t at, struct fv_err *err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)set_fault(at, err, fmt, args);
	va_end(args);
	return -1;
}

int
fv_capture_lost(struct fv_capture *cap, uint64_t at, struct fv_err *err,
    const char *fmt, ...)
{
	va_list args;

	cap->state = FV_CAPTURE_LOST;
	cap->lost_at = at;
	va_start(args, fmt);
	(void)set_fault(at, err, fmt, args);
	va_end(args);
	return -1;
}
