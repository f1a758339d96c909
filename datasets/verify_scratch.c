#include "datasets/verify_scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Up to so many bytes are copied to memory: most datasets on probation. */
#define MEMORY_BYTES ((uint64_t)64 << 20)

/* A file without a name in ${directory}. */
static int
open_unnamed(const char *directory, struct fv_err *err)
{
	int fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	char *name = NULL;

	/* Not every file system has such files: then one whose name goes. */
	if (fd == -1 && (errno == EOPNOTSUPP || errno == EISDIR) &&
	    asprintf(&name, "%s/.flowveil-XXXXXX", directory) != -1) {
		fd = mkostemp(name, O_CLOEXEC);
		if (fd != -1)
			(void)unlink(name);
		free(name);
	}
	if (fd == -1)
		return fv_err_system(err, errno,
		    "no room to take a dataset out of the archive: %s",
		    directory);
	return fd;
}

static int
write_all(int fd, const void *bytes, size_t n, const char *directory,
    struct fv_err *err)
{
	const char *at = bytes;
	ssize_t written;

	while (n > 0) {
		written = write(fd, at, n);
		if (written == -1 && errno == EINTR)
			continue;
		if (written == -1)
			return fv_err_system(err, errno,
			    "no room to take a dataset out of the archive: %s; "
			    "set TMPDIR to where there is more",
			    directory);
		at += written;
		n -= (size_t)written;
	}
	return 0;
}

/* Read the file to its end, into ${fd} if it is not -1, and compare. */
static int
go_through(struct fv_bag_files *files, const struct fv_bag_file *file,
    const struct fv_verify_manifests *manifests, int fd, const char *directory,
    struct fv_err *err)
{
	struct fv_verify_digests d;
	const void *bytes;
	size_t n;
	int rc;

	if (fv_verify_digests_begin(&d, manifests, file->name, err) == -1)
		return -1;
	while ((rc = fv_bag_files_read(files, &bytes, &n, err)) == 1)
		if (fv_verify_digests_add(&d, bytes, n, err) == -1 ||
		    (fd != -1 &&
			write_all(fd, bytes, n, directory, err) == -1)) {
			rc = -1;
			break;
		}
	return fv_verify_digests_end(&d, rc == 0, err);
}

int
fv_verify_scratch_take(struct fv_bag_files *files,
    const struct fv_bag_file *file, const struct fv_verify_manifests *manifests,
    const char *directory, struct fv_err *err)
{
	int fd = fv_bag_files_fd(files), copy = -1;

	if (fd != -1) {
		if (go_through(files, file, manifests, -1, NULL, err) == -1)
			return -1;
		if ((copy = fcntl(fd, F_DUPFD_CLOEXEC, 0)) == -1)
			(void)fv_err_system(err, errno, "%s", file->name);
		return copy;
	}
	if (file->size <= MEMORY_BYTES)
		copy = memfd_create("dataset", MFD_CLOEXEC);
	if (copy == -1)
		copy = open_unnamed(directory, err);
	if (copy == -1)
		return -1;
	if (go_through(files, file, manifests, copy, directory, err) == 0)
		return copy;
	(void)close(copy);
	return -1;
}
