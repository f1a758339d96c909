#include "base/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

struct fv_outfile {
	char *path;
	char *temporary;
	char *directory;
	int fd;
	bool replace;
	bool committed;
};

/*
 * The temporary names that a signal handler has to remove.  A fixed array
 * of atomics, because a handler may neither lock nor walk a list that is
 * being changed.  Sixteen is more than any command has open at once.
 */
enum { OPEN_MAX_OUTPUTS = 16 };
static _Atomic(char *) open_outputs[OPEN_MAX_OUTPUTS];

static int
remember(struct fv_outfile *out, struct fv_err *err)
{
	char *none;
	int i;

	for (i = 0; i < OPEN_MAX_OUTPUTS; i++) {
		none = NULL;
		if (atomic_compare_exchange_strong(
			&open_outputs[i], &none, out->temporary))
			return 0;
	}
	return fv_err_set(err, FV_ELIMIT, "more than %d outputs open at once",
	    OPEN_MAX_OUTPUTS);
}

static void
forget(struct fv_outfile *out)
{
	char *name;
	int i;

	for (i = 0; i < OPEN_MAX_OUTPUTS; i++) {
		name = out->temporary;
		if (name != NULL &&
		    atomic_compare_exchange_strong(
			&open_outputs[i], &name, NULL))
			return;
	}
}

void
fv_outfile_abandon_all(void)
{
	const char *name;
	int i;

	for (i = 0; i < OPEN_MAX_OUTPUTS; i++)
		if ((name = atomic_load(&open_outputs[i])) != NULL)
			(void)unlink(name);
}

/* The permissions that open(2) would have given under the user's umask. */
static mode_t
usual_mode(void)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	mode_t mask;

	(void)pthread_mutex_lock(&lock);
	/* Seen by other threads for a moment: the strict side is safe. */
	mask = umask(077);
	(void)umask(mask);
	(void)pthread_mutex_unlock(&lock);
	return 0666 & ~mask;
}

/*
 * How much of a name its temporary one shows: what NAME_MAX (255) leaves
 * beside a dot before and ".XXXXXX" behind.
 */
enum { NAME_SHOWN = 255 - 8 };

/* Split ${path} into directory and name, and make the temporary name. */
static int
set_names(struct fv_outfile *out, const char *path, struct fv_err *err)
{
	char *copy = NULL;
	int n = -1, rc = -1;

	if ((out->path = strdup(path)) == NULL ||
	    (copy = strdup(path)) == NULL ||
	    (out->directory = strdup(dirname(copy))) == NULL)
		goto out;
	free(copy);
	if ((copy = strdup(path)) == NULL)
		goto out;
	n = asprintf(&out->temporary, "%s/.%.*s.XXXXXX", out->directory,
	    NAME_SHOWN, basename(copy));
	if (n == -1)
		out->temporary = NULL;
	else
		rc = 0;
out:
	free(copy);
	if (rc == -1)
		return fv_err_set(err, FV_EMEMORY, "out of memory");
	return 0;
}

/* Refuse a path that the output could not take once it is whole. */
static int
check_path(const char *path, bool replace, struct fv_err *err)
{
	size_t n = strlen(path);
	struct stat st;

	if (n == 0 || path[n - 1] == '/')
		return fv_err_set(
		    err, FV_EUSAGE, "'%s' does not name a file", path);
	if (lstat(path, &st) == -1)
		return errno == ENOENT
		    ? 0
		    : fv_err_system(err, errno, "%s: cannot be created", path);
	if (!replace)
		return fv_err_set(err, FV_EEXIST,
		    "%s: exists already, and is left as it is: name another "
		    "file, or say that it may be replaced (--replace)",
		    path);
	if (!S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode))
		return fv_err_set(err, FV_EEXIST,
		    "%s: is not a regular file, and is left as it is", path);
	return 0;
}

struct fv_outfile *
fv_outfile_new(const char *path, bool replace, struct fv_err *err)
{
	struct fv_outfile *out;

	if ((out = fv_memory_new(1, sizeof(*out), err)) == NULL)
		return NULL;
	out->fd = -1;
	out->replace = replace;
	if (check_path(path, replace, err) == -1 ||
	    set_names(out, path, err) == -1)
		goto fail;
	if ((out->fd = mkostemp(out->temporary, O_CLOEXEC)) == -1) {
		(void)fv_err_system(err, errno, "%s: cannot be created", path);
		goto fail;
	}
	if (remember(out, err) == -1)
		goto fail;
	if (fchmod(out->fd, usual_mode()) == -1) {
		(void)fv_err_system(err, errno, "%s", path);
		goto fail;
	}
	return out;
fail:
	fv_outfile_free(out);
	return NULL;
}

const char *
fv_outfile_name(const struct fv_outfile *out)
{
	return out->path;
}

const char *
fv_outfile_path(const struct fv_outfile *out)
{
	return out->temporary;
}

int
fv_outfile_fd(const struct fv_outfile *out)
{
	return out->fd;
}

int
fv_outfile_write(
    struct fv_outfile *out, const void *bytes, size_t n, struct fv_err *err)
{
	const char *at = bytes;
	ssize_t wrote;

	while (n > 0) {
		if ((wrote = write(out->fd, at, n)) == -1) {
			if (errno == EINTR)
				continue;
			return fv_err_system(err, errno, "%s", out->path);
		}
		at += wrote;
		n -= (size_t)wrote;
	}
	return 0;
}

static int
sync_directory(const struct fv_outfile *out, struct fv_err *err)
{
	int fd = open(out->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc;

	if (fd == -1)
		return fv_err_system(err, errno, "%s", out->directory);
	/* Some file systems cannot sync a directory, and need not: EINVAL. */
	rc = fsync(fd) == -1 && errno != EINVAL ? -1 : 0;
	if (rc == -1)
		(void)fv_err_system(err, errno, "%s", out->directory);
	(void)close(fd);
	return rc;
}

/* Take the real name; without ${replace}, never from another file. */
static int
take_name(const struct fv_outfile *out)
{
	if (out->replace)
		return rename(out->temporary, out->path);
	if (renameat2(AT_FDCWD, out->temporary, AT_FDCWD, out->path,
		RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	/* A file system without that flag: a hard link fails likewise. */
	if (link(out->temporary, out->path) == -1)
		return -1;
	return unlink(out->temporary);
}

int
fv_outfile_commit(struct fv_outfile *out, struct fv_err *err)
{
	if (fsync(out->fd) == -1 || take_name(out) == -1) {
		(void)fv_err_system(err, errno, "%s", out->path);
		(void)unlink(out->temporary);
		return -1;
	}
	out->committed = true;
	forget(out);
	if (sync_directory(out, err) == 0)
		return 0;
	/* It may be gone after a crash: better to know that it is now. */
	(void)unlink(out->path);
	return -1;
}

void
fv_outfile_free(struct fv_outfile *out)
{
	if (out == NULL)
		return;
	if (out->fd != -1) {
		if (!out->committed)
			(void)unlink(out->temporary);
		(void)close(out->fd);
	}
	forget(out);
	free(out->temporary);
	free(out->directory);
	free(out->path);
	free(out);
}
