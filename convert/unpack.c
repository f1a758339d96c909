#include "convert/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "convert/unpack_internal.h"

/* As far as the thread may be ahead. */
enum { PIPE_BYTES = 1 << 20 };

ssize_t
fv_unpack_read(struct fv_unpack *u)
{
	ssize_t got;

	do
		got = read(u->packed.fd, u->block, FV_UNPACK_BLOCK);
	while (got < 0 && errno == EINTR);
	return got;
}

/* The next bytes of a stream: first those that were looked at. */
static ssize_t
next_block(void *arg, const uint8_t **bytes)
{
	struct fv_unpack *u = arg;

	if (u->ahead_given < u->packed.nahead) {
		*bytes = u->packed.ahead;
		u->ahead_given = u->packed.nahead;
		return (ssize_t)u->packed.nahead;
	}
	*bytes = u->block;
	return fv_unpack_read(u);
}

/* For libarchive: the next bytes of a stream that cannot seek. */
static la_ssize_t
read_on(struct archive *archive, void *arg, const void **bytes)
{
	struct fv_unpack *u = arg;
	const uint8_t *next;
	ssize_t got = next_block(u, &next);

	if (got < 0)
		archive_set_error(archive, errno, "cannot be read");
	if (got > 0) {
		u->last = next;
		u->nlast = (size_t)got;
		u->handed += (uint64_t)got;
	}
	*bytes = next;
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

/* The kinds that fv_stream_is_packed tells; no other parser is let near. */
static int
set_kinds(struct archive *a)
{
	return archive_read_support_filter_bzip2(a) == ARCHIVE_OK &&
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

static int
open_archive(struct fv_unpack *u, struct fv_err *err)
{
	int rc;

	if ((u->archive = archive_read_new()) == NULL ||
	    set_kinds(u->archive) == -1)
		return fv_err_set(err, FV_EMEMORY, "libarchive cannot start");
	if (u->block == NULL) {
		rc = archive_read_open_fd(
		    u->archive, u->packed.fd, FV_UNPACK_BLOCK);
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
	if ((u->block = fv_memory_pages(FV_UNPACK_BLOCK, err)) == NULL)
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

static bool
is_gzip(const struct fv_stream *stream)
{
	return stream->nahead >= 2 && stream->ahead[0] == 0x1f &&
	    stream->ahead[1] == 0x8b;
}

/* What can seek is read by libarchive itself: zip begins at its end. */
static int
open_packed(struct fv_unpack *u, struct fv_err *err)
{
	const bool gzip = is_gzip(&u->packed);

	u->start =
	    gzip ? -1 : lseek(u->packed.fd, -(off_t)u->packed.nahead, SEEK_CUR);
	if (u->start == -1 &&
	    (u->block = fv_memory_pages(FV_UNPACK_BLOCK, err)) == NULL)
		return -1;
	if (!gzip)
		return open_archive(u, err);
	u->gunzip = fv_gunzip_new(next_block, u, err);
	return u->gunzip == NULL ? -1 : 0;
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
	u->buffer = fv_memory_pages(FV_UNPACK_BLOCK, err);
	if (u->buffer == NULL || open_packed(u, err) == -1) {
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

/* Unpack the next bytes of the member; u->fault is set where that fails. */
static ssize_t
unpack_some(struct fv_unpack *u)
{
	la_ssize_t got;

	if (u->gunzip != NULL) {
		got = fv_gunzip_read(
		    u->gunzip, u->buffer, FV_UNPACK_BLOCK, &u->fault);
		atomic_store_explicit(&u->consumed,
		    fv_gunzip_consumed(u->gunzip), memory_order_relaxed);
		return got;
	}
	got = archive_read_data(u->archive, u->buffer, FV_UNPACK_BLOCK);
	atomic_store_explicit(&u->consumed,
	    (uint64_t)archive_filter_bytes(u->archive, -1),
	    memory_order_relaxed);
	if (got < 0)
		(void)fault(u, &u->fault);
	return got;
}

/* The thread: unpack the member into the pipe. */
static void *
unpack(void *arg)
{
	struct fv_unpack *u = arg;
	ssize_t got;

	while ((got = unpack_some(u)) > 0)
		if (pass(u, (size_t)got) == -1)
			break;
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
	return rc == ARCHIVE_EOF && !lost ? fv_unpack_check_rest(u, err) : -1;
}

int
fv_unpack_next(
    struct fv_unpack *u, struct fv_stream *member, struct fv_err *err)
{
	struct archive_entry *entry;
	int rc;

	member->fd = -1;
	end_member(u);
	if (u->gunzip != NULL && !u->ended) {
		u->ended = true;
		return open_member(u, member, err) == -1 ? -1 : 1;
	}
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
	fv_gunzip_free(u->gunzip);
	fv_stream_close(&u->packed);
	free(u->block);
	free(u->buffer);
	free(u);
}
