#include "tests/unit/suites.h"

#include <stdlib.h>
#include <string.h>

#include "convert/capture.h"
#include "convert/packet_writer.h"
#include "tests/unit/scratch.h"

enum { READ = 4096 };

static struct fv_scratch scratch;
static struct fv_err err;

/* Two packets with and without Ethernet, as ${what} asks: 'e' and 'i'. */
static struct fv_packets_output
packets(const char *what)
{
	static uint8_t bytes[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	struct fv_packets_output output = { .bytes = bytes };

	for (; *what != '\0'; what++)
		output.frame[output.n++] = (struct fv_packets_frame){
			.time = INT64_C(1500000000123456789),
			.length = 1500,
			.captured = sizeof(bytes),
			.ethernet = *what == 'e',
		};
	return output;
}

/* Write those packets to ${name}; 0, or -1 with the fault in ${err}. */
static int
write_file(const char *name, const struct fv_packets_output *output)
{
	struct fv_packet_writer *w =
	    fv_packet_writer_new(fv_scratch_path(&scratch, name), false, &err);
	int rc = -1;

	if (w == NULL)
		return -1;
	if (fv_packet_writer_add(w, output, &err) == 0)
		rc = fv_packet_writer_commit(w, &err);
	fv_packet_writer_free(w);
	return rc;
}

/* Read ${name} back: its frames must be those that ${what} asked for. */
static void
read_back(const char *name, const char *what)
{
	struct fv_capture *cap =
	    fv_capture_open(fv_scratch_path(&scratch, name), &err);
	struct fv_frame frame;

	CU_ASSERT_PTR_NOT_NULL_FATAL(cap);
	for (; *what != '\0'; what++) {
		CU_ASSERT_EQUAL_FATAL(fv_capture_next(cap, &frame, &err), 1);
		CU_ASSERT_EQUAL(frame.time, INT64_C(1500000000123456789));
		CU_ASSERT_EQUAL(frame.captured, 9);
		CU_ASSERT_EQUAL(frame.length, 1500);
		CU_ASSERT_EQUAL(frame.link_type, *what == 'e' ? 1U : 101U);
		CU_ASSERT_EQUAL(frame.bytes[8], 9);
	}
	CU_ASSERT_EQUAL(fv_capture_next(cap, &frame, &err), 0);
	fv_capture_free(cap);
}

static void
what_is_written_is_read_back(void)
{
	struct fv_packets_output ethernet = packets("eee");
	struct fv_packets_output ip = packets("ii");
	struct fv_packets_output both = packets("ieei");

	fv_scratch_make(&scratch);
	CU_ASSERT_EQUAL(write_file("e.pcap", &ethernet), 0);
	read_back("e.pcap", "eee");
	CU_ASSERT_EQUAL(write_file("i.cap", &ip), 0);
	read_back("i.cap", "ii");
	CU_ASSERT_EQUAL(write_file("b.pcapng", &both), 0);
	read_back("b.pcapng", "ieei");
	CU_ASSERT_EQUAL(fv_scratch_count(&scratch), 3);
	fv_scratch_remove(&scratch);
}

static void
every_byte_of_a_pcapng_is_known(void)
{
	static const uint8_t wanted[] = {
		0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a, 1,
		0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 28, 0,
		0, 0,                                            /* section */
		1, 0, 0, 0, 32, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, /* interface */
		9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0, 0, 6, 0, 0, 0, 44,
		0, 0, 0, 0, 0, 0, 0, 0xf5, 0xcb, 0xd0, 0x14, 0x15, 0xcd, 0x8c,
		0x16, 9, 0, 0, 0, 0xdc, 5, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0,
		0, 0, 44, 0, 0, 0 /* packet */
	};
	struct fv_packets_output one = packets("e");
	char text[READ];
	uint64_t time = UINT64_C(1500000000123456789);
	uint8_t expected[sizeof(wanted)];
	int i;

	memcpy(expected, wanted, sizeof(wanted));
	for (i = 0; i < 4; i++) {
		expected[72 + i] = (uint8_t)(time >> (32 + 8 * i));
		expected[76 + i] = (uint8_t)(time >> 8 * i);
	}
	fv_scratch_make(&scratch);
	CU_ASSERT_EQUAL(write_file("o.pcapng", &one), 0);
	CU_ASSERT_EQUAL(fv_scratch_read(&scratch, "o.pcapng", text, READ),
	    (long)sizeof(wanted));
	CU_ASSERT_EQUAL(memcmp(text, expected, sizeof(expected)), 0);
	fv_scratch_remove(&scratch);
}

static void
an_empty_capture_is_one(void)
{
	struct fv_packets_output none = packets("");

	fv_scratch_make(&scratch);
	CU_ASSERT_EQUAL(write_file("o.pcap", &none), 0);
	read_back("o.pcap", "");
	CU_ASSERT_EQUAL(write_file("o.pcapng", &none), 0);
	read_back("o.pcapng", "");
	fv_scratch_remove(&scratch);
}

static void
a_pcap_says_what_it_cannot_hold(void)
{
	struct fv_packets_output both = packets("ei");
	struct fv_packets_output late = packets("e");

	late.frame[0].time = (INT64_C(1) << 32) * 1000000000;
	fv_scratch_make(&scratch);
	CU_ASSERT_EQUAL(write_file("o.pcap", &both), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "--without-link"));
	CU_ASSERT_EQUAL(write_file("o.pcap", &late), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "2106"));
	CU_ASSERT_EQUAL(write_file("o.pcapng", &late), 0);
	CU_ASSERT_EQUAL(fv_scratch_count(&scratch), 1);
	fv_scratch_remove(&scratch);
}

static void
names_say_the_format(void)
{
	enum fv_packet_format format;

	CU_ASSERT_TRUE(fv_packet_writer_format("a.pcap", &format));
	CU_ASSERT_EQUAL(format, FV_PACKET_PCAP);
	CU_ASSERT_TRUE(fv_packet_writer_format("a.pcapng.zst", &format));
	CU_ASSERT_EQUAL(format, FV_PACKET_PCAPNG);
	CU_ASSERT_TRUE(fv_packet_writer_format("d/A.PCAP.gz", &format));
	CU_ASSERT_FALSE(fv_packet_writer_format("a.h5", &format));
	CU_ASSERT_FALSE(fv_packet_writer_format(".pcap", &format));
	CU_ASSERT_FALSE(fv_packet_writer_format("gz", &format));
	CU_ASSERT_PTR_NULL(fv_packet_writer_new("a.h5", false, &err));
	CU_ASSERT_EQUAL(err.code, FV_EUSAGE);
}

CU_TestInfo suite_packet_writer[] = {
	{ "what is written is read back", what_is_written_is_read_back },
	{ "every byte of a pcapng is known", every_byte_of_a_pcapng_is_known },
	{ "an empty capture is one", an_empty_capture_is_one },
	{ "a pcap says what it cannot hold", a_pcap_says_what_it_cannot_hold },
	{ "names say the format", names_say_the_format },
	CU_TEST_INFO_NULL,
};
