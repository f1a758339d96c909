#include "datasets/bag_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "datasets/archive_read.h"
#include "datasets/bag_directory.h"
#include "datasets/bag_read.h"

struct fv_bag_files {
	enum fv_bag_part part;
	/* One of the two: */
	struct fv_bag_directory *directory;
	int archive; /* its descriptor, or -1 */
	uint64_t archive_size;
	struct fv_archive_read *reading;
	char top[FV_BAG_NAME + 1]; /* the archive's one directory, with "/" */
	char name[FV_ARCHIVE_READ_NAME];
	/* The file told last, and how much of it was read. */
	size_t number; /* of the next one */
	uint64_t size;
	uint64_t read;
	bool wanted;
	int fd; /* in a directory, or -1 */
	uint64_t total;
	unsigned char *block;
};

struct fv_bag_files *
fv_bag_files_open(const char *path, struct fv_err *err)
{
	struct fv_bag_files *f;
	struct stat status;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd == -1) {
		(void)fv_err_system(err, errno, "cannot be opened");
		return NULL;
	}
	if ((f = fv_memory_new(1, sizeof(*f), err)) == NULL) {
		(void)close(fd);
		return NULL;
	}
	f->archive = f->fd = -1;
	if (fstat(fd, &status) == -1) {
		(void)fv_err_system(err, errno, "cannot be read");
		(void)close(fd);
	} else if (S_ISDIR(status.st_mode)) {
		f->directory = fv_bag_directory_new(fd, err);
	} else if (S_ISREG(status.st_mode)) {
		f->archive = fd;
		f->archive_size = (uint64_t)status.st_size;
	} else {
		(void)fv_err_set(
		    err, FV_EFORMAT, "is neither a directory nor a file");
		(void)close(fd);
	}
	f->block = fv_memory_pages(FV_ARCHIVE_READ_BLOCK, err);
	if (f->block != NULL && (f->directory != NULL || f->archive != -1))
		return f;
	fv_bag_files_free(f);
	return NULL;
}

static void
close_file(struct fv_bag_files *f)
{
	if (f->fd != -1)
		(void)close(f->fd);
	f->fd = -1;
}

void
fv_bag_files_free(struct fv_bag_files *f)
{
	if (f == NULL)
		return;
	close_file(f);
	fv_bag_directory_free(f->directory);
	fv_archive_read_free(f->reading);
	if (f->archive != -1)
		(void)close(f->archive);
	free(f->block);
	free(f);
}

const char *
fv_bag_files_kind(const struct fv_bag_files *f)
{
	return f->directory != NULL ? "directory" : "archive";
}

/* Whether the bytes of a file are wanted, by its name inside the bag. */
static bool
wanted(const char *name, enum fv_bag_part part)
{
	size_t n = strlen(name);
	bool payload;

	payload = strncmp(name, FV_BAG_PAYLOAD, strlen(FV_BAG_PAYLOAD)) == 0;
	switch (part) {
	case FV_BAG_TAG_FILES:
		return !payload;
	case FV_BAG_DATASETS:
		return payload && n > 3 && strcmp(name + n - 3, ".h5") == 0;
	case FV_BAG_ALL_FILES:
		break;
	}
	return true;
}

/* What tar makes of "tar -c ./bag". */
static const char *
without_dot(const char *name)
{
	return strncmp(name, "./", 2) == 0 ? name + 2 : name;
}

/* Asked in the archive's child, where names have the bag's directory. */
static int
wanted_in_archive(const char *name, int part)
{
	const char *slash = strchr(without_dot(name), '/');

	return slash == NULL || wanted(slash + 1, (enum fv_bag_part)part);
}

int
fv_bag_files_begin(
    struct fv_bag_files *f, enum fv_bag_part part, struct fv_err *err)
{
	close_file(f);
	f->part = part;
	f->number = 0;
	f->total = 0;
	if (f->directory != NULL)
		return 0;
	fv_archive_read_free(f->reading);
	f->top[0] = '\0';
	f->reading = fv_archive_read_new(
	    f->archive, f->archive_size, wanted_in_archive, (int)part, err);
	return f->reading == NULL ? -1 : 0;
}

