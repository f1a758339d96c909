#ifndef TESTS_CAPGEN_CAPCASES_SECTION_H
#define TESTS_CAPGEN_CAPCASES_SECTION_H

#include "tests/capgen/capcases.h"

/* What the cases of pcapng begin with. */

#define FRAME 60

/* Where things are in a file of one section and one plain interface. */
#define AT_INTERFACE 28
#define AT_PACKET 52
#define PACKET_BLOCK 92

/* A section of one Ethernet interface with microseconds. */
static inline void
start(struct fv_capfile *file)
{
	fv_capfile_section(file, false);
	fv_capfile_interface(
	    file, &(struct fv_capfile_interface){ .link_type = 1 });
}

/* A packet of interface ${number} at ${ticks}; returns where it is. */
static inline size_t
packet(struct fv_capfile *file, uint32_t number, uint64_t ticks)
{
	return fv_capfile_enhanced(file,
	    &(struct fv_capfile_packet){
		.interface = number,
		.ticks = ticks,
		.captured = FRAME,
		.length = FRAME,
	    });
}

/* One packet at 1.000002 s on the first interface. */
static inline size_t
one(struct fv_capfile *file)
{
	return packet(file, 0, 1000002);
}

/* A file of nothing but that. */
static inline void
plain(struct fv_capfile *file)
{
	start(file);
	one(file);
}

#endif
