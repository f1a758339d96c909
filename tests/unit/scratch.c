#include "tests/unit/scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attributes.h"

void
fv_scratch_make(struct fv_scratch *s)
{
	const char *under = getenv("TMPDIR");

	memset(s, 0, sizeof(*s));
	(void)snprintf(s->directory, sizeof(s->directory), "%s/fv-unit-XXXXXX",
	    under == NULL ? "/tmp" : under);
	if (mkdtemp(s->directory) == NULL)
		abort();
}

const char *
fv_scratch_path(struct fv_scratch *s, const char *name)
{
	char **path = &s->path[s->next++ % FV_COUNT(s->path)];

	free(*path);
	if (asprintf(path, "%s/%s", s->directory, name) == -1)
		abort();
	return *path;
}

static int
is_entry(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 &&
	    strcmp(entry->d_name, "..") != 0;
}

size_t
fv_scratch_count(const struct fv_scratch *s)
{
	struct dirent *entry;
	DIR *dir = opendir(s->directory);
	size_t n = 0;

	if (dir == NULL)
		abort();
	while ((entry = readdir(dir)) != NULL)
		n += (size_t)is_entry(entry);
	(void)closedir(dir);
	return n;
}

const char *
fv_scratch_file(struct fv_scratch *s, const char *name, const void *bytes,
    size_t n, unsigned mode)
{
	const char *path = fv_scratch_path(s, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd == -1 || write(fd, bytes, n) != (ssize_t)n ||
	    fchmod(fd, mode) == -1 || close(fd) == -1)
		abort();
	return path;
}

long
fv_scratch_read(struct fv_scratch *s, const char *name, char *text, size_t size)
{
	int fd = open(fv_scratch_path(s, name), O_RDONLY | O_CLOEXEC);
	ssize_t n;

	text[0] = '\0';
	if (fd == -1)
		return -1;
	n = read(fd, text, size - 1);
	if (n >= 0)
		text[n] = '\0';
	(void)close(fd);
	return n;
}

void
fv_scratch_remove(struct fv_scratch *s)
{
	struct dirent *entry;
	DIR *dir = opendir(s->directory);
	size_t i;

	if (dir == NULL)
		abort();
	while ((entry = readdir(dir)) != NULL)
		if (is_entry(entry))
			(void)unlinkat(dirfd(dir), entry->d_name, 0);
	(void)closedir(dir);
	(void)rmdir(s->directory);
	for (i = 0; i < FV_COUNT(s->path); i++)
		free(s->path[i]);
}
