#ifndef CONVERT_FLOW_RECORD_H
#define CONVERT_FLOW_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "anonymize/raw.h"
#include "convert/flow_key.h"
#include "datasets/flow.h"

/* A flow under way, as the table keeps it: two cache lines. */
struct fv_flow_record {
	struct fv_flow_key key;
	struct fv_flow row;
};

/*
 * Where a record stands among others.  Apart, because with each packet those
 * of its neighbours change as well, and no more of them.
 */
struct fv_flow_link {
	uint32_t older : 31; /* in its list */
	uint32_t list : 1;   /* which, and so how it times out */
	uint32_t newer;      /* or the next free record */
};

/*
 * With which number a flow of one direction began.  Apart, because only SYNs
 * ask for it, and of biflows a session knows better.
 */
struct fv_flow_begin {
	uint32_t sequence; /* of its SYN, or else of its first packet */
	bool syn;          /* sequence is that of a SYN */
};

_Static_assert(sizeof(struct fv_flow_record) == 128, "two cache lines");

/* As wide as a link; FV_FLOW_TABLE_LIMIT is far below. */
#define FV_FLOW_NOBODY (UINT32_MAX >> 1)

/* Flows in order of their last packet's arrival. */
struct fv_flow_list {
	uint32_t oldest; /* or FV_FLOW_NOBODY, as newest */
	uint32_t newest;
};

/* Take record ${n} out of ${list}. */
static inline void
fv_flow_record_unlink(
    struct fv_flow_list *list, struct fv_flow_link *links, uint32_t n)
{
	const struct fv_flow_link *l = &links[n];

	if (l->older == FV_FLOW_NOBODY)
		list->oldest = l->newer;
	else
		links[l->older].newer = l->newer;
	if (l->newer == FV_FLOW_NOBODY)
		list->newest = l->older;
	else
		links[l->newer].older = l->older;
}

/* Put record ${n} behind all others of ${list}. */
static inline void
fv_flow_record_append(
    struct fv_flow_list *list, struct fv_flow_link *links, uint32_t n)
{
	links[n].older = list->newest & FV_FLOW_NOBODY;
	links[n].newer = FV_FLOW_NOBODY;
	if (list->newest == FV_FLOW_NOBODY)
		list->oldest = n;
	else
		links[list->newest].newer = n;
	list->newest = n;
}

/*
 * A SYN that comes later than what it began is at most so many bytes before
 * it: what a sender may have under way then.
 */
#define FV_FLOW_RECORD_SYN_BEFORE (UINT32_C(1) << 20)

/*
 * fv_flow_record_is_its_syn(b, p):
 * Whether the SYN ${p} began the flow of one direction that began with ${b},
 * or came again.
 */
static inline bool
fv_flow_record_is_its_syn(
    const struct fv_flow_begin *b, const struct fv_raw_packet *p)
{
	if (b->syn)
		return p->tcp_sequence == b->sequence;
	return b->sequence - (p->tcp_sequence + 1) < FV_FLOW_RECORD_SYN_BEFORE;
}

#endif
