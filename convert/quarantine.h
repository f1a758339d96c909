#ifndef CONVERT_QUARANTINE_H
#define CONVERT_QUARANTINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/counters.h"

/*
 * Where the packets are whose headers are wrong, cut or of no use here: a
 * list of places, as no packet may ever get to a disk.  Whoever has the
 * capture opens it there (tshark -r CAPTURE -Y frame.number==PACKET); to
 * anybody else the list shows no address, no byte of a packet and no name of
 * a file, but when such packets came and how long they were.
 *
 * CSV as datasets/export_csv.h has it: a line of names, then one for each
 * packet and reason, in the order of reading:
 *
 *	capture          as /captures numbers them; of several datasets in one
 *	                 folder, as in what they are merged to
 *	packet           in its capture, from 1: tshark's frame.number
 *	offset           byte of the capture, uncompressed and out of its
 *	                 archive, at which the packet's record begins; empty if
 *	                 it came from an interface
 *	time             UTC, as the capture has it; empty if it has none
 *	captured_length  bytes of it
 *	wire_length      bytes that it had
 *	fate             recorded or rejected
 *	reason           the counter
 *
 * A reason is either the rejection in which the packet ended, or a note that a
 * header of it is malformed or cut (fv_quarantine_notes), and then it may be
 * recorded all the same, and listed once for each.  So rows of a reason are
 * as many as its counter says, over all captures.
 */
struct fv_quarantine;

struct fv_quarantine_options {
	const char *path; /* base/compressed.h says how its ending counts */
	bool replace;     /* see fv_outfile_new */
	bool live;        /* there is no file to have offsets of */
};

/* A place in a capture, and what is the matter there. */
struct fv_quarantine_place {
	uint64_t packet;
	uint64_t offset;
	int64_t time;
	uint32_t capture;
	uint32_t captured;
	uint32_t length;
	enum fv_counter reason;
	bool has_time;
	bool recorded;
};

/*
 * Notes that tell that a header is wrong or cut.  A packet inside a tunnel is
 * none of the frame's own (datasets/counters.h): what is wrong in a tunnel is
 * told by notes of its own.
 */
#define FV_QUARANTINE_NOTES 7
extern const enum fv_counter fv_quarantine_notes[FV_QUARANTINE_NOTES];

/*
 * fv_quarantine_rejects(outcome):
 * Whether a packet that ended in ${outcome} is not recorded, for what it is
 * and not because it was asked for: all rejections but those of a window, a
 * filter, or of copies.
 */
bool fv_quarantine_rejects(enum fv_counter outcome);

/*
 * fv_quarantine_new(options, err):
 * Begin a list, and write its line of names.  Returns NULL with ${err} set.
 */
struct fv_quarantine *fv_quarantine_new(
    const struct fv_quarantine_options *options,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_quarantine_add(quarantine, place, err):
 * Append a row.  Nothing of it stays in memory but what is about to be
 * written.  Returns 0, or -1 with ${err} set, which names the output.
 */
int fv_quarantine_add(struct fv_quarantine *quarantine,
    const struct fv_quarantine_place *place, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_quarantine_finish(quarantine, err), fv_quarantine_commit(quarantine, err):
 * Write all that is left, after the last row; then let the list appear.  They
 * are apart so that another output can appear between them, when nothing is
 * left here that a full disk could stop.  Return 0, or -1 with ${err} set.
 */
int fv_quarantine_finish(
    struct fv_quarantine *quarantine, struct fv_err *err) FV_MUST_CHECK;
int fv_quarantine_commit(
    struct fv_quarantine *quarantine, struct fv_err *err) FV_MUST_CHECK;

/* Remove the list unless it was committed, and free ${quarantine} (or NULL). */
void fv_quarantine_free(struct fv_quarantine *quarantine);

#endif
