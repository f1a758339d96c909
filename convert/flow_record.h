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
	uint32_t older;    /* in its list */
	uint32_t newer;    /* or the next free record */
	uint32_t sequence; /* of its SYN, or else of its first packet */
	uint8_t list;
	bool begun; /* sequence is that of a SYN */
	struct fv_flow row;
};

_Static_assert(sizeof(struct fv_flow_record) <= 128, "two cache lines");

#define FV_FLOW_NOBODY UINT32_MAX

/* Flows in order of their last packet's arrival. */
struct fv_flow_list {
	uint32_t oldest; /* or FV_FLOW_NOBODY, as newest */
	uint32_t newest;
};

/* Take ${r}, one of ${records}, out of ${list}. */
static inline void
fv_flow_record_unlink(struct fv_flow_list *list, struct fv_flow_record *records,
    const struct fv_flow_record *r)
{
	if (r->older == FV_FLOW_NOBODY)
		list->oldest = r->newer;
	else
		records[r->older].newer = r->newer;
	if (r->newer == FV_FLOW_NOBODY)
		list->newest = r->older;
	else
		records[r->newer].older = r->older;
}

/* Put record ${n} behind all others of ${list}. */
static inline void
fv_flow_record_append(
    struct fv_flow_list *list, struct fv_flow_record *records, uint32_t n)
{
	records[n].older = list->newest;
	records[n].newer = FV_FLOW_NOBODY;
	if (list->newest == FV_FLOW_NOBODY)
		list->oldest = n;
	else
		records[list->newest].newer = n;
	list->newest = n;
}

/*
 * A SYN that comes later than what it began is at most so many bytes before
 * it: what a sender may have under way then.
 */
#define FV_FLOW_RECORD_SYN_BEFORE (UINT32_C(1) << 20)

/*
 * fv_flow_record_is_its_syn(r, p):
 * Whether the SYN ${p} began the flow of one direction ${r}, or came again.
 */
static inline bool
fv_flow_record_is_its_syn(
    const struct fv_flow_record *r, const struct fv_raw_packet *p)
{
	if (r->begun)
		return p->tcp_sequence == r->sequence;
	return r->sequence - (p->tcp_sequence + 1) < FV_FLOW_RECORD_SYN_BEFORE;
}

#endif
