#include "tests/capgen/capcases.h"

#define FRAME 60

/* One frame of 60 bytes, a second and two microseconds after 1970 began. */
static void
one(struct fv_capfile *file)
{
	fv_capfile_frame(file, 1000002000, NULL, FRAME, FRAME);
}

static void
nothing(struct fv_capfile *file)
{
	(void)file;
}

static void
precise(struct fv_capfile *file)
{
	fv_capfile_frame(file, 1000002003, NULL, FRAME, 1514);
}

static void
several(struct fv_capfile *file)
{
	one(file);
	fv_capfile_frame(file, 1000002000, NULL, 1514, 9000);
	one(file);
}

/* Lengths: first the one on the wire, then the other way round. */
static void
both_orders(struct fv_capfile *file)
{
	fv_capfile_record(file, 1, 2, 1514, FRAME, NULL, FRAME);
	fv_capfile_record(file, 1, 2, FRAME, 1514, NULL, FRAME);
}

static void
more_captured_than_sent(struct fv_capfile *file)
{
	fv_capfile_record(file, 1, 2, 72, 20, NULL, 72);
}

static void
more_than_snapshot(struct fv_capfile *file)
{
	fv_capfile_record(file, 1, 2, 72, 72, NULL, 72);
	one(file);
}

static void
none_captured(struct fv_capfile *file)
{
	fv_capfile_record(file, 1, 2, 0, FRAME, NULL, 0);
	one(file);
}

static void
longest(struct fv_capfile *file)
{
	fv_capfile_record(file, 1, 2, 262144, 262144, NULL, 262144);
	one(file);
}

static void
too_long(struct fv_capfile *file)
{
	one(file);
	fv_capfile_record(file, 1, 2, 262145, 262145, NULL, 262145);
	one(file);
}

/* The next header is then read from one byte on. */
static void
one_too_many(struct fv_capfile *file)
{
	fv_capfile_record(file, 1, 2, FRAME + 1, FRAME + 1, NULL, FRAME);
	one(file);
}

static void
cut_in_header(struct fv_capfile *file)
{
	one(file);
	one(file);
	fv_capfile_cut(file, 24 + 76 + 8);
}

static void
cut_in_frame(struct fv_capfile *file)
{
	one(file);
	one(file);
	fv_capfile_cut(file, 24 + 76 + 16 + 14);
}

static void
cut_before_frame(struct fv_capfile *file)
{
	one(file);
	one(file);
	fv_capfile_cut(file, 24 + 76 + 16);
}

static void
five_zeros(struct fv_capfile *file)
{
	one(file);
	fv_capfile_zeros(file, 5);
}

static void
many_zeros(struct fv_capfile *file)
{
	one(file);
	fv_capfile_zeros(file, 600001);
}

static void
zeros_then_frame(struct fv_capfile *file)
{
	fv_capfile_zeros(file, 32);
	one(file);
	fv_capfile_zeros(file, 16);
}

static void
zeros_then_cut(struct fv_capfile *file)
{
	fv_capfile_zeros(file, 16);
	one(file);
	fv_capfile_cut(file, 24 + 16 + 8);
}

/* Sixteen zeros, and then an interface and a protocol. */
static void
nothing_but_a_protocol(struct fv_capfile *file)
{
	fv_capfile_record(file, 0, 0, 0, 0, NULL, 0);
	one(file);
}

static void
many_micros(struct fv_capfile *file)
{
	fv_capfile_record(file, 1, 1500000, FRAME, FRAME, NULL, FRAME);
	fv_capfile_record(file, 1, UINT32_MAX, FRAME, FRAME, NULL, FRAME);
}

static void
many_nanos(struct fv_capfile *file)
{
	fv_capfile_record(file, 1, 1000000000, FRAME, FRAME, NULL, FRAME);
	fv_capfile_record(file, 1, 999999999, FRAME, FRAME, NULL, FRAME);
}

static void
late_seconds(struct fv_capfile *file)
{
	fv_capfile_record(file, 0x80000000, 0, FRAME, FRAME, NULL, FRAME);
	fv_capfile_record(file, UINT32_MAX, 999999, FRAME, FRAME, NULL, FRAME);
}

static void
three_bytes(struct fv_capfile *file)
{
	fv_capfile_put(file, "\xd4\xc3\xb2", 3);
}

