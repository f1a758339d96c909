#include "tests/capgen/capcases_section.h"

/* Interface statistics: what a capture says that it lost. */
enum { STATISTICS = 5, COMMENT = 1, RECEIVED = 4, BY_INTERFACE, BY_SYSTEM = 7 };

/* And what its packets say was lost before them. */
enum { OBSOLETE = 2, ENHANCED = 6, EPB_DROPS = 4 };

/* A block that tells of ${number}; its options follow. */
static void
begin(struct fv_capfile *file, uint32_t number)
{
	(void)fv_capfile_begin(file, STATISTICS);
	fv_capfile_put32(file, number);
	fv_capfile_zeros(file, 8); /* when that was */
}

/* An option with a count, in the order of the section. */
static void
count(struct fv_capfile *file, uint16_t code, uint64_t value)
{
	fv_capfile_put16(file, code);
	fv_capfile_put16(file, 8);
	fv_capfile_put64(file, value);
}

static void
drops(struct fv_capfile *file, uint32_t number, uint64_t by_interface,
    uint64_t by_system)
{
	begin(file, number);
	fv_capfile_option(file, COMMENT, "comment", 7);
	count(file, RECEIVED, 1000);
	count(file, BY_INTERFACE, by_interface);
	count(file, BY_SYSTEM, by_system);
	fv_capfile_end(file);
}

static void
at_the_end(struct fv_capfile *file)
{
	plain(file);
	drops(file, 0, 5, 7);
}

static void
big_endian(struct fv_capfile *file)
{
	fv_capfile_section(file, true);
	fv_capfile_interface(
	    file, &(struct fv_capfile_interface){ .link_type = 1 });
	drops(file, 0, 5, 7);
	one(file);
}

/* The later one counts the same drops, and more. */
static void
one_after_the_other(struct fv_capfile *file)
{
	start(file);
	drops(file, 0, 5, 7);
	one(file);
	drops(file, 0, 6, 20);
	begin(file, 0); /* says nothing of drops */
	count(file, RECEIVED, 2000);
	fv_capfile_end(file);
}

static void
of_two_interfaces(struct fv_capfile *file)
{
	start(file);
	fv_capfile_interface(
	    file, &(struct fv_capfile_interface){ .link_type = 1 });
	drops(file, 1, 100, 0);
	drops(file, 0, 0, 1);
	drops(file, 1, 200, 0);
	one(file);
}

/* Interface 0 of a section is another than that of the one before. */
static void
of_two_sections(struct fv_capfile *file)
{
	plain(file);
	drops(file, 0, 5, 0);
	start(file);
	drops(file, 0, 3, 0);
}

static void
of_nothing(struct fv_capfile *file)
{
	plain(file);
	drops(file, 1, 5, 0);
}

static void
broken(struct fv_capfile *file)
{
	plain(file);
	(void)fv_capfile_block(file, STATISTICS, 8);
	begin(file, 0);
	fv_capfile_option(file, BY_SYSTEM, "seventh", 7);
	fv_capfile_end(file);
	begin(file, 0);
	fv_capfile_put16(file, BY_SYSTEM);
	fv_capfile_put16(file, 12);
	fv_capfile_put64(file, 1);
	fv_capfile_end(file);
	drops(file, 0, UINT64_C(1) << 48, 0);
	drops(file, 0, 0, (UINT64_C(1) << 48) + 1);
}

/* A packet of interface ${number} after ${lost} that were lost. */
static void
after(struct fv_capfile *file, uint32_t number, uint64_t lost)
{
	(void)fv_capfile_begin(file, ENHANCED);
	fv_capfile_put32(file, number);
	fv_capfile_zeros(file, 16); /* time and lengths */
	count(file, EPB_DROPS, lost);
	fv_capfile_option(file, 0, NULL, 0);
	fv_capfile_end(file);
}

static void
told_by_packets(struct fv_capfile *file)
{
	start(file);
	after(file, 0, 0);
	after(file, 0, 2);
	after(file, 0, 3);
}

static void
told_by_packets_big_endian(struct fv_capfile *file)
{
	fv_capfile_section(file, true);
	fv_capfile_interface(
	    file, &(struct fv_capfile_interface){ .link_type = 1 });
	after(file, 0, 2);
}

/* The statistics have what packets told, and what came after the last. */
static void
told_by_both(struct fv_capfile *file)
{
	told_by_packets(file);
	drops(file, 0, 5, 1);
}

/* Statistics in mid-capture; what packets tell afterwards is more. */
static void
told_by_both_in_turn(struct fv_capfile *file)
{
	start(file);
	drops(file, 0, 0, 0);
	after(file, 0, 2);
	drops(file, 0, 1, 1);
	after(file, 0, 3);
}

