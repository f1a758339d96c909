#include "tests/unit/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <pcap/pcap.h>

#include "convert/capture.h"
#include "convert/packet_block.h"

enum { MOST = 64, FILE_SIZE = 8192 };

/* Packets of every length modulo four, sides in turn, two interfaces. */
static struct fv_packet_block
packet(uint32_t i)
{
	static const enum fv_side sides[] = { FV_SIDE_BOTH, FV_SIDE_INBOUND,
		FV_SIDE_OUTBOUND };

	return (struct fv_packet_block){
		.time = INT64_C(1800000000123456789) + i,
		.interface = i % 2,
		.captured = i,
		.length = i + 1400,
		.side = sides[i % 3],
	};
}

/* A capture of MOST of them, with statistics behind, in ${file}. */
static size_t
build(uint8_t *file)
{
	static const struct fv_packet_block_statistics lost[] = {
		{ 1, 7, 100, 20, 3 },
		{ 0, 7, UINT64_C(1) << 40, UINT64_C(1) << 33, 0 },
	};
	struct fv_packet_block p;
	uint8_t *at = file;
	uint32_t i, k;

	fv_packet_block_section(at);
	at += FV_PACKET_BLOCK_SECTION;
	fv_packet_block_interface(at, 1, 512);
	at += FV_PACKET_BLOCK_INTERFACE;
	fv_packet_block_interface(at, 1, 512);
	at += FV_PACKET_BLOCK_INTERFACE;
	for (i = 0; i < MOST; i++) {
		p = packet(i);
		fv_packet_block_head(at, &p);
		for (k = 0; k < i; k++)
			at[FV_PACKET_BLOCK_HEAD + k] = (uint8_t)k;
		k += FV_PACKET_BLOCK_HEAD;
		k += (uint32_t)fv_packet_block_tail(at + k, &p);
		CU_ASSERT_EQUAL(k, fv_packet_block_size(&p));
		CU_ASSERT_EQUAL(k % 4, 0);
		at += k;
	}
	for (i = 0; i < FV_COUNT(lost); i++) {
		fv_packet_block_statistics(at, &lost[i]);
		at += FV_PACKET_BLOCK_STATISTICS;
	}
	CU_ASSERT_FATAL(at - file <= FILE_SIZE);
	return (size_t)(at - file);
}

