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
	uint8_t *block;     /* what is handed to libarchive, of a pipe */
	size_t ahead_given; /* bytes of packed.ahead that it has had */
	_Atomic uint64_t consumed;
	bool members; /* an archive, not one compressed file */
	bool ended;

	/* The member under way; its thread alone uses archive meanwhile. */
	bool running;
	pthread_t thread;
	int to; /* the pipe's end that is written to */
	uint8_t *buffer;
	struct fv_err fault; /* FV_OK while none was met */
};

/* For libarchive: the next bytes of a stream that cannot seek. */
static la_ssize_t
read_on(struct archive *archive, void *arg, const void **bytes)
{
	struct fv_unpack *u = arg;
	ssize_t got;

	if (u->ahead_given < u->packed.nahead) {
		*bytes = u->packed.ahead;
		u->ahead_given = u->packed.nahead;
		return (la_ssize_t)u->packed.nahead;
	}
	do
		got = read(u->packed.fd, u->block, BLOCK);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		archive_set_error(archive, errno, "cannot be read");
	*bytes = u->block;
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
	return archive_read_support_filter_gzip(a) == ARCHIVE_OK &&
		archive_read_support_filter_bzip2(a) == ARCHIVE_OK &&
		archive_read_support_filter_xz(a) == ARCHIVE_OK &&
		archive_read_support_filter_zstd(a) == ARCHIVE_OK &&
		archive_read_support_filter_lz4(a) == ARCHIVE_OK &&
		archive_read_support_format_tar(a) == ARCHIVE_OK &&
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
	if (lseek(u->packed.fd, -(off_t)u->packed.nahead, SEEK_CUR) != -1) {
		rc = archive_read_open_fd(u->archive, u->packed.fd, BLOCK);
	} else {
		u->block = fv_memory_pages(BLOCK, err);
		if (u->block == NULL)
			return -1;
		rc = archive_read_open(u->archive, u, NULL, read_on, NULL);
	}
	return rc == ARCHIVE_OK ? 0 : fault(u, err);
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
	if (u->buffer == NULL || open_archive(u, err) == -1) {
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

int
fv_unpack_next(
    struct fv_unpack *u, struct fv_stream *member, struct fv_err *err)
{
	struct archive_entry *entry;
	int rc;

	member->fd = -1;
	end_member(u);
	while (!u->ended) {
		rc = archive_read_next_header(u->archive, &entry);
		u->members = archive_format(u->archive) != ARCHIVE_FORMAT_RAW &&
		    archive_format(u->archive) != ARCHIVE_FORMAT_EMPTY;
		if (rc == ARCHIVE_EOF)
			break;
		if (rc < ARCHIVE_WARN) {
			u->ended = true;
			return fault(u, err);
		}
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
	u->ended = true;
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
