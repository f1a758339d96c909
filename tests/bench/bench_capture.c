#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <pcap/pcap.h>

#include "convert/capture.h"
#include "tests/capgen/capfile.h"

/*
 * How fast captures are read, against libpcap on the same file in the same
 * run: frames of headers, snapshot length 96, from the page cache, with one
 * thread.  The best of several rounds counts, in processor time.
 */

#define FRAMES 2000000
#define ROUNDS 5
#define SNAPSHOT 96

/* What readers have in common: the frames they saw, and a sum of bytes. */
struct result {
	size_t frames;
	uint64_t sum;
};

/* Touch what a decoder would: bytes of the headers of three layers. */
static void
touch(struct result *result, const uint8_t *bytes, uint32_t captured)
{
	result->frames++;
	if (captured >= 48)
		result->sum += bytes[12] + bytes[23] + bytes[47];
}

/* A file of frames as a hotspot has them: half small, half full, cut. */
static void
build(const char *path, bool newer)
{
	struct fv_capfile *file = fv_capfile_new();
	struct fv_capfile_packet packet = { .interface = 0 };
	size_t i;

	if (newer) {
		fv_capfile_section(file, false);
		fv_capfile_interface(file,
		    &(struct fv_capfile_interface){
			.link_type = 1, .snapshot_length = SNAPSHOT });
	} else {
		fv_capfile_pcap(file,
		    &(struct fv_capfile_pcap){
			FV_CAPFILE_MICROSECONDS, 2, 4, SNAPSHOT, 1, false });
	}
	for (i = 0; i < FRAMES; i++) {
		packet.ticks = 1700000000000000 + i;
		packet.length = i % 2 == 0 ? 54 + i / 2 % 13 : 1514;
		packet.captured =
		    packet.length < SNAPSHOT ? packet.length : SNAPSHOT;
		if (newer)
			fv_capfile_enhanced(file, &packet);
		else
			fv_capfile_frame(file, (int64_t)packet.ticks * 1000,
			    NULL, packet.captured, packet.length);
	}
	fv_capfile_write(file, path);
	fv_capfile_free(file);
}

static int
read_ours(const char *path, struct result *result)
{
	struct fv_capture *cap;
	struct fv_frame frame;
	struct fv_err err;
	int rc;

	if ((cap = fv_capture_open(path, &err)) == NULL)
		return -1;
	while ((rc = fv_capture_next(cap, &frame, &err)) == 1)
		touch(result, frame.bytes, frame.captured);
	fv_capture_free(cap);
	return rc;
}

static int
read_libpcap(const char *path, struct result *result)
{
	char reason[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *header;
	const u_char *bytes;
	pcap_t *pcap;
	int rc;

	pcap = pcap_open_offline_with_tstamp_precision(
	    path, PCAP_TSTAMP_PRECISION_NANO, reason);
	if (pcap == NULL)
		return -1;
	while ((rc = pcap_next_ex(pcap, &header, &bytes)) == 1)
		touch(result, bytes, header->caplen);
	pcap_close(pcap);
	return rc == PCAP_ERROR_BREAK ? 0 : -1;
}

/* Processor time of this process so far, in seconds. */
static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Time ${reader} on ${path}; returns whether all frames were seen. */
static bool
measure(const char *what, const char *path,
    int (*reader)(const char *, struct result *))
{
	struct result result;
	double best = 0, begin, spent;
	int round;

	for (round = 0; round < ROUNDS; round++) {
		result = (struct result){ 0, 0 };
		begin = now();
		if (reader(path, &result) != 0 || result.frames != FRAMES) {
			(void)fprintf(stderr, "%s: wrong result\n", what);
			return false;
		}
		spent = now() - begin;
		if (round == 0 || spent < best)
			best = spent;
	}
	(void)printf("%-24s %6.1f ns/frame %7.1f M frames/s\n", what,
	    best * 1e9 / FRAMES, FRAMES / best / 1e6);
	return true;
}

int
main(void)
{
	char path[] = "/tmp/bench_capture_XXXXXX";
	bool good = true;
	int fd = mkstemp(path);

	if (fd < 0) {
		perror("bench_capture");
		return 1;
	}
	(void)close(fd);
	build(path, false);
	good = measure("pcap, libpcap", path, read_libpcap) && good;
	good = measure("pcap, ours", path, read_ours) && good;
	build(path, true);
	good = measure("pcapng, libpcap", path, read_libpcap) && good;
	good = measure("pcapng, ours", path, read_ours) && good;
	(void)unlink(path);
	return good ? 0 : 1;
}
