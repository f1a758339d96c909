#include "convert/live.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "anonymize/key.h"
#include "base/memory.h"
#include "convert/live_merge.h"
#include "convert/live_tap.h"
#include "convert/packet_block.h"

#define MILLISECOND INT64_C(1000000)
#define SECOND (1000 * MILLISECOND)

/* What is written into the pipe at a time, and what the pipe holds. */
enum { BATCH = 1 << 19, PIPE_BYTES = 1 << 20 };

/* Packets fetched from one interface before the others have their turn. */
enum { TURN = 4096 };

/* The longest time, in ms, without a look at interfaces and clock. */
enum { LOOK = 100 };

/*
 * How long a packet waits for an earlier one of another interface, and how
 * long the capture is read on after its end for packets that passed before:
 * more than twice what the system takes to hand them over (GATHER in
 * live_tap.c).
 */
#define HOLD (250 * MILLISECOND)

/* What may wait meanwhile, of each interface. */
enum { WAITING = 1 << 24 };

/*
 * How often losses are asked for, and told if there are more: counters of 32
 * bits must not go round, and who writes datasets of an hour wants to know
 * which hour lost something.
 */
#define COUNT_EVERY SECOND

/* The longest label: names of interfaces, which the system keeps below 16. */
enum { LABEL = 256, PATH = 32 };

struct tap {
	struct fv_live *live;
	struct fv_live_tap *tap;
	uint32_t number;
	enum fv_side side;
	uint64_t told; /* packets lost, as the capture has it so far */
};

struct fv_live {
	struct tap tap[FV_LIVE_INTERFACES];
	size_t ntaps;
	struct fv_reading_input input;
	char label[LABEL];
	char path[PATH];
	int from; /* the reading end of the pipe */
	int stop; /* can be read when the capture is to end */

	/* The rest is the thread's while it runs. */
	bool running;
	pthread_t thread;
	struct fv_live_merge *merge;
	int to; /* the end that is written to */
	uint8_t *batch;
	size_t nbatch;
	bool unread;         /* nobody reads any more */
	bool passed;         /* a packet, since losses were asked for */
	int64_t now;         /* on a clock that only goes forward */
	int64_t end;         /* when to stop, on that clock */
	int64_t last;        /* the time of the last packet, on the wall */
	int64_t counted;     /* when losses were asked for */
	struct fv_err fault; /* FV_OK while none was met */
};

static int64_t
clock_now(clockid_t clock)
{
	struct timespec t;

	(void)clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * SECOND + t.tv_nsec;
}

/* Write out what was gathered.  Returns 0, or -1 when nobody reads it. */
static int
flush(struct fv_live *live)
{
	size_t done = 0;
	ssize_t put;

	while (done < live->nbatch && !live->unread) {
		put = write(live->to, live->batch + done, live->nbatch - done);
		if (put >= 0)
			done += (size_t)put;
		else if (errno != EINTR)
			live->unread = true;
	}
	live->nbatch = 0;
	return live->unread ? -1 : 0;
}

/* For fv_live_merge: a block has its turn. */
static int
gather(void *arg, const uint8_t *block, size_t n)
{
	struct fv_live *live = arg;

	if (live->nbatch + n > BATCH && flush(live) == -1)
		return -1;
	memcpy(live->batch + live->nbatch, block, n);
	live->nbatch += n;
	return 0;
}

/* For fv_live_tap: a packet. */
static void
take(void *arg, int64_t time, const uint8_t *bytes, uint32_t captured,
    uint32_t length)
{
	const struct tap *tap = arg;
	struct fv_live *live = tap->live;
	const struct fv_packet_block packet = { time, tap->number, captured,
		length, tap->side };
	uint8_t *at;

	if (live->unread || time > live->last)
		return;
	live->passed = true;
	at = fv_live_merge_add(live->merge, tap->number, time, live->now,
	    fv_packet_block_size(&packet));
	if (at == NULL)
		return;
	fv_packet_block_head(at, &packet);
	at += FV_PACKET_BLOCK_HEAD;
	memcpy(at, bytes, captured);
	(void)fv_packet_block_tail(at + captured, &packet);
}

/* The blocks that a capture begins with. */
static void
begin_capture(struct fv_live *live)
{
	uint8_t block[FV_PACKET_BLOCK_INTERFACE];
	size_t i;

	fv_packet_block_section(block);
	(void)gather(live, block, FV_PACKET_BLOCK_SECTION);
	for (i = 0; i < live->ntaps; i++) {
		fv_packet_block_interface(block,
		    fv_live_tap_link_type(live->tap[i].tap),
		    fv_live_tap_snapshot_length(live->tap[i].tap));
		(void)gather(live, block, sizeof(block));
	}
}