static void
cut_header(struct fv_capfile *file)
{
	fv_capfile_cut(file, 16);
}

static void
text(struct fv_capfile *file)
{
	fv_capfile_put(file, "hello, this is no capture\n", 26);
}

static void
gzip(struct fv_capfile *file)
{
	fv_capfile_put(file, "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", 10);
}

static void
bzip2(struct fv_capfile *file)
{
	fv_capfile_put(file, "BZh91AY&SY", 10);
}

static void
xz(struct fv_capfile *file)
{
	fv_capfile_put(file, "\xfd\x37zXZ\0\0\4", 8);
}

static void
zstd(struct fv_capfile *file)
{
	fv_capfile_put(file, "\x28\xb5\x2f\xfd\x04", 5);
}

static void
lz4(struct fv_capfile *file)
{
	fv_capfile_put(file, "\x04\x22\x4d\x18\x64", 5);
}

static void
zip(struct fv_capfile *file)
{
	fv_capfile_put(file, "PK\x03\x04\x14\x00", 6);
}

static void
snoop(struct fv_capfile *file)
{
	fv_capfile_put(file, "snoop\0\0\0\0\0\0\2", 12);
}

static void
endace(struct fv_capfile *file)
{
	fv_capfile_put(file, "\x00\x47\x2f\x00\x01\x02\x03\x04\x02", 9);
}

#define MICRO FV_CAPFILE_MICROSECONDS
#define NANO FV_CAPFILE_NANOSECONDS
#define KUZNETZOV FV_CAPFILE_KUZNETZOV
#define NAVTEL FV_CAPFILE_NAVTEL
#define LIMIT 262144
#define SAME FV_CAPCASE_SAME

#define ONE "@24 1.000002000 60/60\n"
#define PRECISE "@24 1.000002003 60/1514\n"
#define COARSE "@24 1.000002000 60/1514\n"
#define UNKNOWN                                                           \
	"refused: is not a pcap or pcapng capture (byte 0: unknown file " \
	"format)\n"

