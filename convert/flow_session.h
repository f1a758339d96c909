#ifndef CONVERT_FLOW_SESSION_H
#define CONVERT_FLOW_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "anonymize/raw.h"
#include "convert/flow_row.h"
#include "datasets/flow.h"

/*
 * What a biflow keeps besides its row (RFC 5103): what the destination sent,
 * who began, and how far TCP has come to its end (RFC 9293, section 3.6).
 * 52 bytes, for there may be many.
 *
 * Who began is told by a SYN without ACK or an ICMP query, else by an answer
 * to one, else by the time of the first packet, else by the higher port.
 * The source of the row is who began as soon as he was heard.
 *
 * A TCP flow has ended when either side sent RST, or both sent FIN and had it
 * acknowledged.  Sequence numbers are compared modulo 2^32 (section 3.4).
 */
struct fv_flow_session {
	int64_t start; /* of the way back, as all up to the initial flags */
	int64_t duration;
	uint64_t bytes;
	int64_t link_bytes : 48; /* FV_FLOW_ROW_LINK_MOST fits */
	uint64_t tcp_flags : 8;
	uint64_t initial_tcp_flags : 8;
	uint64_t packets : 48; /* as many are in no capture */
	uint64_t basis : 2;    /* enum fv_initiator_source */
	uint64_t forward : 1;  /* the side that is the row's source */
	uint64_t reversed : 1; /* the other side began */
	uint64_t syn : 1;      /* isn is known */
	uint64_t syn_side : 1; /* and whose */
	uint64_t finned : 2;   /* a bit for each side, as acked */
	uint64_t acked : 2;    /* its FIN was acknowledged */
	uint64_t closed : 1;
	/*
	 * Of a side that did not send the first SYN, until its FIN: fin has
	 * the number of its own SYN if both began, else one before what the
	 * other side acknowledged first.
	 */
	uint64_t known : 2;
	uint64_t both : 1;
	uint32_t isn;    /* of the first SYN */
	uint32_t fin[2]; /* what acknowledges the FIN of each side */
} __attribute__((packed, aligned(4)));

_Static_assert(sizeof(struct fv_flow_session) == 52, "no holes");

/* A session that ${p} of ${side} begins; its packets are not counted. */
void fv_flow_session_begin(struct fv_flow_session *session,
    const struct fv_raw_packet *p, unsigned side);

/*
 * fv_flow_session_resume(session, p, side, before):
 * The same, as the next part of the session ${before}: who began stays.
 */
void fv_flow_session_resume(struct fv_flow_session *session,
    const struct fv_raw_packet *p, unsigned side,
    const struct fv_flow_session *before);

/*
 * fv_flow_session_renewed(session, row, p, side):
 * Whether ${p} begins another session of the same tuple: a SYN whose sequence
 * number is not that of this one; or of a side that was heard before.  It may
 * come behind its answer (two taps), but only where what was acknowledged first
 * follows it, by FV_FLOW_RECORD_SYN_BEFORE at most.
 */
bool fv_flow_session_renewed(const struct fv_flow_session *session,
    const struct fv_flow *row, const struct fv_raw_packet *p, unsigned side);

/*
 * fv_flow_session_hear(session, row, p, side):
 * Learn from ${p}, which is to be counted next, who began and what has ended.
 * Returns true when ${p} comes from who began, and he is not the source yet:
 * then the two ends of the row are to be swapped.
 */
bool fv_flow_session_hear(struct fv_flow_session *session,
    const struct fv_flow *row, const struct fv_raw_packet *p, unsigned side);

/* Count ${p}, which the destination sent. */
void fv_flow_session_count(
    struct fv_flow_session *session, const struct fv_raw_packet *p);

/*
 * fv_flow_session_swap(session, row, first):
 * What was the way back becomes the row, which has from ${first}, a row of one
 * packet of that side, what is kept of single packets; that packet is counted.
 */
void fv_flow_session_swap(struct fv_flow_session *session, struct fv_flow *row,
    const struct fv_flow *first);

/*
 * fv_flow_session_times(session, row, first, last):
 * The earliest and the latest packet of both ways; of ${row} alone when
 * ${session} is NULL.
 */
static inline void
fv_flow_session_times(const struct fv_flow_session *session,
    const struct fv_flow *row, int64_t *first, int64_t *last)
{
	*first = row->start_time;
	*last = fv_flow_row_last(row);
	if (session == NULL || session->packets == 0)
		return;
	if (session->start < *first)
		*first = session->start;
	if (session->start + session->duration > *last)
		*last = session->start + session->duration;
}

/* What is published of it. */
void fv_flow_session_publish(const struct fv_flow_session *session,
    const struct fv_flow *row, struct fv_flow_reverse *reverse);

#endif
