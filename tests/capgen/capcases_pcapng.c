#include "tests/capgen/capcases_section.h"

/* A section with an interface of ${resolution} and ${offset}. */
static void
timed(struct fv_capfile *file, uint8_t resolution, int64_t offset)
{
	fv_capfile_section(file, false);
	fv_capfile_interface(file,
	    &(struct fv_capfile_interface){
		.link_type = 1,
		.has_resolution = true,
		.resolution = resolution,
		.offset = offset,
	    });
}

static void
section_only(struct fv_capfile *file)
{
	fv_capfile_section(file, false);
}

static void
plain_big(struct fv_capfile *file)
{
	fv_capfile_section(file, true);
	fv_capfile_interface(file,
	    &(struct fv_capfile_interface){
		.link_type = 1,
		.has_resolution = true,
		.resolution = 6,
		.offset = 5,
	    });
	fv_capfile_enhanced(file,
	    &(struct fv_capfile_packet){
		.ticks = 1000002, .captured = 61, .length = 1514, .flags = 2 });
	one(file);
}

static void
two_link_types(struct fv_capfile *file)
{
	start(file);
	fv_capfile_interface(file,
	    &(struct fv_capfile_interface){
		.link_type = 101, .snapshot_length = 96 });
	one(file);
	packet(file, 1, 2000000);
}

static void
late_interface(struct fv_capfile *file)
{
	plain(file);
	fv_capfile_interface(
	    file, &(struct fv_capfile_interface){ .link_type = 113 });
	packet(file, 1, 2000000);
	packet(file, 0, 3000000);
}

static void
more_than_snapshot(struct fv_capfile *file)
{
	fv_capfile_section(file, false);
	fv_capfile_interface(file,
	    &(struct fv_capfile_interface){
		.link_type = 1, .snapshot_length = 40 });
	one(file);
}

static void
resolutions(struct fv_capfile *file)
{
	timed(file, 9, 0);
	fv_capfile_interface(file,
	    &(struct fv_capfile_interface){
		.link_type = 1, .has_resolution = true, .resolution = 0 });
	fv_capfile_interface(file,
	    &(struct fv_capfile_interface){
		.link_type = 1, .has_resolution = true, .resolution = 12 });
	fv_capfile_interface(file,
	    &(struct fv_capfile_interface){
		.link_type = 1, .has_resolution = true, .resolution = 0x94 });
	packet(file, 0, 1000002003);
	packet(file, 1, 7);
	packet(file, 2, 1000002003999);
	packet(file, 3, (1 << 20) + (1 << 19));
}

/* libpcap refuses these; 10^-20 s and 2^-64 s are short but not absurd. */
static void
finest(struct fv_capfile *file)
{
	static const uint8_t resolution[] = { 20, 28, 29, 127, 0xc0, 0xff };
	size_t i;

	fv_capfile_section(file, false);
	for (i = 0; i < sizeof(resolution); i++)
		fv_capfile_interface(file,
		    &(struct fv_capfile_interface){
			.link_type = 1,
			.has_resolution = true,
			.resolution = resolution[i],
			.offset = 3,
		    });
	for (i = 0; i < sizeof(resolution); i++)
		packet(file, (uint32_t)i, UINT64_MAX);
}

/* libpcap overflows 64 bits here: 2^40 - 1 ticks are just under a second. */
static void
fine_binary(struct fv_capfile *file)
{
	timed(file, 0x80 | 40, 0);
	packet(file, 0, (UINT64_C(1) << 40) - 1);
}

static void
time_offset(struct fv_capfile *file)
{
	timed(file, 6, 1000);
	one(file);
}

static void
before_1970(struct fv_capfile *file)
{
	timed(file, 6, -2);
	one(file);
	packet(file, 0, 2000001);
}

static void
after_2262(struct fv_capfile *file)
{
	timed(file, 6, 0);
	packet(file, 0, UINT64_MAX);
	packet(file, 0, UINT64_C(9223372036854775));
	packet(file, 0, UINT64_C(9223372036854776));
}

static void
at_2262(struct fv_capfile *file)
{
	timed(file, 9, 0);
	packet(file, 0, INT64_MAX);
	packet(file, 0, (uint64_t)INT64_MAX + 1);
}

static void
simple(struct fv_capfile *file)
{
	start(file);
	fv_capfile_simple(file,
	    &(struct fv_capfile_packet){ .captured = FRAME, .length = FRAME });
}

static void
simple_cut(struct fv_capfile *file)
{
	fv_capfile_section(file, false);
	fv_capfile_interface(file,
	    &(struct fv_capfile_interface){
		.link_type = 1, .snapshot_length = 41 });
	fv_capfile_simple(file,
	    &(struct fv_capfile_packet){ .captured = 41, .length = FRAME });
	fv_capfile_simple(file,
	    &(struct fv_capfile_packet){ .captured = FRAME, .length = 42 });
}

static void
simple_short(struct fv_capfile *file)
{
	start(file);
	fv_capfile_simple(file,
	    &(struct fv_capfile_packet){ .captured = 40, .length = FRAME });
}

