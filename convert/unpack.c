#include "convert/unpack.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/memory.h"

enum {
	BLOCK = 1 << 18,     /* what is unpacked, and read, at a time */
	PIPE_BYTES = 1 << 20 /* as far as the thread may be ahead */
};

struct fv_unpack {
	struct archive *archive;
	struct fv_stream packed;
	uint8_t *block;      /* what is handed to libarchive, of a pipe */
	size_t ahead_given;  /* bytes of packed.ahead that it has had */
	const uint8_t *last; /* what it was handed last, of a pipe */
	size_t nlast;
	uint64_t handed; /* bytes in all, those included */
	_Atomic uint64_t consumed;
	bool members; /* an archive, not one compressed file */
	bool ended;
	off_t start;      /* where it begins; -1: it cannot seek */
	unsigned headers; /* of members, directories too */
	struct fv_err without_directory; /* why not; FV_OK: there is one */
	struct archive_entry *found;     /* behind what was lost; NULL: none */

	/* The member under way; its thread alone uses archive meanwhile. */
	bool running;
	pthread_t thread;
	int to; /* the pipe's end that is written to */
	uint8_t *buffer;
	struct fv_err fault; /* FV_OK while none was met */
};

static ssize_t
read_block(struct fv_unpack *u)
{
	ssize_t got;

	do
		got = read(u->packed.fd, u->block, BLOCK);
	while (got < 0 && errno == EINTR);
	return got;
}

/* For libarchive: the next bytes of a stream that cannot seek. */
static la_ssize_t
read_on(struct archive *archive, void *arg, const void **bytes)
{
	struct fv_unpack *u = arg;
	ssize_t got;

	if (u->ahead_given < u->packed.nahead) {
		*bytes = u->packed.ahead;
		u->ahead_given = u->packed.nahead;
		got = (ssize_t)u->packed.nahead;
	} else {
		*bytes = u->block;
		got = read_block(u);
	}
	if (got < 0)
		archive_set_error(archive, errno, "cannot be read");
	if (got > 0) {
		u->last = *bytes;
		u->nlast = (size_t)got;
		u->handed += (uint64_t)got;
	}
	return got;
}

/* Set ${err} to what libarchive says is wrong, and where. */
static int
fault(struct fv_unpack *u, struct fv_err *err)
{
	const char *reason = archive_error_string(u->archive);
	int64_t at = archive_filter_bytes(u->archive, -1);

	if (archive_errno(u->archive) == ENOMEM)
		return fv_err_set(err, FV_EMEMORY, "cannot be unpacked");
	return fv_err_set(err, FV_EFORMAT,
	    "byte %" PRId64 " or before: cannot be unpacked %s (%s)",
	    at < 0 ? (int64_t)u->packed.nahead : at,
	    at < 0 ? "at all" : "further",
	    reason == NULL ? "no reason is given" : reason);
}

/*
 * What follows on place ${at}, where libarchive saw the end: of a pipe, first
 * what it was handed last and left.  Returns how many bytes there are in
 * ${bytes}, 0 at the end, -1 when they cannot be read.
 */
static ssize_t
read_rest(struct fv_unpack *u, uint64_t at, const uint8_t **bytes)
{
	size_t n;

	if (u->block == NULL) {
		*bytes = u->buffer;
		return pread(u->packed.fd, u->buffer, BLOCK, (off_t)at);
	}
	if (at >= u->handed) {
		*bytes = u->block;
		return read_block(u);
	}
	/* Bytes of the block before it has copied, if any are left. */
	n = (size_t)(u->handed - at);
	if (n > u->nlast)
		n = u->nlast;
	*bytes = u->last + u->nlast - n;
	return (ssize_t)n;
}

/*
 * The first byte from ${at} on that is not zero.  Returns 1 with its place in
 * ${at}; 0 when there is none; -1 when the rest cannot be read.
 */
static int
find_rest(struct fv_unpack *u, uint64_t *at)
{
	const uint8_t *bytes;
	ssize_t got, i;

	while ((got = read_rest(u, *at, &bytes)) > 0) {
		for (i = 0; i < got; i++)
			if (bytes[i] != 0) {
				*at += (uint64_t)i;
				return 1;
			}
		*at += (uint64_t)got;
	}
	return (int)got;
}

/*
 * Behind the end of what is packed, zeros are padding.  Anything else was
 * appended, or is the next part of the file with its first bytes damaged,
 * which libarchive passes over: captures may be lost there.
 */
static int
check_padding(struct fv_unpack *u, uint64_t at, struct fv_err *err)
{
	int rc = find_rest(u, &at);

	if (rc == 0)
		return 0;
	return fv_err_set(err, FV_EFORMAT,
	    rc == -1
		? "byte %" PRIu64 ": the rest cannot be read"
		: "byte %" PRIu64 ": what is packed ended before, and "
		  "something follows that cannot be unpacked: it was appended, "
		  "or the file is damaged here",
	    at);
}

/*
 * A zip that is read from its beginning: libarchive looks for the next
 * member wherever it may stand, and says nothing of those whose header it did
 * not know.  The end tells how many there are (PKWARE's APPNOTE, 4.3.16),
 * unless a comment is behind it.
 */
