#include "datasets/door.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sandbox.h"

/* Memory of a child: HDF5's caches and a few chunks, many times over. */
#define CHILD_MEMORY ((uint64_t)512 << 20)

/*
 * Seconds of computing: some to begin with, and one for so many bytes of
 * the file.  A thousandth of it is usual; what is bounded is malice.
 */
enum { STRUCTURE_SECONDS = 10, CONTENT_SECONDS = 60 };
#define STRUCTURE_BYTES ((uint64_t)64 << 20)
#define CONTENT_BYTES ((uint64_t)1 << 20)

/* A disk may be slow: wait so much longer than the computing may take. */
enum { SILENCE_SECONDS = 60, SILENCE_FACTOR = 4, SECONDS_MAX = 1000000 };

struct task {
	int fd;
	uint64_t size;
};

static struct fv_sandbox_limits
limits(unsigned seconds, uint64_t bytes_a_second, uint64_t size)
{
	uint64_t cpu = seconds + size / bytes_a_second;

	if (cpu > SECONDS_MAX)
		cpu = SECONDS_MAX;
	return (struct fv_sandbox_limits){
		.memory = CHILD_MEMORY,
		.cpu_seconds = (unsigned)cpu,
		.silence = SILENCE_SECONDS + SILENCE_FACTOR * (unsigned)cpu,
	};
}

/* Whether the file begins as a dataset does, without HDF5. */
static int
check_head(int fd, uint64_t size, struct fv_err *err)
{
	uint8_t head[FV_STRUCTURE_HEAD];
	ssize_t n;

	do
		n = pread(fd, head, sizeof(head), 0);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return fv_err_system(err, errno, "cannot be read");
	return fv_structure_begins(head, (size_t)n, size, err);
}

int
fv_door_look(
    int fd, uint64_t size, struct fv_door_found *found, struct fv_err *err)
{
	struct fv_reader *reader;
	size_t i;

	memset(found, 0, sizeof(*found));
	if (check_head(fd, size, err) == -1 ||
	    fv_structure_check(fd, size, &found->structure, err) == -1 ||
	    (reader = fv_reader_open_fd(fd, size, err)) == NULL)
		return -1;
	for (i = 0; i < FV_TABLES; i++)
		found->rows[i] = fv_reader_rows(reader, (enum fv_table_id)i);
	fv_reader_free(reader);
	return 0;
}

int
fv_door_read(int fd, uint64_t size, struct fv_err *err)
{
	struct fv_reader *reader = fv_reader_open_fd(fd, size, err);
	int rc = -1;

	if (reader != NULL && fv_reader_check_references(reader, err) == 0)
		rc = fv_reader_check_content(reader, err);
	fv_reader_free(reader);
	return rc;
}

static int
look(void *arg, void *reply, struct fv_err *err)
{
	const struct task *task = arg;

	return fv_door_look(task->fd, task->size, reply, err);
}

static int
read_all(void *arg, void *reply, struct fv_err *err)
{
	const struct task *task = arg;

	(void)reply;
	return fv_door_read(task->fd, task->size, err);
}

int
fv_door_structure(
    int fd, uint64_t size, struct fv_door_found *found, struct fv_err *err)
{
	const struct fv_sandbox_limits l =
	    limits(STRUCTURE_SECONDS, STRUCTURE_BYTES, size);
	struct task task = { fd, size };

	_Static_assert(
	    sizeof(*found) <= FV_SANDBOX_REPLY, "what is found fits an answer");
	/* What is no HDF5 file at all need not be asked of a child. */
	if (check_head(fd, size, err) == -1)
		return -1;
	return fv_sandbox_run(look, &task, fd, &l, found, sizeof(*found), err);
}

int
fv_door_content(int fd, uint64_t size, struct fv_err *err)
{
	const struct fv_sandbox_limits l =
	    limits(CONTENT_SECONDS, CONTENT_BYTES, size);
	struct task task = { fd, size };

	return fv_sandbox_run(read_all, &task, fd, &l, NULL, 0, err);
}

int
fv_door_open_file(const char *path, uint64_t *size, struct fv_err *err)
{
	struct stat status;
	int fd;

	/* Not to wait for the other end of a pipe. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd == -1)
		return fv_err_system(err, errno, "cannot be opened");
	if (fstat(fd, &status) == -1)
		(void)fv_err_system(err, errno, "cannot be read");
	else if (S_ISDIR(status.st_mode))
		(void)fv_err_set(err, FV_EFORMAT,
		    "is a directory, not a dataset; the dataset of a bag is in "
		    "its data/");
	else if (!S_ISREG(status.st_mode))
		(void)fv_err_set(err, FV_EFORMAT, "is not a regular file");
	else {
		*size = (uint64_t)status.st_size;
		return fd;
	}
	(void)close(fd);
	return -1;
}

/* A reader that closes ${fd}, or NULL and it is closed. */
static struct fv_reader *
adopt(int fd, uint64_t size, struct fv_err *err)
{
	struct fv_reader *reader = fv_reader_open_fd(fd, size, err);

	if (reader != NULL)
		fv_reader_adopt(reader, fd);
	else
		(void)close(fd);
	return reader;
}

struct fv_reader *
fv_door_open(const char *path, struct fv_err *err)
{
	struct fv_door_found found;
	uint64_t size;
	int fd;

	if ((fd = fv_door_open_file(path, &size, err)) == -1)
		return NULL;
	if (fv_door_structure(fd, size, &found, err) == 0)
		return adopt(fd, size, err);
	(void)close(fd);
	return NULL;
}

static int64_t
nanoseconds(const struct timespec *t)
{
	return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

/* What ${fd} is now. */
static int
read_pass(int fd, struct fv_door_pass *pass, struct fv_err *err)
{
	struct stat status;

	if (fstat(fd, &status) == -1)
		return fv_err_system(err, errno, "cannot be read");
	*pass = (struct fv_door_pass){
		.device = (uint64_t)status.st_dev,
		.inode = (uint64_t)status.st_ino,
		.size = (uint64_t)status.st_size,
		.modified = nanoseconds(&status.st_mtim),
		.changed = nanoseconds(&status.st_ctim),
	};
	return 0;
}

int
fv_door_admit(const char *path, struct fv_door_pass *pass, struct fv_err *err)
{
	struct fv_door_found found;
	uint64_t size;
	int fd, rc = -1;

	if ((fd = fv_door_open_file(path, &size, err)) == -1)
		return -1;
	/* Before it is read: a change from then on shows. */
	if (read_pass(fd, pass, err) == 0)
		rc = fv_door_structure(fd, pass->size, &found, err);
	(void)close(fd);
	return rc;
}

struct fv_reader *
fv_door_reopen(
    const char *path, const struct fv_door_pass *pass, struct fv_err *err)
{
	struct fv_door_pass now;
	uint64_t size;
	int fd;

	if ((fd = fv_door_open_file(path, &size, err)) == -1)
		return NULL;
	if (read_pass(fd, &now, err) == 0) {
		if (memcmp(&now, pass, sizeof(now)) == 0)
			return adopt(fd, size, err);
		(void)fv_err_set(err, FV_EIO, "changed while it was read");
	}
	(void)close(fd);
	return NULL;
}