static void
simple_alone(struct fv_capfile *file)
{
	fv_capfile_section(file, false);
	fv_capfile_simple(file,
	    &(struct fv_capfile_packet){ .captured = FRAME, .length = FRAME });
	fv_capfile_block(file, 3, 0);
}

static void
obsolete(struct fv_capfile *file)
{
	start(file);
	fv_capfile_obsolete(file,
	    &(struct fv_capfile_packet){ .ticks = 1000002,
		.captured = FRAME,
		.length = 1514,
		.flags = 1 });
}

static void
sides(struct fv_capfile *file)
{
	uint32_t flags;

	start(file);
	for (flags = 0; flags < 4; flags++)
		fv_capfile_enhanced(file,
		    &(struct fv_capfile_packet){ .ticks = flags,
			.captured = FRAME,
			.length = FRAME,
			.flags = flags });
}

static void
checksums(struct fv_capfile *file)
{
	static const uint8_t length[] = { 4, 32, 16 };
	size_t i;

	fv_capfile_section(file, false);
	for (i = 0; i < sizeof(length); i++)
		fv_capfile_interface(file,
		    &(struct fv_capfile_interface){
			.link_type = 1, .fcs_length = length[i] });
	for (i = 0; i < sizeof(length); i++)
		packet(file, (uint32_t)i, i);
	/* epb_flags say 2 for this one. */
	fv_capfile_enhanced(file,
	    &(struct fv_capfile_packet){
		.captured = FRAME, .length = FRAME, .flags = 2 << 5 });
}

static void
odd_checksum(struct fv_capfile *file)
{
	fv_capfile_section(file, false);
	fv_capfile_interface(file,
	    &(struct fv_capfile_interface){ .link_type = 1, .fcs_length = 12 });
	one(file);
}

static void
other_options(struct fv_capfile *file)
{
	uint8_t flags[] = { 1, 0, 0, 0 };

	start(file);
	fv_capfile_begin(file, 6);
	fv_capfile_zeros(file, 20);
	fv_capfile_option(file, 1, "comment", 7);
	fv_capfile_option(file, 2988, "whatever", 8);
	fv_capfile_option(file, 2, flags, 4);
	fv_capfile_end(file);
}

static void
other_blocks(struct fv_capfile *file)
{
	start(file);
	fv_capfile_block(file, 10, 20);         /* decryption secrets */
	fv_capfile_block(file, 0x0bad, 0);      /* custom, and empty */
	fv_capfile_block(file, 0x80000001, 99); /* anybody's own */
	one(file);
	fv_capfile_block(file, 4, 8); /* name resolution */
}

static void
large_block(struct fv_capfile *file)
{
	start(file);
	fv_capfile_block(file, 10, (16 << 20) - 12);
	one(file);
}

static void
unknown_interface(struct fv_capfile *file)
{
	start(file);
	packet(file, 7, 0);
	one(file);
}

static void
no_interface(struct fv_capfile *file)
{
	fv_capfile_section(file, false);
	one(file);
	fv_capfile_interface(
	    file, &(struct fv_capfile_interface){ .link_type = 1 });
	one(file);
}

static void
short_interface(struct fv_capfile *file)
{
	fv_capfile_section(file, false);
	fv_capfile_block(file, 1, 4);
	fv_capfile_interface(
	    file, &(struct fv_capfile_interface){ .link_type = 101 });
	packet(file, 0, 0);
	packet(file, 1, 0);
}

static void
long_frame(struct fv_capfile *file)
{
	start(file);
	fv_capfile_enhanced(file,
	    &(struct fv_capfile_packet){
		.captured = 300000, .length = 300000, .flags = 1 });
	one(file);
}

#define SAME FV_CAPCASE_SAME
#define ONE "@52 1.000002000 60/60\n"
#define NO_PCAP            \
	{                  \
		.magic = 0 \
	}

