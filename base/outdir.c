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
#include "base/outfile.h"

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
		    "%s: exists already, and is left as it is", path);
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

int
fv_outdir_write(struct fv_outdir *dir, const char *name, const void *bytes,
    size_t n, struct fv_err *err)
{
	struct fv_outfile *out;
	char *path;
	int rc = -1;

	if (asprintf(&path, "%s/%s", dir->temporary, name) == -1)
		return fv_err_set(err, FV_EMEMORY, "out of memory");
	if ((out = fv_outfile_new(path, false, err)) != NULL &&
	    fv_outfile_write(out, bytes, n, err) == 0 &&
	    fv_outfile_commit(out, err) == 0)
		rc = 0;
	fv_outfile_free(out);
	free(path);
	return rc;
}

int
fv_outdir_folder(struct fv_outdir *dir, const char *name, struct fv_err *err)
{
	char *path;
	int rc = 0;

	if (asprintf(&path, "%s/%s", dir->temporary, name) == -1)
		return fv_err_set(err, FV_EMEMORY, "out of memory");
	if (mkdir(path, 0777) == -1)
		rc = fv_err_system(
		    err, errno, "%s/%s: cannot be created", dir->path, name);
	free(path);
	return rc;
}

const char *
fv_outdir_path(const struct fv_outdir *dir)
{
	return dir->temporary;
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

/* Remove the files in the open directory ${d}. */
static void
remove_files(DIR *d)
{
	struct dirent *entry;

	while ((entry = readdir(d)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			(void)unlinkat(dirfd(d), entry->d_name, 0);
}

/* Remove the folder ${name} of ${parent}; what is no folder stays. */
static void
remove_folder(DIR *parent, const char *name)
{
	DIR *d = NULL;
	int fd;

	fd = openat(dirfd(parent), name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		return;
	if ((d = fdopendir(fd)) == NULL) {
		(void)close(fd);
		return;
	}
	remove_files(d);
	(void)closedir(d);
	(void)unlinkat(dirfd(parent), name, AT_REMOVEDIR);
}

/* Remove the files that we wrote, the folders, then the directory itself. */
static void
remove_all(const char *path)
{
	struct dirent *entry;
	DIR *d;

	if ((d = opendir(path)) == NULL)
		return;
	remove_files(d);
	rewinddir(d);
	while ((entry = readdir(d)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			remove_folder(d, entry->d_name);
	(void)closedir(d);
	(void)rmdir(path);
}

void
fv_outdir_free(struct fv_outdir *dir)
{
	if (dir == NULL)
		return;
	if (dir->made && !dir->committed)
		remove_all(dir->temporary);
	free(dir->temporary);
	free(dir->path);
	free(dir);
}