static int
check_members(struct fv_unpack *u, uint64_t at, struct fv_err *err)
{
	static const uint8_t magic[4] = { 'P', 'K', 5, 6 };
	enum { END = 22, TOTAL = 10, MANY = 0xffff };
	uint8_t tail[END] = { 0 };
	const uint8_t *bytes;
	unsigned total;
	ssize_t got;
	size_t n;

	if (u->without_directory.code != FV_OK) {
		*err = u->without_directory;
		return -1;
	}
	while ((got = read_rest(u, at, &bytes)) > 0) {
		n = (size_t)got < END ? (size_t)got : END;
		memmove(tail, tail + n, END - n);
		memcpy(tail + END - n, bytes + got - n, n);
		at += (uint64_t)got;
	}
	total = tail[TOTAL] | (unsigned)tail[TOTAL + 1] << 8;
	if (memcmp(tail, magic, sizeof(magic)) != 0 || total == MANY ||
	    total == u->headers)
		return 0;
	return fv_err_set(err, FV_EFORMAT,
	    "byte %" PRIu64 " or before: %u members are said to be in the "
	    "archive, and %u were found",
	    at, total, u->headers);
}

/* At the end of all members: whether there is something behind it. */
static int
check_rest(struct fv_unpack *u, struct fv_err *err)
{
	const int format =
	    archive_format(u->archive) & ARCHIVE_FORMAT_BASE_MASK;
	int64_t end = archive_filter_bytes(u->archive, -1);

	if (end < 0 || format == ARCHIVE_FORMAT_EMPTY)
		return 0;
	if (format != ARCHIVE_FORMAT_ZIP)
		return check_padding(u, (uint64_t)end, err);
	return u->block == NULL ? 0 : check_members(u, (uint64_t)end, err);
}

/* The kinds that fv_stream_is_packed tells; no other parser is let near. */
static int
set_kinds(struct archive *a)
{
	return archive_read_support_filter_gzip(a) == ARCHIVE_OK &&
		archive_read_support_filter_bzip2(a) == ARCHIVE_OK &&
		archive_read_support_filter_xz(a) == ARCHIVE_OK &&
		archive_read_support_filter_zstd(a) == ARCHIVE_OK &&
		archive_read_support_filter_lz4(a) == ARCHIVE_OK &&
		archive_read_support_format_tar(a) == ARCHIVE_OK &&
		/* One behind the other, as cat(1) makes them. */
		archive_read_set_format_option(a, "tar",
		    "read_concatenated_archives", "1") == ARCHIVE_OK &&
		archive_read_support_format_zip(a) == ARCHIVE_OK &&
		archive_read_support_format_raw(a) == ARCHIVE_OK &&
		archive_read_support_format_empty(a) == ARCHIVE_OK
	    ? 0
	    : -1;
}

/* What can seek is read by libarchive itself: zip begins at its end. */
static int
open_archive(struct fv_unpack *u, struct fv_err *err)
{
	int rc;

	if ((u->archive = archive_read_new()) == NULL ||
	    set_kinds(u->archive) == -1)
		return fv_err_set(err, FV_EMEMORY, "libarchive cannot start");
	if (u->block == NULL) {
		rc = archive_read_open_fd(u->archive, u->packed.fd, BLOCK);
	} else {
		rc = archive_read_open(u->archive, u, NULL, read_on, NULL);
	}
	return rc == ARCHIVE_OK ? 0 : fault(u, err);
}

/*
 * A zip whose directory, at its end, cannot be read: begin anew, from its
 * beginning, by the headers that stand before each member.
 */
static int
open_without_directory(struct fv_unpack *u, struct fv_err *err)
{
	const struct fv_err why = *err;

	if (u->block != NULL || u->headers > 0 ||
	    memcmp(u->packed.ahead, "PK\3\4", 4) != 0 ||
	    lseek(u->packed.fd, u->start + (off_t)u->packed.nahead, SEEK_SET) ==
		-1)
		return -1;
	if ((u->block = fv_memory_pages(BLOCK, err)) == NULL)
		return -1;
	(void)archive_read_free(u->archive);
	if (open_archive(u, err) == -1)
		return -1;
	u->without_directory = why;
	(void)fv_err_within(&u->without_directory,
	    "the directory at its end is damaged, and members were found by "
	    "their own headers");
	return 0;
}

struct fv_unpack *
fv_unpack_open(struct fv_stream *stream, struct fv_err *err)
{
	struct fv_unpack *u = fv_memory_new(1, sizeof(*u), err);

	if (u == NULL) {
		fv_stream_close(stream);
		return NULL;
	}
	u->packed = *stream;
	u->to = -1;
	stream->fd = -1;
	u->buffer = fv_memory_pages(BLOCK, err);
	u->start = lseek(u->packed.fd, -(off_t)u->packed.nahead, SEEK_CUR);
	if (u->start == -1)
		u->block = fv_memory_pages(BLOCK, err);
	if (u->buffer == NULL || (u->start == -1 && u->block == NULL) ||
	    open_archive(u, err) == -1) {
		fv_unpack_free(u);
		return NULL;
	}
	return u;
}

