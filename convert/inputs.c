#include "convert/inputs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The longest label: a path, and the number of a file below it. */
enum { LABEL = 512 };

static int
not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Goes through the files of a directory and of those in it, in order. */
struct folder {
	int (*file)(void *arg, const char *path, struct fv_err *err);
	void *arg;
};

static int
each_file(const struct folder *f, const char *path, unsigned depth,
    struct fv_err *err)
{
	struct dirent **entry = NULL;
	struct stat status;
	char *inner;
	int i, n, rc = 0;

	if (depth == FV_INPUTS_FOLDERS)
		return fv_err_set(err, FV_ELIMIT,
		    "folders in folders are followed %d deep",
		    FV_INPUTS_FOLDERS);
	if ((n = scandir(path, &entry, not_hidden, by_bytes)) == -1)
		return fv_err_system(err, errno, "a folder cannot be read");
	for (i = 0; i < n; i++) {
		if (rc == 0 &&
		    asprintf(&inner, "%s/%s", path, entry[i]->d_name) == -1)
			rc = fv_err_system(err, ENOMEM, "a folder");
		free(entry[i]);
		if (rc != 0)
			continue;
		if (stat(inner, &status) == 0 && S_ISDIR(status.st_mode))
			rc = each_file(f, inner, depth + 1, err);
		else if (S_ISREG(status.st_mode))
			rc = f->file(f->arg, inner, err);
		free(inner);
	}
	free(entry);
	return rc;
}

/* A walk through a directory that was named. */
struct folder_walk {
	fv_inputs_file *file;
	void *arg;
	const char *path;
	unsigned files;
};

static int
visit_numbered(void *arg, const char *path, struct fv_err *err)
{
	struct folder_walk *f = arg;
	char label[LABEL];

	(void)snprintf(
	    label, sizeof(label), "%s, file %u", f->path, ++f->files);
	return f->file(f->arg, path, label, true, err);
}

static bool
is_folder(const char *path)
{
	struct stat status;

	return strcmp(path, "-") != 0 && stat(path, &status) == 0 &&
	    S_ISDIR(status.st_mode);
}

int
fv_inputs_each(
    const char *path, fv_inputs_file *file, void *arg, struct fv_err *err)
{
	struct folder_walk walk = { file, arg, path, 0 };
	const struct folder folder = { visit_numbered, &walk };

	if (!is_folder(path))
		return file(arg, path, path, false, err);
	return each_file(&folder, path, 0, err);
}

static int
add_size(void *arg, const char *path, struct fv_err *err)
{
	struct stat status;

	(void)err;
	if (stat(path, &status) == 0)
		*(uint64_t *)arg += (uint64_t)status.st_size;
	return 0;
}

uint64_t
fv_inputs_size(const char *path)
{
	const struct folder folder = { add_size, &(uint64_t){ 0 } };
	struct stat status;
	struct fv_err err;

	if (strcmp(path, "-") == 0 || stat(path, &status) == -1)
		return 0;
	if (S_ISDIR(status.st_mode))
		return each_file(&folder, path, 0, &err) == 0
		    ? *(uint64_t *)folder.arg
		    : 0;
	return S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0;
}

bool
fv_inputs_again(const char *path)
{
	struct stat status;

	/* What is not there is left to be told by whoever opens it. */
	return strcmp(path, "-") != 0 &&
	    (stat(path, &status) == -1 || S_ISREG(status.st_mode));
}
