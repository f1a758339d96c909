#ifndef TESTS_CAPGEN_CAPCASES_H
#define TESTS_CAPGEN_CAPCASES_H

#include <stddef.h>

#include "tests/capgen/capfile.h"

/* Where libpcap does not see what is there. */
enum fv_capcase_differs {
	FV_CAPCASE_SAME = 0,
	FV_CAPCASE_REFUSED, /* it does not open the file */
	FV_CAPCASE_TIME     /* its arithmetic overflows */
};

/*
 * A small capture with one thing to see in it, and what reading it gives,
 * line by line:
 *
 *	@24 1.000002000 60/72     a frame: place of its record, time, bytes
 *	                          captured and on the wire; and, where they
 *	                          are not the usual: link type, interface,
 *	                          FCS, side, notes
 *	! byte 40: ...            a fault, in full
 *	refused: ...              not opened, and why
 *	end; skipped 12; dropped 3  the end, and bytes skipped, if any, and
 *	                          packets that it says were lost
 *
 * Frames hold bytes that count up from 0.
 */
struct fv_capcase {
	const char *name;
	struct fv_capfile_pcap header; /* none when its magic is 0 */
	void (*build)(struct fv_capfile *file);
	const char *outcome;
	enum fv_capcase_differs differs;
};

/*
 * The cases of each format; they end with a name of NULL.  Those of pcap
 * with something behind damage, and those of pcapng with odd sections or
 * damaged blocks, or with statistics, have tables of their own.
 */
extern const struct fv_capcase fv_capcases_pcap[];
extern const struct fv_capcase fv_capcases_search[];
extern const struct fv_capcase fv_capcases_pcapng[];
extern const struct fv_capcase fv_capcases_damaged[];
extern const struct fv_capcase fv_capcases_statistics[];

/* The capture of ${row}; the caller's. */
struct fv_capfile *fv_capcase_build(const struct fv_capcase *row);

#endif
