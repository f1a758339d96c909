#ifndef DATASETS_REFERENCE_SCRIPT_H
#define DATASETS_REFERENCE_SCRIPT_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"
#include "datasets/reference/philox.h"
#include "datasets/reference/talk.h"

/*
 * The most packets of one conversation: talks are cut to FV_SCRIPT_CUT in
 * their greater direction, plus a remainder that was too small for a talk
 * of its own.
 */
#define FV_SCRIPT_CUT 3000
#define FV_SCRIPT_EVENTS (2 * FV_SCRIPT_CUT + 1024)

/* The longest that one may last: talks end with the day they began in. */
#define FV_SCRIPT_LONGEST INT64_C(80000000000)

/* Where a talk is played; one belongs to one thread. */
struct fv_script {
	struct fv_event *event;
	size_t n;
	/* While playing: */
	const struct fv_talk *talk;
	struct fv_philox *rng;
	int64_t now;
	bool last_out;
	uint32_t rtt;     /* microseconds, tap to far side and back */
	uint16_t segment; /* most payload of a TCP segment */
	struct fv_script_end {
		uint32_t next; /* the sequence number to send */
		uint32_t want; /* the one that it waits for */
		int64_t heard;
	} end[2]; /* [1] is near: indexed by "out" */
};

/* Fill ${script}'s buffer.  Returns 0, or -1 with ${err} set. */
int fv_script_init(struct fv_script *script, struct fv_err *err) FV_MUST_CHECK;
void fv_script_free(struct fv_script *script);

/*
 * fv_script_play(script, talk, rng, rtt, segment):
 * Turn ${talk} into events, in order, with times from 0 on; exactly
 * talk->out of them go out and talk->in come in.  A TCP talk is a whole
 * conversation: handshake, data that are all acknowledged, a close; or an
 * attempt that was refused or not answered.
 */
void fv_script_play(struct fv_script *script, const struct fv_talk *talk,
    struct fv_philox *rng, uint32_t rtt, uint16_t segment);

/* Shrink the times so that the last event is at most at ${most}. */
void fv_script_fit(struct fv_script *script, int64_t most);

/* For script_tcp.c: add an event after ${gap}. */
struct fv_event *fv_script_add(
    struct fv_script *script, bool out, uint32_t length, int64_t gap);

/* The TCP part of fv_script_play. */
void fv_script_tcp(struct fv_script *script);

#endif