static int
next_in_directory(struct fv_bag_files *f, const char **name, struct fv_err *err)
{
	close_file(f);
	if (f->number == fv_bag_directory_count(f->directory))
		return 0;
	*name = fv_bag_directory_name(f->directory, f->number);
	f->fd = fv_bag_directory_open(f->directory, f->number, &f->size, err);
	return f->fd == -1 ? -1 : 1;
}

/*
 * The name of an archive's file below the bag's directory: the first file
 * says what that is, and all others must be below it, too.
 */
static int
take_top(struct fv_bag_files *f, const char **name, struct fv_err *err)
{
	const char *full = without_dot(f->name), *slash;
	size_t n;

	if (fv_bag_name_check(full, err) == -1)
		return -1;
	slash = strchr(full, '/');
	n = slash == NULL ? 0 : (size_t)(slash - full) + 1;
	if (f->number == 0)
		memcpy(f->top, full, n);
	if (n == 0 || strlen(f->top) != n || memcmp(f->top, full, n) != 0)
		return fv_err_set(err, FV_EFORMAT,
		    "the files in the archive are not all below one directory, "
		    "as those of a bag are");
	*name = full + n;
	return 0;
}

static int
next_in_archive(struct fv_bag_files *f, const char **name, struct fv_err *err)
{
	uint64_t most = f->archive_size < UINT64_MAX / FV_BAG_FILES_RATIO / 2
	    ? f->archive_size * FV_BAG_FILES_RATIO + FV_BAG_FILES_SLACK
	    : UINT64_MAX;
	int rc = fv_archive_read_next(f->reading, f->name, &f->size, err);

	if (rc != 1)
		return rc;
	if (take_top(f, name, err) == -1)
		return -1;
	if (f->size > most || f->total > most - f->size)
		return fv_err_set(err, FV_ELIMIT,
		    "the archive would unpack to more than %d times its size: "
		    "it is made to fill disks",
		    FV_BAG_FILES_RATIO);
	return 1;
}

int
fv_bag_files_next(
    struct fv_bag_files *f, struct fv_bag_file *file, struct fv_err *err)
{
	const char *name = NULL;
	int rc;

	rc = f->directory != NULL ? next_in_directory(f, &name, err)
				  : next_in_archive(f, &name, err);
	if (rc != 1)
		return rc;
	if (f->number == FV_BAG_FILES)
		return fv_err_set(
		    err, FV_ELIMIT, "has more than %d files", FV_BAG_FILES);
	f->number++;
	f->total += f->size;
	f->read = 0;
	f->wanted = wanted(name, f->part);
	file->name = name;
	file->size = f->size;
	return 1;
}

/* The next bytes, from wherever they come. */
static int
read_some(
    struct fv_bag_files *f, const void **bytes, size_t *n, struct fv_err *err)
{
	ssize_t got;

	if (f->directory == NULL)
		return fv_archive_read_bytes(f->reading, bytes, n, err);
	do
		got = pread(
		    f->fd, f->block, FV_ARCHIVE_READ_BLOCK, (off_t)f->read);
	while (got == -1 && errno == EINTR);
	if (got == -1)
		return fv_err_system(err, errno, "cannot be read");
	*bytes = f->block;
	*n = (size_t)got;
	return got > 0;
}

int
fv_bag_files_read(
    struct fv_bag_files *f, const void **bytes, size_t *n, struct fv_err *err)
{
	int rc;

	if (!f->wanted)
		return 0;
	if ((rc = read_some(f, bytes, n, err)) == -1)
		return -1;
	if (rc == 1 && *n <= f->size - f->read) {
		f->read += *n;
		return 1;
	}
	if (rc == 0 && f->read == f->size)
		return 0;
	return fv_err_set(err, FV_EFORMAT,
	    "does not have as many bytes as it says: the copy is not "
	    "complete, or it is being written");
}

int
fv_bag_files_fd(const struct fv_bag_files *f)
{
	return f->fd;
}