/* Ask what ${tap} has lost, and say so if it is more, or ${anyway}. */
static void
count(struct tap *tap, bool anyway)
{
	const struct fv_live_tap_counts *counts;
	struct fv_packet_block_statistics s = { .interface = tap->number };
	uint8_t block[FV_PACKET_BLOCK_STATISTICS];
	uint64_t lost;

	fv_live_tap_count(tap->tap);
	if ((counts = fv_live_tap_counts(tap->tap)) == NULL)
		return;
	lost = counts->dropped_by_interface + counts->dropped_by_system;
	if (lost == tap->told && !anyway)
		return;
	tap->told = lost;
	s.time = clock_now(CLOCK_REALTIME);
	s.received = counts->received;
	s.dropped_by_interface = counts->dropped_by_interface;
	s.dropped_by_system = counts->dropped_by_system;
	fv_packet_block_statistics(block, &s);
	(void)gather(tap->live, block, sizeof(block));
}

/* What a capture ends with: packets that wait, and what was lost. */
static void
end_capture(struct fv_live *live)
{
	size_t i;

	if (fv_live_merge_end(live->merge) == -1)
		return;
	for (i = 0; i < live->ntaps; i++)
		count(&live->tap[i], true);
	(void)flush(live);
}

/* Fetch what is there.  Returns whether more may be; false after a fault. */
static bool
fetch(struct fv_live *live)
{
	bool more = false;
	size_t i;
	int n;

	live->now = clock_now(CLOCK_MONOTONIC);
	for (i = 0; i < live->ntaps; i++) {
		n = fv_live_tap_fetch(
		    live->tap[i].tap, TURN, take, &live->tap[i], &live->fault);
		if (n == -1)
			return false;
		more |= n == TURN;
	}
	return more;
}

/*
 * Wait until packets are there, the capture is to stop, or a look at the
 * clock is due.  Returns whether it is to stop.
 */
static bool
wait_for_packets(const struct fv_live *live)
{
	struct pollfd fds[FV_LIVE_INTERFACES + 1] = { { .fd = live->stop,
	    .events = POLLIN } };
	int64_t left = (live->end - live->now) / MILLISECOND;
	size_t i;

	/* One below 0 is left out. */
	for (i = 0; i < live->ntaps; i++)
		fds[i + 1] = (struct pollfd){
			.fd = fv_live_tap_fd(live->tap[i].tap),
			.events = POLLIN,
		};
	return poll(fds, live->ntaps + 1,
		   left < 0          ? 0
		       : left < LOOK ? (int)left
				     : LOOK) > 0 &&
	    fds[0].revents != 0;
}

/* The same when packets may be there already. */
static bool
is_to_stop(const struct fv_live *live)
{
	struct pollfd stop = { .fd = live->stop, .events = POLLIN };

	return poll(&stop, 1, 0) > 0;
}

/*
 * When nothing has passed for so long, say how late it is, for whoever waits
 * for the end of an hour.  What the system has not handed over yet is younger
 * than HOLD.
 */
static void
tell_time(struct fv_live *live)
{
	uint8_t block[FV_PACKET_BLOCK_CLOCK];

	fv_packet_block_clock(block, clock_now(CLOCK_REALTIME) - HOLD);
	(void)gather(live, block, sizeof(block));
}

static void
count_at_times(struct fv_live *live)
{
	size_t i;

	if (live->now - live->counted < COUNT_EVERY)
		return;
	live->counted = live->now;
	for (i = 0; i < live->ntaps; i++)
		count(&live->tap[i], false);
	if (!live->passed)
		tell_time(live);
	live->passed = false;
}

/*
 * Fetch packets and pass them on until the capture is to end, and what has
 * passed before that.
 */
static void
capture_all(struct fv_live *live)
{
	bool more = false, ending = false;

	while (!live->unread && live->fault.code == FV_OK) {
		if (!ending &&
		    (more ? is_to_stop(live) : wait_for_packets(live)))
			live->end = clock_now(CLOCK_MONOTONIC);
		else if (ending && !more)
			(void)poll(NULL, 0, LOOK / 4);
		more = fetch(live);
		if (!ending && live->now >= live->end) {
			ending = true;
			live->last = clock_now(CLOCK_REALTIME);
			live->end = live->now + HOLD;
		} else if (ending && live->now >= live->end) {
			break;
		}
		count_at_times(live);
		if (fv_live_merge_pass(live->merge, live->now) == -1 ||
		    (!more && flush(live) == -1))
			break;
	}
}

static void *
capture(void *arg)
{
	struct fv_live *live = arg;

	begin_capture(live);
	if (flush(live) == 0) {
		capture_all(live);
		end_capture(live);
	}
	(void)close(live->to);
	live->to = -1;
	return NULL;
}

