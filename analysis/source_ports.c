/*
 * R12: what source ports the records come from, and SSH's share.
 */
#include <stdio.h>
#include <stdlib.h>

#include "analysis/names.h"
#include "analysis/registry.h"
#include "base/memory.h"

enum { TCP = 6, UDP = 17, SSH = 22, PORTS = 65536, TOP = 20 };

/* Outbound records, and all others. */
enum { OUTBOUND, OTHER, WAYS };

/* A cell for each port of TCP, then of UDP. */
enum { AT_UDP = PORTS, CELLS = 2 * PORTS };

/* The spikes that the slides name in their chart. */
static const uint16_t spikes[] = { 36459, 13991, 44849, 52523 };

/* 6 MiB of address space, of which only the cells in use are touched. */
struct state {
	struct fv_analysis_weight all[WAYS];
	struct fv_analysis_weight ssh[WAYS]; /* port 22 of TCP at an end */
	struct fv_analysis_weight cell[WAYS][CELLS];
};

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	(void)context;
	return fv_memory_new(1, sizeof(struct state), err);
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	const uint8_t *protocol = batch->column[FV_FLOW_PROTOCOL];
	const uint8_t *direction = batch->column[FV_FLOW_DIRECTION];
	const uint16_t *source = batch->column[FV_FLOW_SOURCE_PORT];
	const uint16_t *destination = batch->column[FV_FLOW_DESTINATION_PORT];
	const uint64_t *packets = batch->column[FV_FLOW_PACKETS];
	const uint64_t *bytes = batch->column[FV_FLOW_BYTES];
	struct state *s = state;
	size_t i, way, cell;

	(void)context;
	(void)err;
	for (i = 0; i < batch->rows; i++) {
		way = direction[i] != FV_DIRECTION_OUTBOUND;
		fv_analysis_weigh(&s->all[way], packets[i], bytes[i]);
		/* Both 0: there were none, or they were not captured. */
		if ((protocol[i] != TCP && protocol[i] != UDP) ||
		    (source[i] | destination[i]) == 0)
			continue;
		cell = source[i] + (protocol[i] == UDP ? AT_UDP : 0);
		fv_analysis_weigh(&s->cell[way][cell], packets[i], bytes[i]);
		if (protocol[i] == TCP &&
		    (source[i] == SSH || destination[i] == SSH))
			fv_analysis_weigh(&s->ssh[way], packets[i], bytes[i]);
	}
	return 0;
}

static int
merge(void *into, const void *from, const struct fv_analysis_context *context,
    struct fv_err *err)
{
	const struct state *f = from;
	struct state *s = into;
	size_t way, i;

	(void)context;
	(void)err;
	for (way = 0; way < WAYS; way++) {
		fv_analysis_sum(&s->all[way], &f->all[way]);
		fv_analysis_sum(&s->ssh[way], &f->ssh[way]);
		/* Reading a page of zeros is cheap; writing makes it real. */
		for (i = 0; i < CELLS; i++)
			if (f->cell[way][i].records > 0)
				fv_analysis_sum(
				    &s->cell[way][i], &f->cell[way][i]);
	}
	return 0;
}

/* The used cells of the population, most packets first. */
struct ranking {
	struct fv_analysis_weight cell[CELLS];
	uint32_t order[CELLS];
	size_t n;
	struct fv_analysis_weight all;
};

/* Most packets first, then by protocol and port. */
static int
by_packets(const void *a, const void *b, void *arg)
{
	const uint32_t *x = a, *y = b;
	const struct ranking *k = arg;

	if (k->cell[*x].packets != k->cell[*y].packets)
		return k->cell[*x].packets < k->cell[*y].packets ? 1 : -1;
	return *x < *y ? -1 : *x > *y;
}

/* Rank outbound records, and with ${others} all. */
static void
rank(const struct state *s, bool others, struct ranking *k)
{
	uint32_t i;

	k->all = s->all[OUTBOUND];
	if (others)
		fv_analysis_sum(&k->all, &s->all[OTHER]);
	for (i = 0; i < CELLS; i++) {
		k->cell[i] = s->cell[OUTBOUND][i];
		if (others)
			fv_analysis_sum(&k->cell[i], &s->cell[OTHER][i]);
		if (k->cell[i].records > 0)
			k->order[k->n++] = i;
	}
	qsort_r(k->order, k->n, sizeof(*k->order), by_packets, k);
}

