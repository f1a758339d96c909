#include "datasets/archive_read.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/memory.h"
#include "base/sandbox.h"

/*
 * Limits of the child.  A window of zstd may take 128 MiB; computing takes a
 * second for some megabytes; and the parent reads disks between two answers.
 */
#define CHILD_MEMORY ((uint64_t)512 << 20)
#define BYTES_A_SECOND ((uint64_t)1 << 20)
enum { CPU_SECONDS = 60, SILENCE_SECONDS = 300, SECONDS_MAX = 1000000 };

/*
 * What the child sends: a file, some of its bytes (none: its end), the end
 * of the archive, or a fault (with a struct fv_err behind it).
 */
enum word { WORD_FILE, WORD_BYTES, WORD_END, WORD_FAULT };

struct message {
	uint32_t word;
	uint32_t length; /* of the bytes */
	uint64_t size;   /* of the file */
	char name[FV_ARCHIVE_READ_NAME];
};

/* The child's side: an archive, and where it is in the file. */
struct task {
	int fd;
	uint64_t size;
	uint64_t at;
	fv_archive_read_want *want;
	int part;
	unsigned char block[FV_ARCHIVE_READ_BLOCK];
};

struct fv_archive_read {
	struct task task;
	struct fv_sandbox *child;
	bool in_file; /* its end was not heard yet */
	unsigned char bytes[FV_ARCHIVE_READ_BLOCK];
};

static la_ssize_t
read_some(struct archive *archive, void *arg, const void **bytes)
{
	struct task *task = arg;
	size_t take = sizeof(task->block);
	ssize_t n;

	if (take > task->size - task->at)
		take = (size_t)(task->size - task->at);
	do
		n = pread(task->fd, task->block, take, (off_t)task->at);
	while (n == -1 && errno == EINTR);
	if (n == -1) {
		archive_set_error(archive, errno, "read failed");
		return -1;
	}
	*bytes = task->block;
	task->at += (uint64_t)n;
	return n;
}

static la_int64_t
skip(struct archive *archive, void *arg, la_int64_t n)
{
	struct task *task = arg;
	uint64_t left = task->size - task->at;

	(void)archive;
	if (n < 0)
		return 0;
	if ((uint64_t)n > left)
		n = (la_int64_t)left;
	task->at += (uint64_t)n;
	return n;
}

static la_int64_t
seek(struct archive *archive, void *arg, la_int64_t offset, int whence)
{
	struct task *task = arg;
	la_int64_t base = 0;

	if (whence == SEEK_CUR)
		base = (la_int64_t)task->at;
	else if (whence == SEEK_END)
		base = (la_int64_t)task->size;
	if (offset < -base || offset > (la_int64_t)task->size - base) {
		archive_set_error(archive, EINVAL, "seek failed");
		return ARCHIVE_FATAL;
	}
	task->at = (uint64_t)(base + offset);
	return base + offset;
}

static struct archive *
open_archive(struct task *task)
{
	struct archive *a = archive_read_new();

	if (a == NULL)
		return NULL;
	(void)archive_read_support_format_tar(a);
	(void)archive_read_support_format_zip_seekable(a);
	(void)archive_read_support_filter_gzip(a);
	(void)archive_read_support_filter_zstd(a);
	(void)archive_read_set_read_callback(a, read_some);
	(void)archive_read_set_skip_callback(a, skip);
	(void)archive_read_set_seek_callback(a, seek);
	(void)archive_read_set_callback_data(a, task);
	(void)archive_read_open1(a);
	return a;
}

static void
say(int out, enum word word, uint32_t length)
{
	struct message m = { .word = word, .length = length };

	fv_sandbox_say(out, &m, sizeof(m));
}

static void
say_fault(int out, struct archive *a)
{
	const char *reason = a == NULL ? NULL : archive_error_string(a);
	struct fv_err err;

	(void)fv_err_set(&err, FV_EFORMAT,
	    "the archive is damaged, or its copy is not complete; fetch it "
	    "again (libarchive: %.200s)",
	    reason == NULL ? "no reason given" : reason);
	say(out, WORD_FAULT, 0);
	fv_sandbox_send_fault(out, &err);
}

/* Send a block, in pieces that the parent has room for. */
static void
say_bytes(int out, const unsigned char *bytes, size_t n)
{
	size_t take;

	for (; n > 0; n -= take, bytes += take) {
		take = n < FV_ARCHIVE_READ_BLOCK ? n : FV_ARCHIVE_READ_BLOCK;
		say(out, WORD_BYTES, (uint32_t)take);
		fv_sandbox_say(out, bytes, take);
	}
}

/* Send the bytes of a file; false when that failed, and it was said. */
static bool
send_bytes(int out, struct archive *a)
{
	const void *bytes;
	la_int64_t offset, at = 0;
	size_t n;
	int rc;

	while ((rc = archive_read_data_block(a, &bytes, &n, &offset)) ==
	    ARCHIVE_OK) {
		if (offset != at)
			break; /* a hole: no archive of ours has one */
		say_bytes(out, bytes, n);
		at += (la_int64_t)n;
	}
	if (rc != ARCHIVE_EOF) {
		say_fault(out, a);
		return false;
	}
	say(out, WORD_BYTES, 0);
	return true;
}