const struct fv_capcase fv_capcases_pcap[] = {
	{ "header only", { MICRO, 2, 4, LIMIT, 1, false }, nothing, "end\n",
	    SAME },
	{ "several frames", { MICRO, 2, 4, LIMIT, 1, false }, several,
	    ONE "@100 1.000002000 1514/9000\n"
		"@1630 1.000002000 60/60\nend\n",
	    SAME },

	/* Magic numbers and byte orders. */
	{ "microseconds", { MICRO, 2, 4, LIMIT, 1, false }, precise,
	    COARSE "end\n", SAME },
	{ "microseconds, big-endian", { MICRO, 2, 4, LIMIT, 1, true }, precise,
	    COARSE "end\n", SAME },
	{ "nanoseconds", { NANO, 2, 4, LIMIT, 1, false }, precise,
	    PRECISE "end\n", SAME },
	{ "nanoseconds, big-endian", { NANO, 2, 4, LIMIT, 1, true }, precise,
	    PRECISE "end\n", SAME },
	{ "Kuznetzov's records", { KUZNETZOV, 2, 4, LIMIT, 1, false }, several,
	    ONE "@108 1.000002000 1514/9000\n"
		"@1646 1.000002000 60/60\nend\n",
	    SAME },
	{ "Kuznetzov's, big-endian", { KUZNETZOV, 2, 4, LIMIT, 1, true },
	    precise, COARSE "end\n", SAME },
	{ "Navtel's", { NAVTEL, 2, 4, LIMIT, 1, false }, precise,
	    PRECISE "end\n", FV_CAPCASE_REFUSED },
	{ "Navtel's, big-endian", { NAVTEL, 2, 4, LIMIT, 1, true }, precise,
	    PRECISE "end\n", FV_CAPCASE_REFUSED },

	/* Versions. */
	{ "version 2.2", { MICRO, 2, 2, LIMIT, 1, false }, precise,
	    COARSE "end\n", SAME },
	{ "version 2.0", { MICRO, 2, 0, LIMIT, 1, true }, precise,
	    COARSE "end\n", SAME },
	{ "version 2.3, lengths in both orders",
	    { MICRO, 2, 3, LIMIT, 1, false }, both_orders,
	    COARSE "@100 1.000002000 60/1514\nend\n", SAME },
	{ "version 543.0", { MICRO, 543, 0, LIMIT, 1, false }, precise,
	    COARSE "end\n", SAME },
	{ "version 2.5", { MICRO, 2, 5, LIMIT, 1, false }, one,
	    "refused: byte 4: pcap version 2.5 is not supported; versions 2.0 "
	    "to 2.4 are\n",
	    SAME },
	{ "version 3.4", { MICRO, 3, 4, LIMIT, 1, false }, one,
	    "refused: byte 4: pcap version 3.4 is not supported; versions 2.0 "
	    "to 2.4 are\n",
	    SAME },
	{ "version 1.2", { MICRO, 1, 2, LIMIT, 1, false }, one,
	    "refused: byte 4: pcap version 1.2 is not supported; versions 2.0 "
	    "to 2.4 are\n",
	    SAME },

	/* Lengths. */
	{ "snapshot length 0", { MICRO, 2, 4, 0, 1, false }, one, ONE "end\n",
	    SAME },
	{ "snapshot length negative", { MICRO, 2, 4, UINT32_MAX, 1, false },
	    one, ONE "end\n", SAME },
	{ "snapshot length huge", { MICRO, 2, 4, INT32_MAX, 1, false }, one,
	    ONE "end\n", SAME },
	{ "captured more than the snapshot length",
	    { MICRO, 2, 4, 40, 1, false }, more_than_snapshot,
	    "@24 1.000002000 72/72\n@112 1.000002000 60/60\nend\n", SAME },
	{ "captured more than was sent", { MICRO, 2, 4, LIMIT, 1, false },
	    more_captured_than_sent, "@24 1.000002000 72/20\nend\n", SAME },
	{ "nothing captured", { MICRO, 2, 4, LIMIT, 1, false }, none_captured,
	    "@24 1.000002000 0/60\n@40 1.000002000 60/60\nend\n", SAME },
	{ "as long as a frame may be", { MICRO, 2, 4, LIMIT, 1, false },
	    longest,
	    "@24 1.000002000 262144/262144\n@262184 1.000002000 60/60\nend\n",
	    SAME },
	{ "longer than a frame may be", { MICRO, 2, 4, LIMIT, 1, false },
	    too_long,
	    ONE "! byte 100: a record claims more than 262144 captured "
		"bytes: the file is damaged here or before; reading goes on "
		"at byte 262261\n"
		"@262261 1.000002000 60/60\nend; skipped 262161\n",
	    SAME },
	{ "captured length one too large", { MICRO, 2, 4, LIMIT, 1, false },
	    one_too_many,
	    "@24 1.000002000 61/61\n"
	    "! byte 101: a record claims more than 262144 captured "
	    "bytes: the file is damaged here or before; reading goes on at "
	    "byte 100\n"
	    "@100 1.000002000 60/60\nend\n",
	    SAME },

	/* Files that were cut off, and files that were padded. */
	{ "cut in a record header", { MICRO, 2, 4, LIMIT, 1, false },
	    cut_in_header,
	    ONE "! byte 100: the file ends 8 bytes into a record header: "
		"it was cut off\n"
		"end; skipped 8\n",
	    SAME },
	{ "cut in a frame", { MICRO, 2, 4, LIMIT, 1, false }, cut_in_frame,
	    ONE "! byte 100: the file ends 30 bytes into a record: it was "
		"cut off, or is damaged here or before\n"
		"end; skipped 30\n",
	    SAME },
	{ "cut before a frame", { MICRO, 2, 4, LIMIT, 1, false },
	    cut_before_frame,
	    ONE "! byte 100: the file ends 16 bytes into a record: it was "
		"cut off, or is damaged here or before\n"
		"end; skipped 16\n",
	    SAME },
	{ "five zeros at the end", { MICRO, 2, 4, LIMIT, 1, false }, five_zeros,
	    ONE "end\n", SAME },
	{ "zeros for pages at the end", { MICRO, 2, 4, LIMIT, 1, false },
	    many_zeros, ONE "end\n", SAME },
	{ "zeros that are frames, then some that are not",
	    { MICRO, 2, 4, LIMIT, 1, false }, zeros_then_frame,
	    "@24 0.000000000 0/0\n@40 0.000000000 0/0\n"
	    "@56 1.000002000 60/60\nend\n",
	    SAME },
	{ "a frame of zeros before a cut", { MICRO, 2, 4, LIMIT, 1, false },
	    zeros_then_cut,
	    "@24 0.000000000 0/0\n"
	    "! byte 40: the file ends 8 bytes into a record header: it "
	    "was cut off\n"
	    "end; skipped 8\n",
	    SAME },
	{ "Kuznetzov's record of zeros", { KUZNETZOV, 2, 4, LIMIT, 1, false },
	    nothing_but_a_protocol,
	    "@24 0.000000000 0/0\n@48 1.000002000 60/60\nend\n", SAME },

	/* Times. */
	{ "a million microseconds and more", { MICRO, 2, 4, LIMIT, 1, false },
	    many_micros,
	    "@24 2.500000000 60/60 fraction\n"
	    "@100 4295.967295000 60/60 fraction\nend\n",
	    SAME },
	{ "a billion nanoseconds", { NANO, 2, 4, LIMIT, 1, false }, many_nanos,
	    "@24 2.000000000 60/60 fraction\n"
	    "@100 1.999999999 60/60\nend\n",
	    SAME },
	{ "seconds after 2038", { MICRO, 2, 4, LIMIT, 1, false }, late_seconds,
	    "@24 2147483648.000000000 60/60\n"
	    "@100 4294967295.999999000 60/60\nend\n",
	    SAME },

	/* Link types. */
	{ "a link type of raw IP", { MICRO, 2, 4, LIMIT, 101, false }, one,
	    "@24 1.000002000 60/60 link 101\nend\n", SAME },
	{ "a link type that nobody knows", { MICRO, 2, 4, LIMIT, 9999, false },
	    one, "@24 1.000002000 60/60 link 9999\nend\n", SAME },
	{ "a link type with an FCS", { MICRO, 2, 4, LIMIT, 0x24000001, false },
	    one, "@24 1.000002000 60/60 fcs 4\nend\n", SAME },
	{ "a link type with FCS bits that do not count",
	    { MICRO, 2, 4, LIMIT, 0x20000001, false }, one, ONE "end\n", SAME },

	/* No captures. */
	{ "an empty file", { .magic = 0 }, nothing,
	    "refused: is empty, not a capture\n", SAME },
	{ "three bytes", { .magic = 0 }, three_bytes, UNKNOWN, SAME },
	{ "a file header cut short", { MICRO, 2, 4, LIMIT, 1, false },
	    cut_header, "refused: byte 16: the file ends within its header\n",
	    SAME },
	{ "a text", { .magic = 0 }, text, UNKNOWN, SAME },
	{ "an ERF file", { .magic = 0 }, endace, UNKNOWN, SAME },
	{ "gzip", { .magic = 0 }, gzip,
	    "refused: is gzip-compressed: decompress it first, for example "
	    "with gunzip\n",
	    SAME },
	{ "bzip2", { .magic = 0 }, bzip2,
	    "refused: is bzip2-compressed: decompress it first, for example "
	    "with bunzip2\n",
	    SAME },
	{ "xz", { .magic = 0 }, xz,
	    "refused: is xz-compressed: decompress it first, for example with "
	    "unxz\n",
	    SAME },
	{ "zstd", { .magic = 0 }, zstd,
	    "refused: is zstd-compressed: decompress it first, for example "
	    "with unzstd\n",
	    SAME },
	{ "lz4", { .magic = 0 }, lz4,
	    "refused: is lz4-compressed: decompress it first, for example "
	    "with unlz4\n",
	    SAME },
	{ "zip", { .magic = 0 }, zip,
	    "refused: is a zip archive: extract it first, for example with "
	    "unzip\n",
	    SAME },
	{ "snoop", { .magic = 0 }, snoop,
	    "refused: is a snoop capture: convert it first, for example with "
	    "editcap\n",
	    SAME },
	{ NULL, { .magic = 0 }, NULL, NULL, SAME },
};

struct fv_capfile *
fv_capcase_build(const struct fv_capcase *row)
{
	struct fv_capfile *file = fv_capfile_new();

	if (row->header.magic != 0)
		fv_capfile_pcap(file, &row->header);
	row->build(file);
	return file;
}
