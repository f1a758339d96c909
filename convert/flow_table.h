#ifndef CONVERT_FLOW_TABLE_H
#define CONVERT_FLOW_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "anonymize/publisher.h"
#include "anonymize/raw.h"
#include "base/attributes.h"
#include "base/err.h"
#include "datasets/flow.h"

/*
 * The table of flows under way: packets of one direction of a 5-tuple
 * become one record.  For ICMP, type and code stand in for ports; later
 * fragments whose ports are not known are flows of their own, and so are
 * packets that came in another kind of tunnel.
 *
 * A flow ends when the time since its last packet reaches the idle timeout,
 * or, before a packet is added, when the time since its first reaches the
 * active timeout.  A TCP flow whose sender sent FIN or RST is closed, and
 * ends when the time since its last packet reaches the linger time: what
 * comes late until then (last ACKs, FINs sent again) is its own.  A SYN that
 * did not begin the flow ends it, too, closed or not, for the ports are used
 * anew; it began the flow when its sequence number is that of the flow's
 * SYN, or of no SYN that was seen but of the bytes just before the flow's
 * first, modulo 2^32 (RFC 9293, 3.4).  When there are as many flows as may
 * be, the one that has been silent longest ends for want of resources, a
 * closed one before others.  Time is packet time, never the clock on the wall: it is
 * that of the latest packet, and goes back when a packet is earlier than it
 * by the idle timeout or more, for then captures follow each other that were
 * not in order, or one wild packet was far ahead.  A
 * packet earlier than those before is never dropped: a flow's start is its
 * earliest packet, and its end the latest.  What a record keeps of a single
 * packet (TTL, stack, device, VLAN, tunnel, direction, capture) is of the
 * earliest.
 * One that is earlier by the idle timeout or more begins a flow of its own.
 *
 * In a table of biflows, packets of both directions become one record (RFC
 * 5103).  Who is its source, when TCP has closed it, and which SYN is not its
 * own, is told in convert/flow_session.h.
 *
 * Records come out in the order in which flows end, which the packets alone
 * decide.
 */
struct fv_flow_table;

struct fv_flow_table_options {
	int64_t idle_timeout;   /* ns, above 0 */
	int64_t active_timeout; /* ns; 0: flows may last for ever */
	int64_t tcp_linger;     /* ns; 0: FIN, RST and SYN end no flow */
	size_t most;            /* flows at once; 0: FV_FLOW_TABLE_LIMIT */
	bool vlan_in_key;       /* packets of two VLANs are two flows */
	bool tunnel_in_key;     /* and those of two tunnels, by their names */
	bool biflow;            /* both directions are one flow */
};

/* The most flows at once that may be asked for: 2^26 of 155 bytes are 9.7
 * GiB; biflows take 199. */
#define FV_FLOW_TABLE_LIMIT ((size_t)1 << 26)

/*
 * Takes ${n} finished records, and may keep none of them; ${reverse} has as
 * many in a table of biflows, and is NULL in others.  Returns 0, or -1 with
 * ${err} set, which ends the call that it came from.
 */
typedef int fv_flow_sink(void *context, const struct fv_flow *rows,
    const struct fv_flow_reverse *reverse, size_t n, struct fv_err *err);

/*
 * fv_flow_table_new(options, publisher, sink, context, err):
 * An empty table that makes rows through ${publisher} and gives finished
 * ones to ${sink}; both must live as long.  Returns NULL with ${err} set.
 */
struct fv_flow_table *fv_flow_table_new(
    const struct fv_flow_table_options *options, struct fv_publisher *publisher,
    fv_flow_sink *sink, void *context, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_flow_table_add(table, inputs, packets, n, err):
 * Add ${n} packets, at most FV_PUBLISHER_BATCH; packet i came from the
 * capture ${inputs}[packets[i].input].
 * Returns 0, or -1 with ${err} set; then only free is allowed.
 */
int fv_flow_table_add(struct fv_flow_table *table,
    const struct fv_publisher_input *inputs,
    const struct fv_raw_packet *packets, size_t n,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_flow_table_flush(table, err):
 * End every flow that is under way (FV_END_FORCED).  Returns 0, or -1 with
 * ${err} set.
 */
int fv_flow_table_flush(
    struct fv_flow_table *table, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_flow_table_deliver(table, err):
 * Give the sink all records that have ended.  Returns 0, or -1 with ${err}
 * set.
 */
int fv_flow_table_deliver(
    struct fv_flow_table *table, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_flow_table_visit(table, visit, arg):
 * Call ${visit} for each flow under way, closed ones first, then from the one
 * silent longest on.  ${packets} are of both ways.  Of ${row}, only the
 * numbers of rows that it refers to may be changed: see fv_flow_table_publish.
 */
typedef void fv_flow_visit(void *arg, struct fv_flow *row, uint64_t packets);
void fv_flow_table_visit(
    struct fv_flow_table *table, fv_flow_visit *visit, void *arg);

/*
 * Make rows through ${publisher} from now on, which must live as long.  Flows
 * under way have to refer to its rows by then (anonymize/succession.h).
 */
void fv_flow_table_publish(
    struct fv_flow_table *table, struct fv_publisher *publisher);

/* How many flows are under way. */
size_t fv_flow_table_count(const struct fv_flow_table *table);

/* How many flows ended for want of resources. */
uint64_t fv_flow_table_evicted(const struct fv_flow_table *table);

/* Bytes that the table holds: at most 200 for each flow at its fullest. */
size_t fv_flow_table_bytes(const struct fv_flow_table *table);

/* Assert the invariants; for tests. */
void fv_flow_table_check(const struct fv_flow_table *table);

/* Free ${table} (or NULL); flows under way are forgotten. */
void fv_flow_table_free(struct fv_flow_table *table);

#endif
