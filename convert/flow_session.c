#include "convert/flow_session.h"

#include <string.h>

#include "convert/flow_key.h"
#include "convert/flow_record.h"

enum { TCP = 6 };

/* RFC 9293, section 3.1. */
enum { FIN = 0x01, SYN = 0x02, RST = 0x04, ACK = 0x10 };

/* What ${p} tells of who began. */
static enum fv_initiator_source
basis_of(const struct fv_raw_packet *p)
{
	switch (fv_flow_key_query(p)) {
	case FV_FLOW_QUERY:
		return FV_INITIATOR_REQUEST;
	case FV_FLOW_REPLY:
		return FV_INITIATOR_ANSWER;
	case FV_FLOW_NO_QUERY:
		break;
	}
	if (p->protocol != TCP || (p->tcp_flags & SYN) == 0)
		return FV_INITIATOR_FIRST;
	return (p->tcp_flags & ACK) != 0 ? FV_INITIATOR_ANSWER
					 : FV_INITIATOR_REQUEST;
}

/* Whether ${a} is ${b} or comes behind it, modulo 2^32. */
static bool
reaches(uint32_t a, uint32_t b)
{
	return a - b < UINT32_C(0x80000000);
}

static bool
is_syn(const struct fv_raw_packet *p)
{
	return p->protocol == TCP && (p->has & FV_HAS_TCP_FLAGS) != 0 &&
	    (p->tcp_flags & (SYN | ACK | RST)) == SYN;
}

/* Learn with which number each side began. */
static void
follow_begin(
    struct fv_flow_session *s, const struct fv_raw_packet *p, unsigned side)
{
	unsigned own = 1U << side, other = 1U << (1 - side);

	if (is_syn(p) && !s->syn) {
		s->isn = p->tcp_sequence;
		s->syn = 1;
		s->syn_side = side & 1;
	} else if (is_syn(p) && s->syn_side != side && (s->finned & own) == 0) {
		s->fin[side] = p->tcp_sequence;
		s->known = (s->known | own) & 3;
		s->both = 1;
	}
	if ((p->tcp_flags & ACK) != 0 &&
	    ((s->known | s->finned) & other) == 0) {
		s->fin[1 - side] = p->tcp_acknowledged - 1;
		s->known = (s->known | other) & 3;
	}
}

/* How far TCP has come. */
static void
follow_tcp(
    struct fv_flow_session *s, const struct fv_raw_packet *p, unsigned side)
{
	unsigned own = 1U << side, other = 1U << (1 - side);

	if (p->protocol != TCP || (p->has & FV_HAS_TCP_FLAGS) == 0)
		return;
	if ((p->tcp_flags & SYN) != 0 || ((s->known | s->finned) & other) == 0)
		follow_begin(s, p, side);
	if ((p->tcp_flags & FIN) != 0) {
		s->fin[side] = p->tcp_next;
		s->finned = (s->finned | own) & 3;
	}
	if ((p->tcp_flags & ACK) != 0 && (s->finned & other) != 0 &&
	    reaches(p->tcp_acknowledged, s->fin[1 - side]))
		s->acked = (s->acked | other) & 3;
	if ((p->tcp_flags & RST) != 0 || s->acked == 3)
		s->closed = 1;
}

void
fv_flow_session_begin(
    struct fv_flow_session *s, const struct fv_raw_packet *p, unsigned side)
{
	memset(s, 0, sizeof(*s));
	s->forward = side & 1;
	s->basis = (unsigned)basis_of(p) & 3;
	s->reversed = s->basis == FV_INITIATOR_ANSWER;
	follow_tcp(s, p, side);
}

void
fv_flow_session_resume(struct fv_flow_session *s, const struct fv_raw_packet *p,
    unsigned side, const struct fv_flow_session *before)
{
	unsigned began = before->forward ^ before->reversed;

	fv_flow_session_begin(s, p, side);
	s->basis = before->basis;
	s->reversed = (began ^ side) & 1;
	s->isn = before->isn;
	s->syn = before->syn;
	s->syn_side = before->syn_side;
	s->known = before->known;
	s->both = before->both;
	s->fin[1 - side] = before->fin[1 - side];
	if ((s->finned & 1U << side) == 0)
		s->fin[side] = before->fin[side];
	s->finned |= before->finned;
	s->acked |= before->acked;
}

/* Whether ${side} sent any of ${flags}, or anything if 0, before ${time}. */
static bool
was_heard(const struct fv_flow_session *s, const struct fv_flow *row,
    unsigned side, uint8_t flags, int64_t time)
{
	bool forward = side == s->forward;
	uint8_t sent = forward ? row->tcp_flags : s->tcp_flags;

	if (!forward && s->packets == 0)
		return false;
	return (flags == 0 || (sent & flags) != 0) &&
	    time > (forward ? row->start_time : s->start);
}

