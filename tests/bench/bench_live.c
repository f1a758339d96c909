#include <arpa/inet.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/attributes.h"
#include "convert/capture.h"
#include "convert/live.h"

/*
 * What it costs to capture: UDP packets on the loopback interface, sent by
 * another process as fast as it can, fetched by the thread of convert/live and
 * read from its pipe.  All are captured or counted as lost; of the latter the
 * system counts both ways, out and in.
 */

enum { PACKETS = 1000000, PAYLOAD = 972, AT_ONCE = 50, HEADERS = 42 };

/* Send PACKETS to the socket ${sink}, of which it takes what it can. */
static int
flood(int sink)
{
	struct sockaddr_in to;
	socklen_t length = sizeof(to);
	static char payload[PAYLOAD];
	struct iovec piece = { payload, sizeof(payload) };
	struct mmsghdr messages[AT_ONCE];
	int i, from = socket(AF_INET, SOCK_DGRAM, 0), sent = 0;

	if (from == -1 || getsockname(sink, (void *)&to, &length) == -1 ||
	    connect(from, (void *)&to, length) == -1)
		return 1;
	memset(messages, 0, sizeof(messages));
	for (i = 0; i < AT_ONCE; i++) {
		messages[i].msg_hdr.msg_iov = &piece;
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	while (sent < PACKETS) {
		if ((i = sendmmsg(from, messages, AT_ONCE, 0)) <= 0)
			return 1;
		sent += i;
	}
	return 0;
}

static double
seconds_of(clockid_t clock)
{
	struct timespec t;

	(void)clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Who sends, and what is to end when that is done. */
struct sender {
	pid_t child;
	struct fv_live *live;
	int status;
	double ended;
};

static void *
wait_and_stop(void *arg)
{
	struct sender *sender = arg;

	(void)waitpid(sender->child, &sender->status, 0);
	sender->ended = seconds_of(CLOCK_MONOTONIC);
	fv_live_stop(sender->live);
	return NULL;
}

static int
run(uint32_t snaplen)
{
	static const struct fv_live_interface loopback = { "lo", FV_SIDE_BOTH };
	const struct fv_live_options options = { .interfaces = &loopback,
		.ninterfaces = 1,
		.snapshot_length = snaplen,
		.buffer = 64 << 20 };
	struct sockaddr_in here = { .sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	double began, processor;
	int sink = socket(AF_INET, SOCK_DGRAM, 0);
	uint64_t packets = 0, lost;
	struct fv_capture *cap;
	struct fv_frame frame;
	struct sender sender = { .status = 1 };
	pthread_t waiting;
	struct fv_err err;

	if (bind(sink, (void *)&here, sizeof(here)) == -1 ||
	    (sender.live = fv_live_new(&options, &err)) == NULL) {
		(void)fprintf(stderr, "bench_live: %s\n", err.text);
		return -1;
	}
	began = seconds_of(CLOCK_MONOTONIC);
	processor = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
	if ((sender.child = fork()) == 0)
		_exit(flood(sink));
	if (pthread_create(&waiting, NULL, wait_and_stop, &sender) != 0)
		return -1;
	cap = fv_capture_open(fv_live_input(sender.live)->path, &err);
	while (cap != NULL && fv_capture_next(cap, &frame, &err) == 1)
		packets += frame.length == HEADERS + PAYLOAD;
	(void)pthread_join(waiting, NULL);
	processor = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - processor;
	lost = cap == NULL ? 0 : fv_capture_about(cap)->dropped;
	fv_capture_free(cap);
	fv_live_free(sender.live);
	(void)close(sink);
	(void)printf("live, snaplen %-6" PRIu32
		     " %.2f M packets/s sent, %" PRIu64 " captured, %" PRIu64
		     " lost, %.0f ns of processor each\n",
	    snaplen, PACKETS / (sender.ended - began) * 1e-6, packets, lost,
	    processor / (double)packets * 1e9);
	return sender.status == 0 && packets + lost >= PACKETS ? 0 : -1;
}

int
main(void)
{
	static const uint32_t snaplens[] = { 128, 512, 65535 };
	size_t i;

	for (i = 0; i < FV_COUNT(snaplens); i++)
		if (run(snaplens[i]) == -1)
			return 1;
	return 0;
}
