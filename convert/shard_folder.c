#include "convert/shard_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

/* How names of parts begin; and those of parts that are not whole. */
#define PART "part-"
#define ENDING ".h5"
#define UNFINISHED "." PART

/* A slash, the longest number, and the NUL. */
enum { NAME_MOST = sizeof("/" PART ENDING) + 20 };

struct fv_shard_folder {
	char *path;
	char *part; /* room for the path of one */
	size_t size;
	bool made;
};

static bool
is_part(const char *name)
{
	size_t n = strlen(name);

	return strncmp(name, PART, strlen(PART)) == 0 &&
	    n > strlen(PART ENDING) &&
	    strcmp(name + n - strlen(ENDING), ENDING) == 0;
}

/*
 * What is in ${dir}: remove what was not finished, if ${clean}, and tell
 * whether there are parts.
 */
static bool
look(DIR *dir, bool clean)
{
	const struct dirent *e;
	bool parts = false;

	while ((e = readdir(dir)) != NULL) {
		parts = parts || is_part(e->d_name);
		if (clean &&
		    strncmp(e->d_name, UNFINISHED, strlen(UNFINISHED)) == 0)
			(void)unlinkat(dirfd(dir), e->d_name, 0);
	}
	return parts;
}

static int
open_folder(struct fv_shard_folder *f, bool resume, struct fv_err *err)
{
	bool parts;
	DIR *dir;

	if (mkdir(f->path, 0777) == 0) {
		f->made = true;
		return 0;
	}
	if (errno != EEXIST || (dir = opendir(f->path)) == NULL)
		return fv_err_system(
		    err, errno, "%s: no folder for datasets", f->path);
	parts = look(dir, resume);
	(void)closedir(dir);
	if (!parts || resume)
		return 0;
	return fv_err_set(err, FV_EEXIST,
	    "%s: there are datasets in it already: with --resume they are "
	    "gone on from, else name another folder",
	    f->path);
}

struct fv_shard_folder *
fv_shard_folder_new(const char *path, bool resume, struct fv_err *err)
{
	struct fv_shard_folder *f;

	if ((f = fv_memory_new(1, sizeof(*f), err)) == NULL)
		return NULL;
	f->size = strlen(path) + NAME_MOST;
	if ((f->path = strdup(path)) == NULL ||
	    (f->part = malloc(f->size)) == NULL)
		(void)fv_err_set(err, FV_EMEMORY, "out of memory");
	else if (open_folder(f, resume, err) == 0)
		return f;
	fv_shard_folder_free(f);
	return NULL;
}

const char *
fv_shard_folder_part(struct fv_shard_folder *f, uint64_t number, bool *there)
{
	struct stat st;

	(void)snprintf(
	    f->part, f->size, "%s/" PART "%05" PRIu64 ENDING, f->path, number);
	*there = lstat(f->part, &st) == 0;
	return f->part;
}

void
fv_shard_folder_free(struct fv_shard_folder *f)
{
	if (f == NULL)
		return;
	if (f->made)
		(void)rmdir(f->path); /* fails where a part is in it */
	free(f->path);
	free(f->part);
	free(f);
}
