#include "datasets/bag_directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "datasets/bag_read.h"

/* Directories in directories; a bag of ours has two. */
enum { DEPTH = 16 };

struct fv_bag_directory {
	int fd;
	char **names;
	size_t count;
	size_t capacity;
};

static int
add(struct fv_bag_directory *d, const char *name, struct fv_err *err)
{
	char **grown;

	grown = fv_memory_grow(d->names, &d->capacity, d->count + 1,
	    sizeof(*grown), FV_BAG_FILES, err);
	if (grown == NULL)
		return fv_err_within(err, "files");
	d->names = grown;
	if ((grown[d->count] = strdup(name)) == NULL)
		return fv_err_set(err, FV_EMEMORY, "out of memory");
	d->count++;
	return 0;
}

static int list(struct fv_bag_directory *d, int fd, const char *prefix,
    unsigned depth, struct fv_err *err);

/* One entry of the directory ${fd}, whose names begin with ${prefix}. */
static int
visit(struct fv_bag_directory *d, int fd, const char *prefix, const char *entry,
    unsigned depth, struct fv_err *err)
{
	char name[FV_BAG_NAME + 2];
	struct stat status;
	int n, inner;

	n = snprintf(name, sizeof(name), "%s%s", prefix, entry);
	if (n < 0 || (size_t)n >= sizeof(name))
		n = FV_BAG_NAME + 1; /* cut, and so too long */
	if (fv_bag_name_check(name, err) == -1)
		return -1;
	if (fstatat(fd, entry, &status, AT_SYMLINK_NOFOLLOW) == -1)
		return fv_err_system(err, errno, "%s", name);
	if (S_ISREG(status.st_mode))
		return add(d, name, err);
	if (!S_ISDIR(status.st_mode))
		return fv_err_set(err, FV_EFORMAT,
		    "%s: is neither a file nor a directory; links do not "
		    "belong in a bag",
		    name);
	if (depth == DEPTH)
		return fv_err_set(err, FV_ELIMIT,
		    "%s: is more than %d directories deep", name, DEPTH);
	inner =
	    openat(fd, entry, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (inner == -1)
		return fv_err_system(err, errno, "%s", name);
	if ((size_t)n + 1 >= sizeof(name)) {
		(void)close(inner);
		return fv_err_set(
		    err, FV_ELIMIT, "a directory has a name that is too long");
	}
	name[n] = '/';
	name[n + 1] = '\0';
	return list(d, inner, name, depth + 1, err);
}

/* All entries of the directory ${fd}, which is closed. */
static int
list(struct fv_bag_directory *d, int fd, const char *prefix, unsigned depth,
    struct fv_err *err)
{
	DIR *stream = fdopendir(fd);
	struct dirent *entry;
	int rc = 0;

	if (stream == NULL) {
		rc = fv_err_system(err, errno, "cannot be read");
		(void)close(fd);
		return rc;
	}
	while (rc == 0 && (errno = 0, entry = readdir(stream)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			rc = visit(d, dirfd(stream), prefix, entry->d_name,
			    depth, err);
	if (rc == 0 && errno != 0)
		rc = fv_err_system(err, errno, "cannot be read");
	(void)closedir(stream);
	return rc;
}

static int
by_name(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

struct fv_bag_directory *
fv_bag_directory_new(int fd, struct fv_err *err)
{
	struct fv_bag_directory *d;
	int listed;

	if ((d = fv_memory_new(1, sizeof(*d), err)) == NULL) {
		(void)close(fd);
		return NULL;
	}
	d->fd = fd;
	if ((listed = fcntl(fd, F_DUPFD_CLOEXEC, 0)) == -1)
		(void)fv_err_system(err, errno, "cannot be read");
	if (listed == -1 || list(d, listed, "", 0, err) == -1) {
		fv_bag_directory_free(d);
		return NULL;
	}
	if (d->count > 0)
		qsort(d->names, d->count, sizeof(*d->names), by_name);
	return d;
}

void
fv_bag_directory_free(struct fv_bag_directory *d)
{
	size_t i;

	if (d == NULL)
		return;
	for (i = 0; i < d->count; i++)
		free(d->names[i]);
	free(d->names);
	(void)close(d->fd);
	free(d);
}

size_t
fv_bag_directory_count(const struct fv_bag_directory *d)
{
	return d->count;
}

const char *
fv_bag_directory_name(const struct fv_bag_directory *d, size_t file)
{
	return d->names[file];
}

/* Open ${name} part by part below ${fd}, following no link. */
static int
open_below(int fd, const char *name)
{
	char part[FV_BAG_NAME + 1];
	int at = fcntl(fd, F_DUPFD_CLOEXEC, 0), inner;
	size_t n;

	for (; at != -1; name += n + 1) {
		n = strcspn(name, "/");
		memcpy(part, name, n);
		part[n] = '\0';
		inner = openat(at, part,
		    O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK |
			(name[n] == '/' ? O_DIRECTORY : 0));
		(void)close(at);
		at = inner;
		if (name[n] == '\0')
			break;
	}
	return at;
}

int
fv_bag_directory_open(const struct fv_bag_directory *d, size_t file,
    uint64_t *size, struct fv_err *err)
{
	int fd = open_below(d->fd, d->names[file]);
	struct stat status;

	if (fd == -1)
		return fv_err_system(err, errno, "%s", d->names[file]);
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
		*size = (uint64_t)status.st_size;
		return fd;
	}
	(void)close(fd);
	return fv_err_set(
	    err, FV_EFORMAT, "%s: is no longer a file", d->names[file]);
}
