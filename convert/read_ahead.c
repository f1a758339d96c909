#include "convert/read_ahead.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

struct fv_read_ahead {
	struct fv_workers *workers;
	struct fv_job job;
	bool started; /* a block is read, or was */
	int fd;
	uint8_t *window;
	ssize_t got; /* of the job: as read(2) has it */
	int why;     /* its errno */
};

/* The job. */
static void
read_block(void *arg)
{
	struct fv_read_ahead *a = arg;

	do
		a->got = read(
		    a->fd, a->window + FV_READ_AHEAD_ROOM, FV_READ_AHEAD_BLOCK);
	while (a->got < 0 && errno == EINTR);
	a->why = errno;
}

struct fv_read_ahead *
fv_read_ahead_new(struct fv_workers *workers, int fd, struct fv_err *err)
{
	struct fv_read_ahead *a;

	if ((a = fv_memory_new(1, sizeof(*a), err)) == NULL)
		return NULL;
	if ((a->window = fv_memory_pages(FV_READ_AHEAD_WINDOW, err)) == NULL) {
		free(a);
		return NULL;
	}
	a->workers = workers;
	a->fd = fd;
	a->job.run = read_block;
	a->job.arg = a;
	return a;
}

void
fv_read_ahead_go_on(struct fv_read_ahead *a)
{
	a->started = true;
	fv_workers_start(a->workers, &a->job);
}

int
fv_read_ahead_next(
    struct fv_read_ahead *a, uint8_t **block, size_t *n, struct fv_err *err)
{
	if (!a->started)
		fv_read_ahead_go_on(a);
	fv_workers_wait(a->workers, &a->job);
	if (a->got < 0)
		return fv_err_system(err, a->why, "cannot read on");
	*block = a->window + FV_READ_AHEAD_ROOM;
	*n = (size_t)a->got;
	return a->got > 0;
}

uint8_t *
fv_read_ahead_swap(struct fv_read_ahead *a, uint8_t *window)
{
	uint8_t *taken = a->window;

	a->window = window;
	return taken;
}

void
fv_read_ahead_free(struct fv_read_ahead *a)
{
	if (a == NULL)
		return;
	fv_workers_wait(a->workers, &a->job);
	free(a->window);
	free(a);
}