/* Of interface 1 packets tell alone, of 0 the statistics too. */
static void
told_of_two_interfaces(struct fv_capfile *file)
{
	start(file);
	fv_capfile_interface(
	    file, &(struct fv_capfile_interface){ .link_type = 1 });
	after(file, 1, 100);
	after(file, 0, 10);
	drops(file, 0, 10, 0);
	start(file);
	after(file, 0, 1000);
}

/* A count of two bytes; all ones is none. */
static void
told_by_obsolete_packets(struct fv_capfile *file)
{
	static const uint16_t lost[] = { 7, UINT16_MAX };
	int i;

	start(file);
	for (i = 0; i < 2; i++) {
		(void)fv_capfile_begin(file, OBSOLETE);
		fv_capfile_put16(file, 0);
		fv_capfile_put16(file, lost[i]);
		fv_capfile_zeros(file, 16);
		/* Not that option: it has it in its header. */
		fv_capfile_option(file, EPB_DROPS, "abc", 3);
		fv_capfile_end(file);
	}
}

static void
told_beyond_belief(struct fv_capfile *file)
{
	start(file);
	after(file, 0, (UINT64_C(1) << 48) + 1);
	(void)fv_capfile_begin(file, ENHANCED);
	fv_capfile_zeros(file, 20);
	fv_capfile_option(file, EPB_DROPS, "1234", 4);
	fv_capfile_end(file);
	after(file, 0, 1);
}

#define SAME FV_CAPCASE_SAME
#define EMPTY(at) "@" #at " 0.000000000 0/0\n"
#define ONE "@52 1.000002000 60/60\n"
#define NO_PCAP            \
	{                  \
		.magic = 0 \
	}

const struct fv_capcase fv_capcases_statistics[] = {
	{ "drops at the end", NO_PCAP, at_the_end, ONE "end; dropped 12\n",
	    SAME },
	{ "drops, big-endian", NO_PCAP, big_endian,
	    "@124 1.000002000 60/60\nend; dropped 12\n", SAME },
	{ "drops told twice count once", NO_PCAP, one_after_the_other,
	    "@124 1.000002000 60/60\nend; dropped 26\n", SAME },
	{ "drops of two interfaces", NO_PCAP, of_two_interfaces,
	    "@292 1.000002000 60/60\nend; dropped 201\n", SAME },
	{ "drops of two sections", NO_PCAP, of_two_sections,
	    ONE "end; dropped 8\n", SAME },
	{ "drops of an interface that is not described", NO_PCAP, of_nothing,
	    ONE "! byte 144: interface statistics: its interface is not "
		"described\nend; skipped 72\n",
	    SAME },
	{ "drops that make no sense", NO_PCAP, broken,
	    ONE "! byte 144: interface statistics: it is too short\n"
		"! byte 164: interface statistics: its count of drops has a "
		"wrong length\n"
		"! byte 200: interface statistics: its options run past its "
		"end\n"
		"! byte 308: interface statistics: its count of drops is "
		"beyond belief\n"
		"end; skipped 164; dropped 281474976710656\n",
	    SAME },
	{ "drops told by packets", NO_PCAP, told_by_packets,
	    EMPTY(52) EMPTY(100) EMPTY(148) "end; dropped 5\n", SAME },
	{ "drops told by packets, big-endian", NO_PCAP,
	    told_by_packets_big_endian, EMPTY(52) "end; dropped 2\n", SAME },
	{ "drops told by packets and at the end count once", NO_PCAP,
	    told_by_both, EMPTY(52) EMPTY(100) EMPTY(148) "end; dropped 6\n",
	    SAME },
	{ "drops told by packets and between them count once", NO_PCAP,
	    told_by_both_in_turn, EMPTY(124) EMPTY(244) "end; dropped 5\n",
	    SAME },
	{ "drops told by packets of two interfaces and sections", NO_PCAP,
	    told_of_two_interfaces,
	    "@76 0.000000000 0/0 interface 1\n" EMPTY(
		124) "@296 0.000000000 "
		     "0/0 interface 2\nend; dropped 1110\n",
	    SAME },
	{ "drops told by obsolete packets", NO_PCAP, told_by_obsolete_packets,
	    EMPTY(52) EMPTY(92) "end; dropped 7\n", SAME },
	{ "drops told by packets that make no sense", NO_PCAP,
	    told_beyond_belief,
	    "! byte 52: a packet block: its options run past its end or make "
	    "no sense; its packet is kept\n" EMPTY(
		52) "! byte 100: a packet "
		    "block: its options run past its end or make no sense; its "
		    "packet is kept\n" EMPTY(100) EMPTY(140) "end; dropped 1\n",
	    SAME },
	{ NULL, NO_PCAP, NULL, NULL, SAME },
};
