#include "convert/source.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

/* read(2) copies fastest to where a page begins. */
#define PAGE ((size_t)4096)

/* What a window holds at first; it doubles when longer pieces are asked for. */
#define CAPACITY (4 * FV_SOURCE_BLOCK)

/* ${n} rounded up to whole pages. */
static size_t
pages(size_t n)
{
	return (n + PAGE - 1) / PAGE * PAGE;
}

struct fv_source *
fv_source_open(const char *path, struct fv_err *err)
{
	int fd;

	if (strcmp(path, "-") == 0)
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	else
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		(void)fv_err_system(err, errno, "cannot open");
		return NULL;
	}
	return fv_source_open_fd(fd, err);
}

struct fv_source *
fv_source_open_fd(int fd, struct fv_err *err)
{
	struct fv_source *src = NULL;
	struct stat status;

	if (fstat(fd, &status) != 0) {
		(void)fv_err_system(err, errno, "cannot look at the file");
		goto fail;
	}
	if (S_ISDIR(status.st_mode)) {
		(void)fv_err_system(err, EISDIR, "cannot read");
		goto fail;
	}
	if ((src = fv_memory_new(1, sizeof(*src), err)) == NULL)
		goto fail;
	if ((src->window = fv_memory_pages(CAPACITY, err)) == NULL)
		goto fail;
	src->capacity = CAPACITY;
	src->fd = fd;
	src->rest = fv_cursor_over(src->window, 0);
	/* A hint that only plain files take. */
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	return src;
fail:
	free(src);
	(void)close(fd);
	return NULL;
}

struct fv_source *
fv_source_open_stream(struct fv_stream *stream, struct fv_err *err)
{
	size_t n = stream->nahead;
	struct fv_source *src;

	/* A plain file is wound back, so that its blocks fall on pages. */
	if (lseek(stream->fd, -(off_t)n, SEEK_CUR) != -1)
		n = 0;
	src = fv_source_open_fd(stream->fd, err);
	stream->fd = -1;
	if (src == NULL)
		return NULL;
	memcpy(src->window, stream->ahead, n);
	src->rest = fv_cursor_over(src->window, n);
	src->end_offset = n;
	return src;
}

void
fv_source_free(struct fv_source *src)
{
	if (src == NULL)
		return;
	(void)close(src->fd);
	free(src->window);
	free(src);
}

/* How many bytes before the next one are kept. */
static size_t
behind(struct fv_source *src)
{
	size_t n;

	if (src->kept == NULL)
		return 0;
	n = (size_t)(src->rest.at - src->kept);
	if (n <= FV_SOURCE_KEPT)
		return n;
	src->kept = NULL;
	return 0;
}

/*
 * Move what is unread or kept to where it ends on a page near the window's
 * beginning, with room for ${n} unread bytes and a block behind them; the
 * blocks that are read after it then fall on the same pages each time.
 */
static int
make_room(struct fv_source *src, size_t n, struct fv_err *err)
{
	size_t before = behind(src);
	size_t left = fv_cursor_left(&src->rest);
	size_t need = pages(before + left) + pages(n - left) + FV_SOURCE_BLOCK;
	size_t start = pages(before + left) - left - before;
	size_t capacity = src->capacity;
	uint8_t *window = src->window;

	while (capacity < need)
		capacity *= 2;
	if (capacity > src->capacity) {
		if ((window = fv_memory_pages(capacity, err)) == NULL)
			return -1;
		src->capacity = capacity;
	}
	memmove(window + start, src->rest.at - before, before + left);
	if (window != src->window) {
		free(src->window);
		src->window = window;
	}
	src->rest = fv_cursor_over(window + start + before, left);
	if (src->kept != NULL)
		src->kept = window + start;
	return 0;
}

int
fv_source_fill(struct fv_source *src, size_t n, struct fv_err *err)
{
	uint8_t *to;
	ssize_t got;

	assert(n <= FV_SOURCE_LIMIT);
	if (src->ended || fv_cursor_left(&src->rest) >= n)
		return fv_cursor_left(&src->rest) >= n;
	if (make_room(src, n, err) != 0)
		return -1;
	to = src->window + (src->rest.end - src->window);
	while (fv_cursor_left(&src->rest) < n) {
		got = read(src->fd, to, FV_SOURCE_BLOCK);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fv_err_system(err, errno, "cannot read on");
		if (got == 0) {
			src->ended = true;
			return 0;
		}
		to += got;
		src->rest.end = to;
		src->end_offset += (uint64_t)got;
	}
	return 1;
}

void
fv_source_rewind(struct fv_source *src)
{
	src->rest.at -= behind(src);
	src->kept = NULL;
}

int
fv_source_skip_zeros(struct fv_source *src, struct fv_err *err)
{
	struct fv_cursor c;
	uint32_t word;
	uint8_t byte;
	int rc;

	while ((rc = fv_source_has(src, sizeof(word), err)) == 1) {
		c = src->rest;
		while (fv_take_be32(&c, &word) && word == 0) {
			(void)fv_take_skip(&src->rest, 1);
			c = src->rest;
		}
		if (fv_cursor_left(&src->rest) >= sizeof(word))
			return 0;
	}
	for (c = src->rest; fv_take_u8(&c, &byte);)
		if (byte != 0)
			return 0;
	src->rest = c;
	return rc == 0 ? 1 : -1;
}

int
fv_source_skip_all(struct fv_source *src, struct fv_err *err)
{
	int rc;

	do {
		fv_source_step(src, fv_cursor_left(&src->rest));
	} while ((rc = fv_source_has(src, 1, err)) == 1);
	return rc;
}
