#include "base/outdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

struct fv_outdir {
	char *path;
	char *temporary;
	bool made;
	bool committed;
};

/* "a/b/" names what "a/b" does; the temporary stands beside either. */
static int
set_names(struct fv_outdir *dir, const char *path)
{
	size_t n = strlen(path);
	const char *slash;
	int parent;

	while (n > 1 && path[n - 1] == '/')
		n--;
	if ((dir->path = strndup(path, n)) == NULL)
		return -1;
	slash = strrchr(dir->path, '/');
	parent = slash == NULL ? 0 : (int)(slash - dir->path) + 1;
	if (asprintf(&dir->temporary, "%.*s.%s.XXXXXX", parent, dir->path,
		dir->path + parent) == -1) {
		dir->temporary = NULL;
		return -1;
	}
	return 0;
}

struct fv_outdir *
fv_outdir_new(const char *path, struct fv_err *err)
{
	struct fv_outdir *dir;
	struct stat st;

	if ((dir = fv_memory_new(1, sizeof(*dir), err)) == NULL)
		return NULL;
	if (lstat(path, &st) == 0) {
		(void)fv_err_set(err, FV_EEXIST,
		    "%s: exists already, and is left as it is: name another "
		    "folder",
		    path);
		goto fail;
	}
	if (set_names(dir, path) == -1) {
		(void)fv_err_set(err, FV_EMEMORY, "out of memory");
		goto fail;
	}
	if (mkdtemp(dir->temporary) == NULL) {
		(void)fv_err_system(err, errno, "%s: cannot be created", path);
		goto fail;
	}
	dir->made = true;
	return dir;
fail:
	fv_outdir_free(dir);
	return NULL;
}

const char *
fv_outdir_path(const struct fv_outdir *dir)
{
	return dir->temporary;
}

struct fv_outfile *
fv_outdir_file(struct fv_outdir *dir, const char *name, struct fv_err *err)
{
	struct fv_outfile *out = NULL;
	char *path, *slash;

	if (asprintf(&path, "%s/%s", dir->temporary, name) == -1) {
		(void)fv_err_set(err, FV_EMEMORY, "out of memory");
		return NULL;
	}
	slash = path + strlen(dir->temporary);
	while ((slash = strchr(slash + 1, '/')) != NULL) {
		*slash = '\0';
		if (mkdir(path, 0777) == -1 && errno != EEXIST) {
			(void)fv_err_system(err, errno, "%s", dir->path);
			goto out;
		}
		*slash = '/';
	}
	out = fv_outfile_new(path, false, err);
out:
	free(path);
	return out;
}

int
fv_outdir_write(struct fv_outdir *dir, const char *name, const void *bytes,
    size_t n, struct fv_err *err)
{
	struct fv_outfile *out = fv_outdir_file(dir, name, err);
	int rc = -1;

	if (out != NULL && fv_outfile_write(out, bytes, n, err) == 0 &&
	    fv_outfile_commit(out, err) == 0)
		rc = 0;
	fv_outfile_free(out);
	return rc;
}

/* mkdtemp(3) keeps others out; the finished directory is as usual. */
static int
usual_mode(const struct fv_outdir *dir)
{
	mode_t mask = umask(0);

	(void)umask(mask);
	return chmod(dir->temporary, 0777 & ~mask);
}

int
fv_outdir_commit(struct fv_outdir *dir, struct fv_err *err)
{
	if (usual_mode(dir) == -1 ||
	    renameat2(AT_FDCWD, dir->temporary, AT_FDCWD, dir->path,
		RENAME_NOREPLACE) == -1)
		return fv_err_system(err, errno, "%s", dir->path);
	dir->committed = true;
	return 0;
}

/*
 * Remove the files that we wrote below ${name} of directory ${at}, then the
 * directory itself.  No deeper than what we made, and never through a link.
 */
static void
remove_all(int at, const char *name)
{
	int fd =
	    openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct dirent *entry;
	DIR *d;

	if (fd == -1)
		return;
	if ((d = fdopendir(fd)) == NULL) {
		(void)close(fd);
		return;
	}
	while ((entry = readdir(d)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		if (unlinkat(dirfd(d), entry->d_name, 0) == -1)
			remove_all(dirfd(d), entry->d_name);
	}
	(void)closedir(d);
	(void)unlinkat(at, name, AT_REMOVEDIR);
}

void
fv_outdir_remove(const char *path)
{
	remove_all(AT_FDCWD, path);
}

void
fv_outdir_free(struct fv_outdir *dir)
{
	if (dir == NULL)
		return;
	if (dir->made && !dir->committed)
		remove_all(AT_FDCWD, dir->temporary);
	free(dir->temporary);
	free(dir->path);
	free(dir);
}