/* Signals are for others; and a pipe that nobody reads is told by write. */
static int
start(struct fv_live *live, struct fv_err *err)
{
	sigset_t all, before;
	int rc;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_BLOCK, &all, &before);
	rc = pthread_create(&live->thread, NULL, capture, live);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc != 0)
		return fv_err_system(err, rc, "no thread can be started");
	live->running = true;
	return 0;
}

static int
open_taps(struct fv_live *live, const struct fv_live_options *options,
    struct fv_err *err)
{
	struct fv_live_tap_options tap = {
		.snapshot_length = options->snapshot_length,
		.buffer = options->buffer,
		.note = options->note,
		.arg = options->arg,
	};
	size_t i;

	for (i = 0; i < options->ninterfaces; i++) {
		tap.interface = options->interfaces[i].name;
		live->tap[i].live = live;
		live->tap[i].number = (uint32_t)i;
		live->tap[i].side = options->interfaces[i].side;
		live->tap[i].tap = fv_live_tap_open(&tap, err);
		if (live->tap[i].tap == NULL)
			return -1;
		live->ntaps++;
	}
	return 0;
}

/* Make the pipe, and say of its reading end what a reader needs. */
static int
open_pipe(struct fv_live *live, const struct fv_live_options *options,
    struct fv_err *err)
{
	const struct fv_live_interface *interfaces = options->interfaces;
	size_t i, used = 0;
	int ends[2];

	if ((live->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) == -1 ||
	    pipe2(ends, O_CLOEXEC) == -1)
		return fv_err_system(err, errno, "no pipe can be made");
	live->from = ends[0];
	live->to = ends[1];
	/* A wish: systems may allow less. */
	(void)fcntl(live->to, F_SETPIPE_SZ, PIPE_BYTES);
	(void)snprintf(live->path, PATH, "/dev/fd/%d", live->from);
	live->input.path = live->path;
	live->input.label = live->label;
	live->input.live = true;
	live->input.side = interfaces[0].side;
	for (i = 0; i < live->ntaps && used < LABEL; i++) {
		used += (size_t)snprintf(live->label + used, LABEL - used,
		    "%s %s", i == 0 ? "interface" : " and", interfaces[i].name);
		if (interfaces[i].side != live->input.side)
			live->input.side = FV_SIDE_BOTH;
	}
	return 0;
}

struct fv_live *
fv_live_new(const struct fv_live_options *options, struct fv_err *err)
{
	struct fv_live *live;

	assert(options->ninterfaces > 0 &&
	    options->ninterfaces <= FV_LIVE_INTERFACES);
	if ((live = fv_memory_new(1, sizeof(*live), err)) == NULL)
		return NULL;
	live->from = live->to = live->stop = -1;
	(void)fv_err_set(&live->fault, FV_OK, "%s", "");
	live->last = INT64_MAX;
	live->now = live->counted = clock_now(CLOCK_MONOTONIC);
	live->end = INT64_MAX;
	if (options->duration > 0)
		live->end = live->now + options->duration;
	if (open_taps(live, options, err) == -1 ||
	    open_pipe(live, options, err) == -1 ||
	    (live->batch = fv_memory_pages(BATCH, err)) == NULL ||
	    (live->merge = fv_live_merge_new((unsigned)live->ntaps, WAITING,
		 HOLD, gather, live, err)) == NULL ||
	    start(live, err) == -1) {
		fv_live_free(live);
		return NULL;
	}
	return live;
}

const struct fv_reading_input *
fv_live_input(const struct fv_live *live)
{
	return &live->input;
}

void
fv_live_stop(struct fv_live *live)
{
	const uint64_t one = 1;
	int before = errno;

	/* It can fail only when it was asked to stop 2^64 times. */
	if (write(live->stop, &one, sizeof(one)) == -1)
		errno = before;
}

/*
 * Let the thread end.  First this end of the pipe is closed, or where nobody
 * has read to the end the thread might wait for a reader for ever.
 */
static void
join(struct fv_live *live)
{
	if (live->from != -1)
		(void)close(live->from);
	live->from = -1;
	if (!live->running)
		return;
	fv_live_stop(live);
	(void)pthread_join(live->thread, NULL);
	live->running = false;
}

int
fv_live_end(struct fv_live *live, struct fv_err *err)
{
	join(live);
	if (live->fault.code == FV_OK)
		return 0;
	*err = live->fault;
	return -1;
}

void
fv_live_free(struct fv_live *live)
{
	size_t i;

	if (live == NULL)
		return;
	join(live);
	if (live->to != -1)
		(void)close(live->to);
	if (live->stop != -1)
		(void)close(live->stop);
	for (i = 0; i < live->ntaps; i++)
		fv_live_tap_close(live->tap[i].tap);
	fv_live_merge_free(live->merge);
	if (live->batch != NULL)
		fv_key_wipe(live->batch, BATCH);
	free(live->batch);
	free(live);
}
