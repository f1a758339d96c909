#ifndef CONVERT_FLOW_ROW_H
#define CONVERT_FLOW_ROW_H

#include <stdint.h>

#include "anonymize/raw.h"
#include "datasets/flow.h"

/* A row of /flows that is under way, and packets that are added to it. */

/* When its latest packet was. */
static inline int64_t
fv_flow_row_last(const struct fv_flow *row)
{
	return row->start_time + row->duration;
}

/* ${b} - ${a} where ${b} >= ${a}, without overflow. */
static inline uint64_t
fv_flow_row_span(int64_t a, int64_t b)
{
	return (uint64_t)b - (uint64_t)a;
}

/*
 * What frames had besides their packets, with ${more}: no further than
 * FV_FLOW_ROW_LINK_MOST from 0, which only lengths that are lies come near.
 */
#define FV_FLOW_ROW_LINK_MOST ((INT64_C(1) << 47) - 1)

static inline int64_t
fv_flow_row_link_bytes(int64_t sum, int64_t more)
{
	sum += more;
	if (sum > FV_FLOW_ROW_LINK_MOST)
		return FV_FLOW_ROW_LINK_MOST;
	return sum < -FV_FLOW_ROW_LINK_MOST ? -FV_FLOW_ROW_LINK_MOST : sum;
}

/* Add ${p}, which is not earlier than the first packet. */
static inline void
fv_flow_row_follow(struct fv_flow *row, const struct fv_raw_packet *p)
{
	if (p->time > fv_flow_row_last(row))
		row->duration = p->time - row->start_time;
	row->packets++;
	row->bytes += p->bytes;
	row->link_bytes =
	    fv_flow_row_link_bytes(row->link_bytes, p->link_bytes);
	row->tcp_flags |= p->tcp_flags;
	if (p->fragment == FV_FRAGMENT_FIRST)
		row->fragment = FV_FRAGMENT_FIRST;
}

/*
 * Add ${first}, the row of one packet that came late and is earlier than the
 * first one: it takes its place in all that is kept of that alone.
 */
static inline void
fv_flow_row_precede(struct fv_flow *row, const struct fv_flow *first)
{
	struct fv_flow joined = *first;

	joined.duration = row->duration + (row->start_time - first->start_time);
	joined.packets += row->packets;
	joined.bytes += row->bytes;
	joined.link_bytes =
	    fv_flow_row_link_bytes(joined.link_bytes, row->link_bytes);
	joined.part = row->part;
	joined.out_of_order = row->out_of_order;
	joined.tcp_flags |= row->tcp_flags;
	if (row->fragment == FV_FRAGMENT_FIRST)
		joined.fragment = FV_FRAGMENT_FIRST;
	*row = joined;
}

#endif