static void
put_ports(const struct ranking *k, struct fv_result *r)
{
	const struct fv_analysis_weight *w;
	const char *service;
	uint8_t protocol;
	uint32_t at;
	size_t i;

	fv_result_table(r, "ports", "Source ports of TCP and UDP");
	fv_result_column(
	    r, "protocol", "proto", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(r, "port", "port", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "service", "often", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "records", "records", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "packets", "packets", FV_RESULT_COUNT, FV_RESULT_BAR_LOG);
	fv_result_column(
	    r, "share", "share", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	for (i = 0; i < k->n && i < TOP; i++) {
		at = k->order[i];
		w = &k->cell[at];
		protocol = at < AT_UDP ? TCP : UDP;
		service = fv_names_service(protocol, (uint16_t)(at % PORTS));
		fv_result_text(r, "%s", fv_names_protocol(protocol));
		fv_result_number(r, at % PORTS);
		fv_result_text(r, "%s", service == NULL ? "" : service);
		fv_result_count(r, w->records);
		fv_result_count(r, w->packets);
		fv_analysis_share(r, w->packets, k->all.packets);
	}
}

/* All ports, TCP and UDP together as in the slides' chart. */
static void
draw(const struct ranking *k, bool others, struct fv_result *r)
{
	const struct fv_analysis_weight *tcp, *udp;
	size_t i;

	fv_analysis_port_figure(r, "all_ports",
	    others ? "Packets from each source port, TCP and UDP together, all "
		     "records"
		   : "Packets from each source port, TCP and UDP together, "
		     "outbound records",
	    "source port", "packets", true, NULL);
	for (i = 0; i < PORTS; i++) {
		tcp = &k->cell[i];
		udp = &k->cell[AT_UDP + i];
		if (tcp->records + udp->records > 0)
			fv_result_point(r, i, tcp->packets + udp->packets, 0);
	}
}

static void
put_facts(const struct state *s, const struct ranking *k, bool others,
    struct fv_result *r)
{
	struct fv_analysis_weight all = s->all[OUTBOUND];
	struct fv_analysis_weight ssh = s->ssh[OUTBOUND];
	char name[64], label[64];
	size_t i;

	fv_result_fact(r, "records", "Records counted", NULL);
	fv_result_text(r, "%s", others ? "all records" : "outbound records");
	fv_result_fact(r, "ports_used", "Source ports used", NULL);
	fv_result_count(r, k->n);
	for (i = 0; i < FV_COUNT(spikes); i++) {
		(void)snprintf(
		    name, sizeof(name), "port_%u", (unsigned)spikes[i]);
		(void)snprintf(label, sizeof(label),
		    "Source port %u, of packets", (unsigned)spikes[i]);
		fv_result_fact(r, name, label, "a spike");
		fv_analysis_share(r,
		    k->cell[spikes[i]].packets +
			k->cell[AT_UDP + spikes[i]].packets,
		    k->all.packets);
	}
	if (!others) {
		fv_result_fact(r, "ssh_outbound",
		    "SSH, port 22 at an end, outbound packets", "10 %");
		fv_analysis_share(r, ssh.packets, all.packets);
	}
	fv_analysis_sum(&all, &s->all[OTHER]);
	fv_analysis_sum(&ssh, &s->ssh[OTHER]);
	fv_result_fact(
	    r, "ssh_all", "SSH, port 22 at an end, all packets", "10 %");
	fv_analysis_share(r, ssh.packets, all.packets);
}

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	const struct state *s = state;
	bool others = s->all[OUTBOUND].records == 0;
	struct ranking *k;

	(void)c;
	if ((k = fv_memory_new(1, sizeof(*k), err)) == NULL)
		return -1;
	rank(s, others, k);
	fv_result_section(r, "R12",
	    "Mac Skype 36459, SSH, and Other Source Ports",
	    "Packets by protocol and source port, over all hosts. Shares are "
	    "of all packets of the population, those without a port "
	    "included.");
	put_facts(s, k, others, r);
	if (k->n > 0) {
		put_ports(k, r);
		draw(k, others, r);
	}
	fv_result_note(r,
	    "The slides' \"10 %% of all flows\" are packets: a few long "
	    "transfers can make that many.");
	free(k);
	return 0;
}

const struct fv_analysis fv_source_ports_analysis = {
	.ids = "R12",
	.name = "source_ports",
	.description = "Which source ports the packets come from, and how "
		       "many are of SSH.",
	.columns = FV_ANALYSIS_COLUMN(PROTOCOL) |
	    FV_ANALYSIS_COLUMN(DIRECTION) | FV_ANALYSIS_COLUMN(SOURCE_PORT) |
	    FV_ANALYSIS_COLUMN(DESTINATION_PORT) | FV_ANALYSIS_COLUMN(PACKETS) |
	    FV_ANALYSIS_COLUMN(BYTES),
	.init = init,
	.add = add,
	.merge = merge,
	.finish = finish,
	.free = free,
};
