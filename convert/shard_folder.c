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
#include "datasets/door.h"

/* How names of parts begin; and those of parts that are not whole. */
#define PART "part-"
#define ENDING ".h5"
#define UNFINISHED "." PART

/* A slash, the longest number, and the NUL. */
enum { NAME_MOST = sizeof("/" PART ENDING) + 20 };

/* An hour each, for more than a century. */
enum { PARTS_LIMIT = 1 << 20 };

/* A part that was there. */
struct known {
	uint64_t number;
	struct fv_door_pass pass;
};

struct fv_shard_folder {
	char *path;
	char *part; /* room for the path of one */
	size_t size;
	struct known *known;
	size_t nknown;
	size_t capacity;
	bool made;
};

/* Whether ${name} is that of a part, and then its ${number}. */
static bool
is_part(const char *name, uint64_t *number)
{
	char again[NAME_MOST];

	if (sscanf(name, PART "%" SCNu64 ENDING, number) != 1)
		return false;
	(void)snprintf(again, sizeof(again), PART "%05" PRIu64 ENDING, *number);
	return strcmp(name, again) == 0;
}

/* Bring part ${number} in by the door. */
static int
admit(struct fv_shard_folder *f, uint64_t number, struct fv_err *err)
{
	struct known *grown;
	const char *path;
	bool there;

	grown = fv_memory_grow(f->known, &f->capacity, f->nknown + 1,
	    sizeof(*grown), PARTS_LIMIT, err);
	if (grown == NULL)
		return fv_err_within(err, "%s", f->path);
	f->known = grown;
	path = fv_shard_folder_part(f, number, &there);
	if (fv_door_admit(path, &f->known[f->nknown].pass, err) == -1)
		return fv_err_within(err, "%s", path);
	f->known[f->nknown++].number = number;
	return 0;
}

/*
 * What is in ${dir}: with ${resume}, what was not finished goes, and parts
 * come in.
 */
static int
look(struct fv_shard_folder *f, DIR *dir, bool resume, struct fv_err *err)
{
	const struct dirent *e;
	uint64_t number;

	while ((e = readdir(dir)) != NULL) {
		if (resume &&
		    strncmp(e->d_name, UNFINISHED, strlen(UNFINISHED)) == 0)
			(void)unlinkat(dirfd(dir), e->d_name, 0);
		if (!is_part(e->d_name, &number))
			continue;
		if (!resume)
			return fv_err_set(err, FV_EEXIST,
			    "%s: there are datasets in it already: with "
			    "--resume they are gone on from, else name another "
			    "folder",
			    f->path);
		if (admit(f, number, err) == -1)
			return -1;
	}
	return 0;
}

static int
open_folder(struct fv_shard_folder *f, bool resume, struct fv_err *err)
{
	DIR *dir;
	int rc;

	if (mkdir(f->path, 0777) == 0) {
		f->made = true;
		return 0;
	}
	if (errno != EEXIST || (dir = opendir(f->path)) == NULL)
		return fv_err_system(
		    err, errno, "%s: no folder for datasets", f->path);
	rc = look(f, dir, resume, err);
	(void)closedir(dir);
	return rc;
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

struct fv_reader *
fv_shard_folder_open(
    struct fv_shard_folder *f, uint64_t number, struct fv_err *err)
{
	const char *path;
	bool there;
	size_t i;

	path = fv_shard_folder_part(f, number, &there);
	for (i = 0; i < f->nknown; i++)
		if (f->known[i].number == number)
			return fv_door_reopen(path, &f->known[i].pass, err);
	(void)fv_err_set(err, FV_EEXIST,
	    "came while captures were read: another conversion is at work in "
	    "this folder");
	return NULL;
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
	free(f->known);
	free(f);
}