/* Write all of ${n} bytes; -1 when nobody reads any more. */
static int
pass(struct fv_unpack *u, size_t n)
{
	size_t done = 0;
	ssize_t put;

	while (done < n) {
		put = write(u->to, u->buffer + done, n - done);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		done += (size_t)put;
	}
	return 0;
}

/* The thread: unpack the member into the pipe. */
static void *
unpack(void *arg)
{
	struct fv_unpack *u = arg;
	la_ssize_t got;

	while ((got = archive_read_data(u->archive, u->buffer, BLOCK)) > 0) {
		atomic_store_explicit(&u->consumed,
		    (uint64_t)archive_filter_bytes(u->archive, -1),
		    memory_order_relaxed);
		if (pass(u, (size_t)got) == -1)
			break;
	}
	if (got < 0)
		(void)fault(u, &u->fault);
	(void)close(u->to);
	u->to = -1;
	return NULL;
}

/* A write to a pipe that nobody reads is to fail, not to kill. */
static int
start(struct fv_unpack *u, struct fv_err *err)
{
	sigset_t pipe_signal, before;
	int rc;

	(void)sigemptyset(&pipe_signal);
	(void)sigaddset(&pipe_signal, SIGPIPE);
	(void)pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
	rc = pthread_create(&u->thread, NULL, unpack, u);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc != 0)
		return fv_err_system(err, rc, "no thread can be started");
	u->running = true;
	return 0;
}

static int
open_member(struct fv_unpack *u, struct fv_stream *member, struct fv_err *err)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) == -1)
		return fv_err_system(err, errno, "no pipe can be made");
	/* A wish: systems may allow less. */
	(void)fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES);
	u->to = ends[1];
	(void)fv_err_set(&u->fault, FV_OK, "%s", "");
	if (start(u, err) == -1) {
		(void)close(ends[0]);
		(void)close(u->to);
		u->to = -1;
		return -1;
	}
	return fv_stream_open_fd(member, ends[0], err);
}

static void
end_member(struct fv_unpack *u)
{
	if (u->running)
		(void)pthread_join(u->thread, NULL);
	u->running = false;
}

/*
 * The next header that can be read.  Returns as fv_unpack_next; with -1 there
 * may be one in u->found, and what lies before it is lost.
 */
static int
read_header(struct fv_unpack *u, struct fv_err *err)
{
	bool lost = false;
	int rc;

	u->found = NULL;
	/* Of tar it goes on block by block until one looks like a header. */
	while ((rc = archive_read_next_header(u->archive, &u->found)) ==
	    ARCHIVE_RETRY) {
		if (!lost)
			(void)fv_err_set(err, FV_EFORMAT,
			    "byte %" PRId64 " or before: the header of a "
			    "member is damaged: it is lost, and reading goes "
			    "on with the next",
			    archive_filter_bytes(u->archive, -1));
		lost = true;
	}
	u->members = archive_format(u->archive) != ARCHIVE_FORMAT_RAW &&
	    archive_format(u->archive) != ARCHIVE_FORMAT_EMPTY;
	if (rc == ARCHIVE_OK || rc == ARCHIVE_WARN) {
		u->headers++;
		return lost ? -1 : 1;
	}
	u->found = NULL;
	if (rc != ARCHIVE_EOF && !lost) {
		(void)fault(u, err);
		if (open_without_directory(u, err) == 0)
			return read_header(u, err);
	}
	u->ended = true;
	return rc == ARCHIVE_EOF && !lost ? check_rest(u, err) : -1;
}

int
fv_unpack_next(
    struct fv_unpack *u, struct fv_stream *member, struct fv_err *err)
{
	struct archive_entry *entry;
	int rc;

	member->fd = -1;
	end_member(u);
	while (!u->ended || u->found != NULL) {
		if (u->found == NULL && (rc = read_header(u, err)) != 1)
			return rc;
		entry = u->found;
		u->found = NULL;
		if (!u->members && archive_filter_count(u->archive) < 2) {
			u->ended = true;
			return fv_err_set(err, FV_EFORMAT,
			    "begins like a compressed file, but is none");
		}
		/* A raw entry has no type of its own. */
		if (u->members && archive_entry_filetype(entry) != AE_IFREG)
			continue;
		return open_member(u, member, err) == -1 ? -1 : 1;
	}
	return 0;
}

int
fv_unpack_member_done(struct fv_unpack *u, struct fv_err *err)
{
	end_member(u);
	if (u->fault.code == FV_OK)
		return 0;
	*err = u->fault;
	return -1;
}

uint64_t
fv_unpack_consumed(const struct fv_unpack *u)
{
	return atomic_load_explicit(&u->consumed, memory_order_relaxed);
}

bool
fv_unpack_has_members(const struct fv_unpack *u)
{
	return u->members;
}

void
fv_unpack_free(struct fv_unpack *u)
{
	if (u == NULL)
		return;
	end_member(u);
	(void)archive_read_free(u->archive);
	fv_stream_close(&u->packed);
	free(u->block);
	free(u->buffer);
	free(u);
}
