#include "analysis/port_profile.h"

#include <stdlib.h>

#include "analysis/names.h"
#include "base/memory.h"

enum { TCP = 6, UDP = 17 };

void
fv_port_profile_add(
    struct fv_port_profile *p, const struct fv_analysis_batch *batch, size_t i)
{
	const uint8_t *protocol = batch->column[FV_FLOW_PROTOCOL];
	const uint16_t *source = batch->column[FV_FLOW_SOURCE_PORT];
	const uint16_t *destination = batch->column[FV_FLOW_DESTINATION_PORT];
	const uint64_t *packets = batch->column[FV_FLOW_PACKETS];
	const uint64_t *bytes = batch->column[FV_FLOW_BYTES];
	size_t over = protocol[i] == UDP ? FV_PORT_UDP : FV_PORT_TCP;

	fv_analysis_weigh(&p->all, packets[i], bytes[i]);
	if ((protocol[i] != TCP && protocol[i] != UDP) ||
	    (source[i] | destination[i]) == 0)
		return;
	fv_analysis_weigh(
	    &p->cell[FV_PORT_SOURCE][over][source[i]], packets[i], bytes[i]);
	fv_analysis_weigh(&p->cell[FV_PORT_DESTINATION][over][destination[i]],
	    packets[i], bytes[i]);
}

void
fv_port_profile_merge(
    struct fv_port_profile *into, const struct fv_port_profile *from)
{
	size_t side, over, i;

	fv_analysis_sum(&into->all, &from->all);
	/* Reading a page of zeros is cheap; writing would make it real. */
	for (side = 0; side < FV_PORT_SIDES; side++)
		for (over = 0; over < FV_PORT_OVERS; over++)
			for (i = 0; i < FV_PORT_PROFILE_PORTS; i++)
				if (from->cell[side][over][i].records > 0)
					fv_analysis_sum(
					    &into->cell[side][over][i],
					    &from->cell[side][over][i]);
}

static int
by_packets(const void *a, const void *b)
{
	const struct fv_port_use *x = a, *y = b;

	if (x->packets != y->packets)
		return x->packets < y->packets ? 1 : -1;
	return x->port < y->port ? -1 : x->port > y->port;
}

struct fv_port_ranking *
fv_port_profile_rank(
    const struct fv_port_profile *p, enum fv_port_side side, struct fv_err *err)
{
	const struct fv_analysis_weight *tcp, *udp;
	struct fv_port_ranking *k;
	uint32_t i;

	if ((k = fv_memory_new(1, sizeof(*k), err)) == NULL)
		return NULL;
	for (i = 0; i < FV_PORT_PROFILE_PORTS; i++) {
		tcp = &p->cell[side][FV_PORT_TCP][i];
		udp = &p->cell[side][FV_PORT_UDP][i];
		if (tcp->records + udp->records == 0)
			continue;
		k->use[k->n++] = (struct fv_port_use){ (uint16_t)i,
			tcp->packets + udp->packets, tcp->bytes + udp->bytes,
			{ tcp->packets, udp->packets } };
		k->packets += tcp->packets + udp->packets;
	}
	qsort(k->use, k->n, sizeof(*k->use), by_packets);
	return k;
}

uint64_t
fv_port_profile_packets(const struct fv_port_ranking *k, uint32_t port)
{
	size_t i;

	for (i = 0; i < k->n; i++)
		if (k->use[i].port == port)
			return k->use[i].packets;
	return 0;
}

/* What commonly listens there, over the protocol that has most packets. */
static const char *
service_of(const struct fv_port_use *use)
{
	bool udp = use->over[FV_PORT_UDP] > use->over[FV_PORT_TCP];
	const char *name = fv_names_service(udp ? UDP : TCP, use->port);

	return name == NULL ? "" : name;
}

void
fv_port_profile_table(const struct fv_port_ranking *k, uint32_t skip,
    size_t top, enum fv_result_bar bar, const char *name, const char *title,
    struct fv_result *r)
{
	uint64_t whole = k->packets - fv_port_profile_packets(k, skip);
	size_t i, rows = 0;

	if (k->n == 0 || (k->n == 1 && k->use[0].port == skip))
		return;
	fv_result_table(r, name, title);
	fv_result_column(r, "port", "port", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "service", "often", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(r, "packets", "packets", FV_RESULT_COUNT, bar);
	fv_result_column(
	    r, "share", "share", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "udp_share", "UDP", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "bytes", "bytes", FV_RESULT_BYTES, FV_RESULT_NO_BAR);
	for (i = 0; i < k->n && rows < top; i++) {
		if (k->use[i].port == skip)
			continue;
		fv_result_number(r, k->use[i].port);
		fv_result_text(r, "%s", service_of(&k->use[i]));
		fv_result_count(r, k->use[i].packets);
		fv_analysis_share(r, k->use[i].packets, whole);
		fv_analysis_share(
		    r, k->use[i].over[FV_PORT_UDP], k->use[i].packets);
		fv_result_bytes(r, k->use[i].bytes);
		rows++;
	}
}

void
fv_port_profile_figure(const struct fv_port_profile *p, enum fv_port_side side,
    uint32_t skip, const char *from, const char *title, struct fv_result *r)
{
	const struct fv_analysis_weight *tcp, *udp;
	size_t i;

	fv_analysis_port_figure(r,
	    side == FV_PORT_SOURCE ? "all_source_ports"
				   : "all_destination_ports",
	    title, side == FV_PORT_SOURCE ? "source port" : "destination port",
	    "packets", from == NULL, from);
	if (skip != FV_PORT_NONE)
		fv_result_drop(r, skip);
	for (i = 0; from == NULL && i < FV_PORT_PROFILE_PORTS; i++) {
		tcp = &p->cell[side][FV_PORT_TCP][i];
		udp = &p->cell[side][FV_PORT_UDP][i];
		if (tcp->records + udp->records > 0)
			fv_result_point(r, i, tcp->packets + udp->packets, 0);
	}
}
