#ifndef CONVERT_CAPTURE_H
#define CONVERT_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/cursor.h"
#include "base/err.h"
#include "convert/stream.h"

/*
 * A capture file, frame by frame: pcap (draft-ietf-opsawg-pcap) or pcapng
 * (draft-ietf-opsawg-pcapng), told apart by their first bytes.
 */
struct fv_capture;

/* What is odd about a frame's own record; each is counted. */
enum fv_frame_note {
	FV_FRAME_WITHOUT_TIME = 1,  /* time is 0: the record has none */
	FV_FRAME_TIME_CLAMPED = 2,  /* beyond INT64_MAX ns, or before 1970 */
	FV_FRAME_TIME_FRACTION = 4, /* a fraction of one second or more */
	FV_FRAME_CLOCK = 8          /* no frame: fv_capture_tell_time */
};

/*
 * The longest frame that is believed: libpcap's MAXIMUM_SNAPLEN.  Longer is
 * damage in pcap; pcapng, whose blocks are framed on their own, may hold
 * longer ones, of which this much is delivered.
 */
#define FV_FRAME_LIMIT 262144

/* A captured frame. */
struct fv_frame {
	const uint8_t *bytes; /* the capture's; valid until the next call */
	uint32_t captured;    /* bytes that are there */
	uint32_t length;      /* bytes that were on the wire */
	int64_t time;         /* ns since 1970-01-01 UTC */
	uint64_t offset;      /* of its record in the file */
	uint32_t link_type;   /* LINKTYPE_ value, without FCS bits */
	uint32_t interface;   /* pcapng: counted over all sections */
	uint8_t fcs_length;   /* bytes of FCS that end the frame, if known */
	uint8_t side;         /* enum fv_side, from pcapng's flags */
	uint8_t notes;        /* FV_FRAME_ bits */
	bool big_endian;      /* order of the machine that wrote it */
};

/* What a capture says of itself, as far as it has been read. */
struct fv_capture_info {
	uint32_t link_type;       /* of the first interface that is known */
	uint32_t snapshot_length; /* the largest declared; 0: no limit */
	uint32_t interfaces;
	uint64_t bytes_read;
	uint64_t bytes_skipped; /* in damaged places */
	uint64_t resumed;       /* times that reading went on after a search */
	uint64_t dropped;       /* packets that it says were not captured */
};

/*
 * fv_capture_open(path, err):
 * Open the capture at ${path}, or standard input for "-", and read its
 * header.  Returns NULL with ${err} set: FV_EIO when it cannot be read,
 * FV_EFORMAT when it is no capture, with the byte offset in the text (but
 * not the path: the caller adds that).
 */
struct fv_capture *fv_capture_open(
    const char *path, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_capture_open_fd(fd, err):
 * The same for the open descriptor ${fd}, from where it stands.  It is the
 * capture's from now on, and closed if this fails.
 */
struct fv_capture *fv_capture_open_fd(int fd, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_capture_open_stream(stream, err):
 * The same for ${stream}, from its first byte; its descriptor is the
 * capture's from now on, whatever is returned.
 */
struct fv_capture *fv_capture_open_stream(
    struct fv_stream *stream, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_capture_next(cap, frame, err):
 * Step to the next frame and describe it in ${frame}.
 * Returns 1 with a frame; 0 at the end, where zero bytes that pad the file
 * count as the end; -1 with ${err} set.  FV_EFORMAT is a damaged place,
 * named by its byte offset (and by no number that stands there, since that
 * may be bytes of a packet): the next call goes on after it where the
 * format says where that is, or where a search to the end of the file finds
 * it, and else returns 0.  Any other code is final.
 * Costs about 17 ns for a frame of headers in the page cache.
 */
int fv_capture_next(struct fv_capture *cap, struct fv_frame *frame,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_capture_stop_at_damage(cap):
 * Do not search behind damage for where reading can go on: stop there.
 */
void fv_capture_stop_at_damage(struct fv_capture *cap);

/*
 * fv_capture_tell_time(cap):
 * Tell also of pcapng's statistics that count nothing, as a live capture has
 * them (convert/live.h), when nothing passes: as a frame of no bytes with
 * FV_FRAME_CLOCK, which says that none from before its time follows.
 */
void fv_capture_tell_time(struct fv_capture *cap);

/*
 * fv_capture_watch(cap, watcher, arg):
 * From now on, show ${watcher} each pcapng block that is whole, packets
 * included, before it is read: its type, its body, and the section's byte
 * order (of a section header the one before; its body tells its own).  The
 * bytes are good until the call returns.  For who looks for what a
 * conversion leaves behind; before the first frame is asked for.
 */
typedef void fv_capture_watcher(
    void *arg, uint32_t type, bool big, struct fv_cursor body);
void fv_capture_watch(
    struct fv_capture *cap, fv_capture_watcher *watcher, void *arg);

/* What the capture says of itself; the result belongs to ${cap}. */
const struct fv_capture_info *fv_capture_about(const struct fv_capture *cap);

void fv_capture_free(struct fv_capture *cap);

#endif