/* What kind of entry of a bag this may not be, or NULL when it may. */
static const char *
refusal(struct archive_entry *entry)
{
	if (archive_entry_hardlink(entry) != NULL ||
	    archive_entry_filetype(entry) != AE_IFREG)
		return "a file in it is a link or a device; those do not "
		       "belong in a bag";
	if (archive_entry_is_encrypted(entry))
		return "a file in it is encrypted";
	if (!archive_entry_size_is_set(entry) || archive_entry_size(entry) < 0)
		return "a file in it does not say how long it is";
	return NULL;
}

/* Send one entry; false when there is nothing more to send. */
static bool
send_entry(int out, const struct task *task, struct archive *a,
    struct archive_entry *entry)
{
	struct message m = { .word = WORD_FILE };
	const char *name = archive_entry_pathname_utf8(entry), *fault;
	struct fv_err err;

	if (name == NULL)
		name = archive_entry_pathname(entry);
	if (name == NULL)
		name = "";
	if (archive_entry_filetype(entry) == AE_IFDIR &&
	    archive_entry_hardlink(entry) == NULL)
		return true;
	if ((fault = refusal(entry)) != NULL) {
		(void)fv_err_set(&err, FV_EFORMAT, "%s", fault);
		say(out, WORD_FAULT, 0);
		fv_sandbox_send_fault(out, &err);
		return false;
	}
	m.size = (uint64_t)archive_entry_size(entry);
	(void)strncpy(m.name, name, sizeof(m.name) - 1);
	fv_sandbox_say(out, &m, sizeof(m));
	if (task->want(m.name, task->part))
		return send_bytes(out, a);
	say(out, WORD_BYTES, 0);
	return true;
}

/* The child: tell of every entry. */
static void
run(int out, void *arg)
{
	struct task *task = arg;
	struct archive *a = open_archive(task);
	struct archive_entry *entry;
	int rc = ARCHIVE_FATAL;

	while (a != NULL &&
	    ((rc = archive_read_next_header(a, &entry)) == ARCHIVE_OK ||
		rc == ARCHIVE_WARN))
		if (!send_entry(out, task, a, entry))
			return;
	if (rc == ARCHIVE_EOF)
		say(out, WORD_END, 0);
	else
		say_fault(out, a);
}

struct fv_archive_read *
fv_archive_read_new(int fd, uint64_t size, fv_archive_read_want *want, int part,
    struct fv_err *err)
{
	struct fv_sandbox_limits limits = { .memory = CHILD_MEMORY,
		.silence = SILENCE_SECONDS };
	uint64_t cpu = CPU_SECONDS + size / BYTES_A_SECOND;
	struct fv_archive_read *a;

	if ((a = fv_memory_new(1, sizeof(*a), err)) == NULL)
		return NULL;
	a->task.fd = fd;
	a->task.size = size;
	a->task.want = want;
	a->task.part = part;
	limits.cpu_seconds = cpu < SECONDS_MAX ? (unsigned)cpu : SECONDS_MAX;
	a->child = fv_sandbox_start(run, &a->task, fd, &limits, err);
	if (a->child != NULL)
		return a;
	free(a);
	return NULL;
}

void
fv_archive_read_free(struct fv_archive_read *a)
{
	if (a == NULL)
		return;
	fv_sandbox_free(a->child);
	free(a);
}

/* Hear the next message; a fault is one too, and gives -1. */
static int
hear(struct fv_archive_read *a, struct message *m, struct fv_err *err)
{
	if (fv_sandbox_hear(a->child, m, sizeof(*m), err) == -1)
		return -1;
	return m->word == WORD_FAULT ? fv_sandbox_take_fault(a->child, err) : 0;
}

static int
out_of_turn(struct fv_err *err)
{
	return fv_err_set(err, FV_EFORMAT,
	    "the process that read the archive lost its way: it is damaged, "
	    "or made to do harm");
}

int
fv_archive_read_bytes(struct fv_archive_read *a, const void **bytes, size_t *n,
    struct fv_err *err)
{
	struct message m;

	if (!a->in_file)
		return 0;
	if (hear(a, &m, err) == -1)
		return -1;
	if (m.word != WORD_BYTES || m.length > sizeof(a->bytes))
		return out_of_turn(err);
	if (m.length == 0) {
		a->in_file = false;
		return 0;
	}
	if (fv_sandbox_hear(a->child, a->bytes, m.length, err) == -1)
		return -1;
	*bytes = a->bytes;
	*n = m.length;
	return 1;
}

int
fv_archive_read_next(struct fv_archive_read *a, char name[FV_ARCHIVE_READ_NAME],
    uint64_t *size, struct fv_err *err)
{
	const void *bytes;
	struct message m;
	size_t n;
	int rc;

	while ((rc = fv_archive_read_bytes(a, &bytes, &n, err)) == 1)
		;
	if (rc == -1 || hear(a, &m, err) == -1)
		return -1;
	if (m.word == WORD_END)
		return 0;
	if (m.word != WORD_FILE)
		return out_of_turn(err);
	m.name[sizeof(m.name) - 1] = '\0';
	memcpy(name, m.name, sizeof(m.name));
	*size = m.size;
	a->in_file = true;
	return 1;
}
