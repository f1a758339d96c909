#include "tests/unit/suites.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "convert/capture.h"
#include "convert/live.h"

/*
 * On the loopback interface, for which the machine has to allow capturing;
 * others may send something there meanwhile, so packets to a port of our own
 * are what counts.
 */
#define LOOPBACK "lo"

enum { SNAPLEN = 96, PAYLOAD = 200, HEADERS = 14 + 20 + 8 };

static const struct fv_live_interface loopback[] = { { LOOPBACK,
    FV_SIDE_INBOUND } };

static struct fv_live *
begin(int64_t duration)
{
	const struct fv_live_options options = {
		.interfaces = loopback,
		.ninterfaces = 1,
		.snapshot_length = SNAPLEN,
		.buffer = 1 << 20,
		.duration = duration,
	};
	struct fv_err err;
	struct fv_live *live = fv_live_new(&options, &err);

	if (live == NULL)
		(void)printf("\n%s\nThis test captures on the loopback "
			     "interface, and fails without that right.\n",
		    err.text);
	CU_ASSERT_PTR_NOT_NULL_FATAL(live);
	return live;
}

/* Send ${n} packets to the loopback address; returns the port they go to. */
static uint16_t
send_packets(int n)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t length = sizeof(to);
	static const char payload[PAYLOAD];
	int from = socket(AF_INET, SOCK_DGRAM, 0),
	    sink = socket(AF_INET, SOCK_DGRAM, 0);

	CU_ASSERT_EQUAL_FATAL(bind(sink, (void *)&to, sizeof(to)), 0);
	CU_ASSERT_EQUAL_FATAL(getsockname(sink, (void *)&to, &length), 0);
	while (n-- > 0)
		CU_ASSERT_EQUAL(sendto(from, payload, sizeof(payload), 0,
				    (void *)&to, sizeof(to)),
		    PAYLOAD);
	(void)close(from);
	(void)close(sink);
	return ntohs(to.sin_port);
}

/* Read the capture to its end: how many packets went to ${port}. */
static int
count_packets(const struct fv_live *live, uint16_t port)
{
	const struct fv_reading_input *input = fv_live_input(live);
	struct fv_capture *cap;
	struct fv_frame frame;
	struct fv_err err;
	int rc, n = 0;

	cap = fv_capture_open(input->path, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(cap);
	while ((rc = fv_capture_next(cap, &frame, &err)) == 1) {
		if (frame.captured < HEADERS || frame.bytes[36] != port >> 8 ||
		    frame.bytes[37] != (uint8_t)port)
			continue;
		CU_ASSERT_EQUAL(frame.captured, SNAPLEN);
		CU_ASSERT_EQUAL(frame.length, HEADERS + PAYLOAD);
		CU_ASSERT_EQUAL(frame.side, FV_SIDE_INBOUND);
		CU_ASSERT_EQUAL(frame.link_type, 1);
		n++;
	}
	CU_ASSERT_EQUAL(rc, 0);
	CU_ASSERT_EQUAL(fv_capture_about(cap)->snapshot_length, SNAPLEN);
	CU_ASSERT_EQUAL(fv_capture_about(cap)->dropped, 0);
	fv_capture_free(cap);
	return n;
}

static void
what_passed_before_the_end_is_in_it(void)
{
	struct fv_live *live = begin(0);
	struct fv_err err;
	uint16_t port;

	CU_ASSERT_STRING_EQUAL(
	    fv_live_input(live)->label, "interface " LOOPBACK);
	CU_ASSERT_EQUAL(fv_live_input(live)->side, FV_SIDE_INBOUND);
	port = send_packets(1000);
	fv_live_stop(live);
	CU_ASSERT_EQUAL(count_packets(live, port), 1000);
	CU_ASSERT_EQUAL(fv_live_end(live, &err), 0);
	fv_live_free(live);
}

static void
a_capture_ends_after_its_duration(void)
{
	struct fv_live *live = begin(INT64_C(50000000));
	struct fv_err err;
	uint16_t port = send_packets(3);

	CU_ASSERT_EQUAL(count_packets(live, port), 3);
	CU_ASSERT_EQUAL(fv_live_end(live, &err), 0);
	fv_live_free(live);
}

/* More than a pipe holds, so that its writer waits for a reader. */
static void
a_capture_that_nobody_reads_can_be_given_up(void)
{
	struct fv_live *live = begin(0);

	(void)send_packets(10000);
	fv_live_free(live);
}

static void
an_interface_that_is_not_there_is_told(void)
{
	static const struct fv_live_interface none[] = { { "lo", FV_SIDE_BOTH },
		{ "no-such-thing", FV_SIDE_BOTH } };
	const struct fv_live_options options = {
		.interfaces = none,
		.ninterfaces = 2,
		.snapshot_length = SNAPLEN,
		.buffer = 1 << 20,
	};
	struct fv_err err;

	CU_ASSERT_PTR_NULL(fv_live_new(&options, &err));
	CU_ASSERT_EQUAL(err.code, FV_EUSAGE);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "interface no-such-thing: "));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "here are "));
}

CU_TestInfo suite_live[] = {
	{ "what passed before the end is in it",
	    what_passed_before_the_end_is_in_it },
	{ "a capture ends after its duration",
	    a_capture_ends_after_its_duration },
	{ "a capture that nobody reads can be given up",
	    a_capture_that_nobody_reads_can_be_given_up },
	{ "an interface that is not there is told",
	    an_interface_that_is_not_there_is_told },
	CU_TEST_INFO_NULL,
};