/* A descriptor of these bytes, at their beginning. */
static int
open_bytes(const uint8_t *bytes, size_t n)
{
	int fd = memfd_create("blocks", MFD_CLOEXEC);

	CU_ASSERT_FATAL(fd != -1);
	CU_ASSERT_EQUAL_FATAL(write(fd, bytes, n), (ssize_t)n);
	CU_ASSERT_EQUAL_FATAL(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void
what_is_written_is_read_back(void)
{
	static uint8_t file[FILE_SIZE];
	struct fv_packet_block p;
	struct fv_capture *cap;
	struct fv_frame frame;
	struct fv_err err;
	uint32_t i;

	cap = fv_capture_open_fd(open_bytes(file, build(file)), &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(cap);
	for (i = 0; i < MOST; i++) {
		p = packet(i);
		CU_ASSERT_EQUAL_FATAL(fv_capture_next(cap, &frame, &err), 1);
		CU_ASSERT_EQUAL(frame.time, p.time);
		CU_ASSERT_EQUAL(frame.captured, p.captured);
		CU_ASSERT_EQUAL(frame.length, p.length);
		CU_ASSERT_EQUAL(frame.interface, p.interface);
		CU_ASSERT_EQUAL(frame.side, p.side);
		CU_ASSERT_EQUAL(frame.link_type, 1);
		CU_ASSERT_EQUAL(frame.notes, 0);
		CU_ASSERT(i == 0 || frame.bytes[i - 1] == i - 1);
	}
	CU_ASSERT_EQUAL(fv_capture_next(cap, &frame, &err), 0);
	CU_ASSERT_EQUAL(fv_capture_about(cap)->snapshot_length, 512);
	CU_ASSERT_EQUAL(fv_capture_about(cap)->bytes_skipped, 0);
	CU_ASSERT_EQUAL(
	    fv_capture_about(cap)->dropped, (UINT64_C(1) << 33) + 23);
	fv_capture_free(cap);
}

/* Another reader than ours, so that both cannot be wrong together. */
static void
libpcap_reads_it_too(void)
{
	static uint8_t file[FILE_SIZE];
	struct pcap_pkthdr *header;
	char why[PCAP_ERRBUF_SIZE];
	struct fv_packet_block p;
	const unsigned char *bytes;
	pcap_t *pcap;
	uint32_t i;

	pcap = pcap_fopen_offline_with_tstamp_precision(
	    fdopen(open_bytes(file, build(file)), "r"),
	    PCAP_TSTAMP_PRECISION_NANO, why);
	CU_ASSERT_PTR_NOT_NULL_FATAL(pcap);
	CU_ASSERT_EQUAL(pcap_snapshot(pcap), 512);
	for (i = 0; i < MOST; i++) {
		p = packet(i);
		CU_ASSERT_EQUAL_FATAL(pcap_next_ex(pcap, &header, &bytes), 1);
		CU_ASSERT_EQUAL(header->ts.tv_sec, p.time / 1000000000);
		CU_ASSERT_EQUAL(header->ts.tv_usec, p.time % 1000000000);
		CU_ASSERT_EQUAL(header->caplen, p.captured);
		CU_ASSERT_EQUAL(header->len, p.length);
		CU_ASSERT(i == 0 || bytes[i - 1] == i - 1);
	}
	CU_ASSERT_EQUAL(pcap_next_ex(pcap, &header, &bytes), PCAP_ERROR_BREAK);
	pcap_close(pcap);
}

/* Of a file's statistics nobody is told as of time; of a live one's, who asks. */
static void
the_time_is_told_to_who_asks(void)
{
	const int64_t time = INT64_C(1400000000123456789);
	static uint8_t file[FILE_SIZE];
	struct fv_packet_block p = packet(3);
	struct fv_capture *cap;
	struct fv_frame frame;
	uint8_t *at = file;
	struct fv_err err;
	int ask;

	fv_packet_block_section(at);
	at += FV_PACKET_BLOCK_SECTION;
	fv_packet_block_interface(at, 1, 512);
	at += FV_PACKET_BLOCK_INTERFACE;
	fv_packet_block_clock(at, time);
	at += FV_PACKET_BLOCK_CLOCK;
	p.interface = 0;
	fv_packet_block_head(at, &p);
	at += FV_PACKET_BLOCK_HEAD + p.captured;
	at += fv_packet_block_tail(at, &p);
	for (ask = 0; ask < 2; ask++) {
		cap = fv_capture_open_fd(
		    open_bytes(file, (size_t)(at - file)), &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(cap);
		if (ask == 1) {
			fv_capture_tell_time(cap);
			CU_ASSERT_EQUAL(fv_capture_next(cap, &frame, &err), 1);
			CU_ASSERT_EQUAL(frame.notes, FV_FRAME_CLOCK);
			CU_ASSERT_EQUAL(frame.time, time);
			CU_ASSERT_EQUAL(frame.captured, 0);
		}
		CU_ASSERT_EQUAL(fv_capture_next(cap, &frame, &err), 1);
		CU_ASSERT_EQUAL(frame.notes, 0);
		CU_ASSERT_EQUAL(frame.time, p.time);
		CU_ASSERT_EQUAL(fv_capture_next(cap, &frame, &err), 0);
		CU_ASSERT_EQUAL(fv_capture_about(cap)->dropped, 0);
		fv_capture_free(cap);
	}
}

/* One packet block, byte by byte, as the draft's section 4.3 draws it. */
static void
a_packet_is_as_the_draft_draws_it(void)
{
	static const uint8_t drawn[] = { 6, 0, 0, 0, 52, 0, 0, 0, 3, 0, 0, 0, 4,
		3, 2, 1, 8, 7, 6, 5, 5, 0, 0, 0, 0xdc, 5, 0, 0, 0xaa, 0xaa,
		0xaa, 0xaa, 0xaa, 0, 0, 0, 2, 0, 4, 0, 2, 0, 0, 0, 0, 0, 0, 0,
		52, 0, 0, 0 };
	const struct fv_packet_block p = { INT64_C(0x0102030405060708), 3, 5,
		1500, FV_SIDE_OUTBOUND };
	uint8_t block[sizeof(drawn)];

	CU_ASSERT_EQUAL_FATAL(fv_packet_block_size(&p), sizeof(drawn));
	memset(block, 0xaa, sizeof(block));
	fv_packet_block_head(block, &p);
	CU_ASSERT_EQUAL(fv_packet_block_tail(block + 33, &p), 19);
	CU_ASSERT_EQUAL(memcmp(block, drawn, sizeof(drawn)), 0);
}

CU_TestInfo suite_packet_block[] = {
	{ "what is written is read back", what_is_written_is_read_back },
	{ "libpcap reads it too", libpcap_reads_it_too },
	{ "a packet is as the draft draws it",
	    a_packet_is_as_the_draft_draws_it },
	{ "the time is told to who asks", the_time_is_told_to_who_asks },
	CU_TEST_INFO_NULL,
};
