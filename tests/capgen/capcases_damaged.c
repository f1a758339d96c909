#include "tests/capgen/capcases_section.h"

static void
second_section(struct fv_capfile *file)
{
	plain(file);
	fv_capfile_section(file, false);
	fv_capfile_interface(
	    file, &(struct fv_capfile_interface){ .link_type = 1 });
	one(file);
}

static void
other_order(struct fv_capfile *file)
{
	plain(file);
	fv_capfile_section(file, true);
	fv_capfile_interface(
	    file, &(struct fv_capfile_interface){ .link_type = 101 });
	one(file);
	start(file);
	one(file);
}

static void
forgotten_interface(struct fv_capfile *file)
{
	plain(file);
	fv_capfile_section(file, false);
	one(file);
}

static void
bad_trailer(struct fv_capfile *file)
{
	start(file);
	fv_capfile_poke32(file, one(file) + PACKET_BLOCK - 4, 96);
	fv_capfile_poke32(file, fv_capfile_block(file, 5, 20) + 28, 0);
	one(file);
}

static void
bad_trailer_of_interface(struct fv_capfile *file)
{
	start(file);
	fv_capfile_poke32(file, AT_PACKET - 4, 0);
	one(file);
}

static void
bad_trailer_of_section(struct fv_capfile *file)
{
	start(file);
	fv_capfile_poke32(file, AT_INTERFACE - 4, 0);
	one(file);
}

static void
length_8(struct fv_capfile *file)
{
	plain(file);
	fv_capfile_poke32(file, fv_capfile_block(file, 5, 0) + 4, 8);
	one(file);
}

static void
length_0(struct fv_capfile *file)
{
	plain(file);
	fv_capfile_zeros(file, 32);
	one(file);
}

/* A hole in a big-endian section, whose block types begin with zeros. */
static void
hole(struct fv_capfile *file)
{
	fv_capfile_section(file, true);
	fv_capfile_interface(
	    file, &(struct fv_capfile_interface){ .link_type = 1 });
	one(file);
	fv_capfile_zeros(file, 4096);
	one(file);
}

/* A block that claims to take in the two behind it, and a bit more. */
static void
length_too_large(struct fv_capfile *file)
{
	plain(file);
	fv_capfile_poke32(file, one(file) + 4, 2 * PACKET_BLOCK + 20);
	one(file);
	one(file);
}

/* A block that is cut off by one that begins in it, as after a crash. */
static void
cut_by_another(struct fv_capfile *file)
{
	plain(file);
	one(file);
	fv_capfile_cut(file, AT_PACKET + PACKET_BLOCK + 50);
	fv_capfile_section(file, false);
	fv_capfile_interface(
	    file, &(struct fv_capfile_interface){ .link_type = 101 });
	one(file);
}

/* Packets of a section that nobody can read, and then one that we can. */
static void
later_major_version_and_another(struct fv_capfile *file)
{
	plain(file);
	fv_capfile_poke32(file, fv_capfile_section(file, false) + 12, 2);
	one(file);
	start(file);
	one(file);
}

static void
length_odd(struct fv_capfile *file)
{
	plain(file);
	fv_capfile_poke32(file, fv_capfile_block(file, 5, 4) + 4, 13);
}

static void
length_huge(struct fv_capfile *file)
{
	plain(file);
	fv_capfile_poke32(
	    file, fv_capfile_block(file, 5, 4) + 4, (16 << 20) + 4);
}

static void
zeros(struct fv_capfile *file)
{
	plain(file);
	fv_capfile_zeros(file, 5000);
}

static void
five_zeros(struct fv_capfile *file)
{
	plain(file);
	fv_capfile_zeros(file, 5);
}

static void
more_than_block(struct fv_capfile *file)
{
	start(file);
	fv_capfile_poke32(file, one(file) + 20, FRAME + 1);
	one(file);
}

static void
short_packet(struct fv_capfile *file)
{
	start(file);
	fv_capfile_block(file, 6, 16);
	one(file);
}