bool
fv_flow_session_renewed(const struct fv_flow_session *s,
    const struct fv_flow *row, const struct fv_raw_packet *p, unsigned side)
{
	unsigned own = 1U << side;

	if (!is_syn(p))
		return false;
	if (s->syn && s->syn_side == side)
		return p->tcp_sequence != s->isn;
	if (s->closed)
		return true;
	/* Both may begin at once (RFC 9293, figure 7), before either answers. */
	if (was_heard(s, row, side, s->syn ? ACK : 0, p->time))
		return true;
	if ((s->known & own) == 0 || (s->finned & own) != 0)
		return false;
	if (s->both)
		return p->tcp_sequence != s->fin[side];
	return s->fin[side] - p->tcp_sequence >= FV_FLOW_RECORD_SYN_BEFORE;
}

bool
fv_flow_session_hear(struct fv_flow_session *s, const struct fv_flow *row,
    const struct fv_raw_packet *p, unsigned side)
{
	enum fv_initiator_source basis = basis_of(p);
	unsigned back = (side ^ s->forward) & 1;
	int64_t first, last;

	fv_flow_session_times(s, row, &first, &last);
	if ((unsigned)basis > s->basis) {
		s->basis = (unsigned)basis & 3;
		s->reversed = back ^ (basis == FV_INITIATOR_ANSWER);
	} else if (s->basis == FV_INITIATOR_FIRST && p->time < first) {
		s->reversed = back & 1;
	}
	follow_tcp(s, p, side);
	return back && s->reversed;
}

void
fv_flow_session_count(struct fv_flow_session *s, const struct fv_raw_packet *p)
{
	if (s->packets == 0) {
		s->start = p->time;
		s->initial_tcp_flags = p->tcp_flags;
	} else if (p->time < s->start) {
		s->duration += s->start - p->time;
		s->start = p->time;
		s->initial_tcp_flags = p->tcp_flags;
	} else if (p->time > s->start + s->duration) {
		s->duration = p->time - s->start;
	}
	s->packets++;
	s->bytes += p->bytes;
	s->link_bytes = fv_flow_row_link_bytes(s->link_bytes, p->link_bytes);
	s->tcp_flags |= p->tcp_flags;
}

/* Bring ${row}, of one packet, together with what the session counted. */
static void
gather(const struct fv_flow_session *s, struct fv_flow *row)
{
	int64_t end = row->start_time;

	if (s->packets == 0)
		return;
	if (s->start + s->duration > end)
		end = s->start + s->duration;
	if (s->start <= row->start_time) {
		row->start_time = s->start;
		row->initial_tcp_flags = s->initial_tcp_flags;
	}
	row->duration = end - row->start_time;
	row->packets += s->packets;
	row->bytes += s->bytes;
	row->link_bytes =
	    fv_flow_row_link_bytes(row->link_bytes, s->link_bytes);
	row->tcp_flags |= s->tcp_flags;
}

void
fv_flow_session_swap(
    struct fv_flow_session *s, struct fv_flow *row, const struct fv_flow *first)
{
	struct fv_flow before = *row;

	*row = *first;
	row->part = before.part;
	row->out_of_order = before.out_of_order;
	gather(s, row);
	s->start = before.start_time;
	s->duration = before.duration;
	s->packets = before.packets;
	s->bytes = before.bytes;
	s->link_bytes = before.link_bytes;
	s->tcp_flags = before.tcp_flags;
	s->initial_tcp_flags = before.initial_tcp_flags;
	s->forward ^= 1;
	s->reversed = 0;
}

void
fv_flow_session_publish(const struct fv_flow_session *s,
    const struct fv_flow *row, struct fv_flow_reverse *r)
{
	bool reversed = s->reversed;

	memset(r, 0, sizeof(*r));
	r->reverse_start_time = s->start;
	r->reverse_duration = s->duration;
	r->reverse_packets = s->packets;
	r->reverse_bytes = s->bytes;
	r->reverse_link_bytes = s->link_bytes;
	r->reverse_tcp_flags = s->tcp_flags;
	r->reverse_initial_tcp_flags = s->initial_tcp_flags;
	r->initiator_source = (uint8_t)s->basis;
	if (s->basis == FV_INITIATOR_FIRST && s->packets > 0 &&
	    s->start == row->start_time) {
		r->initiator_source = FV_INITIATOR_PORT;
		reversed = row->destination_port > row->source_port;
		if (row->destination_port == row->source_port) {
			r->biflow_direction = FV_BIFLOW_ARBITRARY;
			return;
		}
	}
	r->biflow_direction =
	    reversed ? FV_BIFLOW_REVERSE_INITIATOR : FV_BIFLOW_INITIATOR;
}