const struct fv_capcase fv_capcases_pcapng[] = {
	{ "a section and nothing else", NO_PCAP, section_only, "end\n", SAME },
	{ "one packet", NO_PCAP, plain, ONE "end\n", SAME },
	{ "one packet, big-endian", NO_PCAP, plain_big,
	    "@72 6.000002000 61/1514 out\n@180 6.000002000 60/60\nend\n",
	    SAME },

	/* Interfaces. */
	{ "two link types, two snapshot lengths", NO_PCAP, two_link_types,
	    "@76 1.000002000 60/60\n"
	    "@168 2.000000000 60/60 link 101 interface 1\nend\n",
	    SAME },
	{ "an interface between packets", NO_PCAP, late_interface,
	    ONE "@168 2.000000000 60/60 link 113 interface 1\n"
		"@260 3.000000000 60/60\nend\n",
	    SAME },
	{ "captured more than the snapshot length", NO_PCAP, more_than_snapshot,
	    ONE "end\n", SAME },
	{ "a packet of an unknown interface", NO_PCAP, unknown_interface,
	    "! byte 52: a packet block: its interface is not "
	    "described\n"
	    "@144 1.000002000 60/60\n"
	    "end; skipped 92\n",
	    SAME },
	{ "a packet before its interface", NO_PCAP, no_interface,
	    "! byte 28: a packet block: its interface is not "
	    "described\n"
	    "@144 1.000002000 60/60\n"
	    "end; skipped 92\n",
	    SAME },
	{ "a damaged interface keeps its number", NO_PCAP, short_interface,
	    "! byte 28: an interface description: it is too short\n"
	    "! byte 68: a packet block: its interface is not described\n"
	    "@160 0.000000000 60/60 link 101 interface 1\n"
	    "end; skipped 108\n",
	    SAME },

	/* Times. */
	{ "resolutions per interface", NO_PCAP, resolutions,
	    "@156 1.000002003 60/60\n"
	    "@248 7.000000000 60/60 interface 1\n"
	    "@340 1.000002003 60/60 interface 2\n"
	    "@432 1.500000000 60/60 interface 3\nend\n",
	    SAME },
	{ "the finest resolutions", NO_PCAP, finest,
	    "@292 3.184467440 60/60\n"
	    "@384 3.000000001 60/60 interface 1\n"
	    "@476 3.000000000 60/60 interface 2\n"
	    "@568 3.000000000 60/60 interface 3\n"
	    "@660 3.999999999 60/60 interface 4\n"
	    "@752 3.000000000 60/60 interface 5\nend\n",
	    FV_CAPCASE_REFUSED },
	{ "2^-40 seconds", NO_PCAP, fine_binary, "@60 0.999999999 60/60\nend\n",
	    FV_CAPCASE_TIME },
	{ "an offset", NO_PCAP, time_offset, "@72 1001.000002000 60/60\nend\n",
	    SAME },
	{ "before 1970", NO_PCAP, before_1970,
	    "@72 0.000000000 60/60 clamped\n@164 0.000001000 60/60\nend\n",
	    SAME },
	{ "after 2262", NO_PCAP, after_2262,
	    "@60 9223372036.854775807 60/60 clamped\n"
	    "@152 9223372036.854775000 60/60\n"
	    "@244 9223372036.854775807 60/60 clamped\nend\n",
	    SAME },

	{ "the last nanosecond", NO_PCAP, at_2262,
	    "@60 9223372036.854775807 60/60\n"
	    "@152 9223372036.854775807 60/60 clamped\nend\n",
	    SAME },

	/* Kinds of packets, and what they say of themselves. */
	{ "a simple packet", NO_PCAP, simple,
	    "@52 0.000000000 60/60 timeless\nend\n", SAME },
	{ "a simple packet, cut", NO_PCAP, simple_cut,
	    "@52 0.000000000 41/60 timeless\n"
	    "@112 0.000000000 41/42 timeless\nend\n",
	    SAME },
	{ "a simple packet, shorter than it says", NO_PCAP, simple_short,
	    "@52 0.000000000 40/60 timeless\nend\n", SAME },
	{ "a simple packet without an interface", NO_PCAP, simple_alone,
	    "! byte 28: a packet block: its interface is not described\n"
	    "! byte 104: a packet block: it is too short for a packet\n"
	    "end; skipped 88\n",
	    SAME },
	{ "an obsolete packet", NO_PCAP, obsolete,
	    "@52 1.000002000 60/1514 in\nend\n", SAME },
	{ "inbound and outbound", NO_PCAP, sides,
	    "@52 0.000000000 60/60\n@144 0.000001000 60/60 in\n"
	    "@248 0.000002000 60/60 out\n@352 0.000003000 60/60\nend\n",
	    SAME },
	{ "lengths of the FCS", NO_PCAP, checksums,
	    "@124 0.000000000 60/60 fcs 4\n"
	    "@216 0.000001000 60/60 fcs 4 interface 1\n"
	    "@308 0.000002000 60/60 fcs 2 interface 2\n"
	    "@400 0.000000000 60/60 fcs 2\nend\n",
	    SAME },
	{ "an FCS not in whole bytes", NO_PCAP, odd_checksum,
	    "! byte 28: an interface description: its if_fcslen option "
	    "is not in whole bytes\n@60 1.000002000 60/60\nend\n",
	    SAME },
	{ "options that do not matter", NO_PCAP, other_options,
	    "@52 0.000000000 0/0 in\nend\n", SAME },
	{ "blocks that do not matter", NO_PCAP, other_blocks,
	    "@208 1.000002000 60/60\nend\n", SAME },
	{ "a block as long as may be", NO_PCAP, large_block,
	    "@16777268 1.000002000 60/60\nend\n", SAME },
	{ "longer than a frame may be", NO_PCAP, long_frame,
	    "@52 0.000000000 262144/300000 in\n@300096 1.000002000 60/60\n"
	    "end\n",
	    SAME },
	{ NULL, NO_PCAP, NULL, NULL, SAME },
};