static void
cut_in_block(struct fv_capfile *file)
{
	plain(file);
	one(file);
	fv_capfile_cut(file, AT_PACKET + PACKET_BLOCK + 76);
}

static void
cut_in_head(struct fv_capfile *file)
{
	plain(file);
	one(file);
	fv_capfile_cut(file, AT_PACKET + PACKET_BLOCK + 6);
}

static void
cut_in_section(struct fv_capfile *file)
{
	plain(file);
	fv_capfile_section(file, false);
	fv_capfile_cut(file, AT_PACKET + PACKET_BLOCK + 20);
}

static void
minor_versions(struct fv_capfile *file)
{
	fv_capfile_section(file, false);
	fv_capfile_poke32(file, 12, 1 << 16 | 1);
	fv_capfile_interface(
	    file, &(struct fv_capfile_interface){ .link_type = 1 });
	one(file);
}

static void
minor_version_2(struct fv_capfile *file)
{
	plain(file);
	fv_capfile_poke32(file, 12, 2 << 16 | 1);
}

static void
major_version(struct fv_capfile *file)
{
	plain(file);
	fv_capfile_poke32(file, 12, 2);
}

static void
later_major_version(struct fv_capfile *file)
{
	plain(file);
	fv_capfile_poke32(file, fv_capfile_section(file, false) + 12, 2);
	one(file);
}

static void
later_order_magic(struct fv_capfile *file)
{
	plain(file);
	fv_capfile_poke32(file, fv_capfile_section(file, false) + 8, 2);
	one(file);
}

static void
later_section_length(struct fv_capfile *file)
{
	plain(file);
	fv_capfile_poke32(file, fv_capfile_section(file, false) + 4, 24);
}

static void
order_magic(struct fv_capfile *file)
{
	plain(file);
	fv_capfile_poke32(file, 8, 0);
}

static void
section_length(struct fv_capfile *file)
{
	plain(file);
	fv_capfile_poke32(file, 4, 24);
}

static void
cut_header(struct fv_capfile *file)
{
	start(file);
	fv_capfile_cut(file, 27);
}

static void
options_past_end(struct fv_capfile *file)
{
	uint8_t flags[] = { 1, 0, 0, 0 };

	start(file);
	fv_capfile_begin(file, 6);
	fv_capfile_zeros(file, 20);
	fv_capfile_option(file, 2, flags, 4);
	fv_capfile_put16(file, 1);
	fv_capfile_put16(file, 5);
	fv_capfile_zeros(file, 4);
	fv_capfile_end(file);
	one(file);
}

static void
flags_length(struct fv_capfile *file)
{
	start(file);
	fv_capfile_begin(file, 6);
	fv_capfile_zeros(file, 20);
	fv_capfile_option(file, 2, "\1\0\0\0\0", 5);
	fv_capfile_end(file);
	fv_capfile_begin(file, 6);
	fv_capfile_zeros(file, 20);
	fv_capfile_option(file, 2, "\1", 1);
	fv_capfile_end(file);
	one(file);
}

/* if_tsresol of two bytes, then a good if_tsoffset. */
static void
resolution_length(struct fv_capfile *file)
{
	fv_capfile_section(file, false);
	fv_capfile_begin(file, 1);
	fv_capfile_put32(file, 1);
	fv_capfile_put32(file, 0);
	fv_capfile_option(file, 9, "\6\6", 2);
	fv_capfile_option(file, 14, "\3\0\0\0\0\0\0\0", 8);
	fv_capfile_end(file);
	one(file);
}

static void
offset_length(struct fv_capfile *file)
{
	fv_capfile_section(file, false);
	fv_capfile_begin(file, 1);
	fv_capfile_put32(file, 1);
	fv_capfile_put32(file, 0);
	fv_capfile_option(file, 14, "\3\0\0\0", 4);
	fv_capfile_end(file);
	one(file);
}

static void
interface_options_past_end(struct fv_capfile *file)
{
	fv_capfile_section(file, false);
	fv_capfile_begin(file, 1);
	fv_capfile_put32(file, 1);
	fv_capfile_put32(file, 0);
	fv_capfile_put16(file, 9);
	fv_capfile_put16(file, 100);
	fv_capfile_end(file);
	one(file);
}

