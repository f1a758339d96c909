#ifndef CONVERT_DECODER_H
#define CONVERT_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "anonymize/raw.h"
#include "base/attributes.h"
#include "base/err.h"
#include "convert/capture.h"
#include "convert/decode.h"
#include "datasets/counters.h"

/*
 * The decoder of one capture: what fv_decode_frame says of each frame, and
 * what takes a memory or a choice: copies, packets in tunnels, ports of
 * fragments, EtherTypes by value.
 */
struct fv_decoder;

/* Of a packet that carries another in a tunnel, which are recorded. */
enum fv_tunnels {
	FV_TUNNELS_OUTER = 0, /* the one on the tapped link */
	FV_TUNNELS_INNER = 1, /* the innermost that can be read */
	FV_TUNNELS_BOTH = 2   /* each of them */
};

struct fv_decoder_options {
	enum fv_tunnels tunnels;
	bool fragment_ports;  /* later fragments get the ports of their first */
	bool drop_duplicates; /* or record them, and count (duplicates.h) */
};

/* The most packets that one frame gives. */
#define FV_DECODER_PACKETS (FV_TUNNELS_LIMIT + 1)

/*
 * Different EtherTypes counted by value.  A network has a few; past this
 * many somebody sends noise, and it is counted as other.
 */
#define FV_DECODER_ETHERTYPES 64

/* fv_decoder_new(options, err): returns NULL with ${err} set. */
struct fv_decoder *fv_decoder_new(
    const struct fv_decoder_options *options, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_decoder_read(decoder, frame, packets, outcome, counter, err):
 * Decode ${frame} into ${packets}, which has room for FV_DECODER_PACKETS,
 * count it, and say in ${outcome} in which counter it ended.
 * Returns how many packets there are to go on: 1 or more when it is
 * recorded, but that fragments may be held back; or -1 with ${err} set.
 */
int fv_decoder_read(struct fv_decoder *decoder, const struct fv_frame *frame,
    struct fv_raw_packet *packets, enum fv_counter *outcome,
    uint64_t counter[FV_COUNTERS], struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_decoder_end(decoder, counter):
 * The capture has ended: nothing is held back any longer.
 */
void fv_decoder_end(struct fv_decoder *decoder, uint64_t counter[FV_COUNTERS]);

/*
 * fv_decoder_ready(decoder), fv_decoder_take(decoder, packets, room):
 * How many fragments that were held back are to go on now; and up to
 * ${room} of them, as how many are returned.  To be asked after each read
 * and at the end.
 */
size_t fv_decoder_ready(const struct fv_decoder *decoder);
size_t fv_decoder_take(
    struct fv_decoder *decoder, struct fv_raw_packet *packets, size_t room);

/*
 * fv_decoder_ethertypes(decoder, text):
 * The EtherTypes counted as NOT_IP, as a row of /captures has them.
 */
void fv_decoder_ethertypes(
    const struct fv_decoder *decoder, char text[FV_ETHERTYPES_TEXT]);

/* fv_decoder_undecoded(decoder): the last link type that is not decoded. */
uint32_t fv_decoder_undecoded(const struct fv_decoder *decoder);

/* Wipe and free ${decoder} (or NULL). */
void fv_decoder_free(struct fv_decoder *decoder);

#endif
