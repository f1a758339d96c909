#ifndef CONVERT_FLOW_TABLE_INTERNAL_H
#define CONVERT_FLOW_TABLE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/hashmap.h"
#include "convert/flow_record.h"
#include "convert/flow_row.h"
#include "convert/flow_session.h"
#include "convert/flow_table.h"

/*
 * What a flow table is, for flow_table.c (packets come in, records go out),
 * flow_table_room.c (its memory) and flow_table_visit.c (who looks at it in
 * between).
 */

/* Flows in order of their last packet's arrival, by how they time out. */
enum { FV_FLOW_LIST_OPEN, FV_FLOW_LIST_CLOSED, FV_FLOW_LISTS };

/* Rows handed to the sink at a time. */
#define FV_FLOW_TABLE_BATCH 256

/*
 * Invariants (fv_flow_table_check):
 * 1. The lists from oldest to newest hold each flow once, and the map holds
 *    each of them once; together with the free list they are all the records
 *    below used.
 * 2. row.packets >= 1 and row.duration >= 0 in each flow, and it is in the
 *    list of those closed when FIN or RST is among its flags, or when its
 *    session is closed.
 */
struct fv_flow_table {
	struct fv_flow_table_options options;
	struct fv_publisher *publisher;
	fv_flow_sink *sink;
	void *context;
	struct fv_hash_key hash_key;
	struct fv_hashmap map;
	struct fv_flow_record *record;
	size_t capacity;
	struct fv_flow_link *link; /* by record, as all further arrays */
	size_t links;              /* that there is room for, as below */
	size_t used;
	struct fv_flow_list list[FV_FLOW_LISTS];
	int64_t timeout[FV_FLOW_LISTS];
	uint32_t free;
	uint64_t evicted;
	int64_t clock; /* the latest packet, but see set_clock */
	size_t nrows;
	struct fv_flow rows[FV_FLOW_TABLE_BATCH];
	struct fv_flow_reverse reverse[FV_FLOW_TABLE_BATCH];
	struct fv_flow_session *session; /* of biflows alone */
	size_t sessions;
	struct fv_flow_begin *begin; /* of others alone */
	size_t begins;
	unsigned how; /* enum fv_flow_key_how */
};

/*
 * fv_flow_table_grow(t, err):
 * Make room for one record more than used.  Returns 0, or -1 with ${err} set.
 */
int fv_flow_table_grow(
    struct fv_flow_table *t, struct fv_err *err) FV_MUST_CHECK;

/* The session of flow ${n}; NULL in a table of one direction. */
static inline const struct fv_flow_session *
fv_flow_table_session(const struct fv_flow_table *t, uint32_t n)
{
	return t->options.biflow ? &t->session[n] : NULL;
}

/* Whether the clock has left the oldest flow of ${list} behind. */
static inline bool
fv_flow_table_is_due(const struct fv_flow_table *t, int list)
{
	const uint32_t n = t->list[list].oldest;
	int64_t first, last;

	if (n == FV_FLOW_NOBODY)
		return false;
	fv_flow_session_times(
	    fv_flow_table_session(t, n), &t->record[n].row, &first, &last);
	return t->clock > last &&
	    fv_flow_row_span(last, t->clock) >= (uint64_t)t->timeout[list];
}

#endif