#define SAME FV_CAPCASE_SAME
#define ONE "@52 1.000002000 60/60\n"
#define NO_PCAP            \
	{                  \
		.magic = 0 \
	}

const struct fv_capcase fv_capcases_damaged[] = {
	/* Sections. */
	{ "a second section", NO_PCAP, second_section,
	    ONE "@196 1.000002000 60/60 interface 1\nend\n", SAME },
	{ "sections of both byte orders", NO_PCAP, other_order,
	    ONE "@196 1.000002000 60/60 link 101 interface 1\n"
		"@340 1.000002000 60/60 interface 2\nend\n",
	    SAME },
	{ "a section forgets the interfaces of the one before", NO_PCAP,
	    forgotten_interface,
	    ONE "! byte 172: a packet block: its interface is not "
		"described\n"
		"end; skipped 92\n",
	    SAME },
	{ "minor version 1", NO_PCAP, minor_versions, ONE "end\n", SAME },
	{ "minor version 2", NO_PCAP, minor_version_2, ONE "end\n", SAME },
	{ "major version 2", NO_PCAP, major_version,
	    "refused: byte 12: pcapng version 2.0 is not supported; version 1 "
	    "is\n",
	    SAME },
	{ "major version 2 later on", NO_PCAP, later_major_version,
	    ONE "! byte 144: a section has a version of pcapng that is not "
		"supported\n"
		"end; skipped 120\n",
	    SAME },
	{ "major version 2 between others", NO_PCAP,
	    later_major_version_and_another,
	    ONE "! byte 144: a section has a version of pcapng that is not "
		"supported; reading goes on at byte 264\n"
		"@316 1.000002000 60/60 interface 1\nend; skipped 120\n",
	    SAME },
	{ "no byte-order magic", NO_PCAP, order_magic,
	    "refused: byte 8: is not a pcapng capture: no byte-order magic\n",
	    SAME },
	{ "no byte-order magic later on", NO_PCAP, later_order_magic,
	    ONE "! byte 144: a section header has no byte-order magic\n"
		"end; skipped 120\n",
	    SAME },
	{ "a section header of 24 bytes", NO_PCAP, section_length,
	    "refused: byte 4: the section header has an impossible length "
	    "(24)\n",
	    SAME },
	{ "a section header of 24 bytes later on", NO_PCAP,
	    later_section_length,
	    ONE "! byte 144: a block has an impossible length: the file "
		"is damaged here\nend; skipped 28\n",
	    SAME },
	{ "a section header cut short", NO_PCAP, cut_header,
	    "refused: byte 27: the file ends within its section header\n",
	    SAME },

	/* Blocks that are damaged. */
	{ "two lengths that differ", NO_PCAP, bad_trailer,
	    "! byte 52: a packet block: its two lengths differ\n"
	    "! byte 144: interface statistics: its two lengths differ\n"
	    "@176 1.000002000 60/60\nend; skipped 124\n",
	    SAME },
	{ "two lengths of an interface that differ", NO_PCAP,
	    bad_trailer_of_interface,
	    "! byte 28: an interface description: its two lengths differ\n" ONE
	    "end\n",
	    SAME },
	{ "two lengths of a section that differ", NO_PCAP,
	    bad_trailer_of_section,
	    "! byte 0: a section header: its two lengths differ\n" ONE "end\n",
	    SAME },
	{ "a block of 8 bytes", NO_PCAP, length_8,
	    ONE "! byte 144: a block has an impossible length: the file "
		"is damaged here; reading goes on at byte 156\n"
		"@156 1.000002000 60/60\nend; skipped 12\n",
	    SAME },
	{ "zeros that are not the end", NO_PCAP, length_0,
	    ONE "! byte 144: a block has an impossible length: the file "
		"is damaged here; reading goes on at byte 176\n"
		"@176 1.000002000 60/60\nend; skipped 32\n",
	    SAME },
	{ "a hole of zeros", NO_PCAP, hole,
	    ONE "! byte 144: a block has an impossible length: the file is "
		"damaged here; reading goes on at byte 4240\n"
		"@4240 1.000002000 60/60\nend; skipped 4096\n",
	    SAME },
	{ "a length that takes in other blocks", NO_PCAP, length_too_large,
	    ONE "! byte 144: a packet block: its two lengths differ, and no "
		"block is behind it; reading goes on at byte 236\n"
		"@236 1.000002000 60/60\n@328 1.000002000 60/60\n"
		"end; skipped 92\n",
	    SAME },
	{ "a block that a section cuts off", NO_PCAP, cut_by_another,
	    ONE "! byte 144: a packet block: its two lengths differ, and no "
		"block is behind it; reading goes on at byte 194\n"
		"@246 1.000002000 60/60 link 101 interface 1\n"
		"end; skipped 50\n",
	    SAME },
	{ "a block of 13 bytes", NO_PCAP, length_odd,
	    ONE "! byte 144: a block has an impossible length: the file "
		"is damaged here\nend; skipped 16\n",
	    SAME },
	{ "a block too long", NO_PCAP, length_huge,
	    ONE "! byte 144: a block has an impossible length: the "
		"file is damaged here\nend; skipped 16\n",
	    SAME },
	{ "zeros for pages at the end", NO_PCAP, zeros, ONE "end\n", SAME },
	{ "five zeros at the end", NO_PCAP, five_zeros, ONE "end\n", SAME },
	{ "captured more than the block holds", NO_PCAP, more_than_block,
	    "! byte 52: a packet block: it claims more captured bytes than "
	    "it holds\n@144 1.000002000 60/60\nend; skipped 92\n",
	    SAME },
	{ "a block too short for a packet", NO_PCAP, short_packet,
	    "! byte 52: a packet block: it is too short for a packet\n"
	    "@80 1.000002000 60/60\nend; skipped 28\n",
	    SAME },
	{ "cut in a block", NO_PCAP, cut_in_block,
	    ONE "! byte 144: the file ends 76 bytes into a block: it was "
		"cut off, or is damaged here or before\n"
		"end; skipped 76\n",
	    SAME },
	{ "cut in a block's head", NO_PCAP, cut_in_head,
	    ONE "! byte 144: the file ends 6 bytes into a block: it was "
		"cut off, or is damaged here or before\n"
		"end; skipped 6\n",
	    SAME },
	{ "cut in a section header", NO_PCAP, cut_in_section,
	    ONE "! byte 144: the file ends 20 bytes into a block: it was "
		"cut off, or is damaged here or before\n"
		"end; skipped 20\n",
	    SAME },
	{ "options past the end", NO_PCAP, options_past_end,
	    "! byte 52: a packet block: its options run past its end or "
	    "make no sense; its packet is kept\n"
	    "@52 0.000000000 0/0 in\n@100 1.000002000 60/60\nend\n",
	    SAME },
	{ "flags of five bytes, and of one", NO_PCAP, flags_length,
	    "! byte 52: a packet block: its options run past its end or "
	    "make no sense; its packet is kept\n"
	    "@52 0.000000000 0/0\n"
	    "! byte 96: a packet block: its options run past its end or "
	    "make no sense; its packet is kept\n"
	    "@96 0.000000000 0/0\n@136 1.000002000 60/60\nend\n",
	    SAME },
	{ "a resolution of two bytes", NO_PCAP, resolution_length,
	    "! byte 28: an interface description: its if_tsresol "
	    "option has a wrong length\n@68 4.000002000 60/60\nend\n",
	    SAME },
	{ "an offset of four bytes", NO_PCAP, offset_length,
	    "! byte 28: an interface description: its if_tsoffset "
	    "option has a wrong length\n@56 1.000002000 60/60\nend\n",
	    SAME },
	{ "interface options past the end", NO_PCAP, interface_options_past_end,
	    "! byte 28: an interface description: its options run past "
	    "its end\n@52 1.000002000 60/60\nend\n",
	    SAME },
	{ NULL, NO_PCAP, NULL, NULL, SAME },
};
