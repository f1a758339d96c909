/*
 * R09: what destination ports the records go to.  Everything is keyed by
 * protocol and port; what has no port is a category of its own, and ICMP
 * types are no ports.  The slides' "DPort 0 is ICMP" mixes all three.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/names.h"
#include "analysis/registry.h"
#include "base/memory.h"

enum { ICMP = 1, TCP = 6, UDP = 17, ICMPV6 = 58, SCTP = 132 };
enum { PORTS = 65536, PROTOCOLS = 256, TOP = 20 };

/*
 * Cells of one population, side by side: a port each of TCP, UDP and SCTP;
 * a type and code each of ICMP and ICMPv6; a protocol each of what has
 * neither.
 */
enum {
	AT_TCP = 0,
	AT_UDP = AT_TCP + PORTS,
	AT_SCTP = AT_UDP + PORTS,
	AT_ICMP = AT_SCTP + PORTS,
	AT_ICMPV6 = AT_ICMP + PORTS,
	AT_NONE = AT_ICMPV6 + PORTS,
	CELLS = AT_NONE + PROTOCOLS
};

/* Outbound records, and all others: their sum is all records. */
enum { OUTBOUND, OTHER, WAYS };

/* 16 MiB of address space, of which only the cells in use are touched. */
struct state {
	uint32_t base[PROTOCOLS]; /* where a protocol's cells are */
	struct fv_analysis_weight cell[WAYS][CELLS];
};

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	struct state *s;
	size_t i;

	(void)context;
	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	for (i = 0; i < PROTOCOLS; i++)
		s->base[i] = AT_NONE;
	s->base[TCP] = AT_TCP;
	s->base[UDP] = AT_UDP;
	s->base[SCTP] = AT_SCTP;
	s->base[ICMP] = AT_ICMP;
	s->base[ICMPV6] = AT_ICMPV6;
	return s;
}

/*
 * The cell that a record counts in.  Ports that are both 0 are those that
 * were not captured or were never there, as in later fragments (a packet
 * from port 0 to port 0 is nothing that is sent in earnest).  Type 0 is a
 * message, so ICMP needs to be told of fragments.
 */
static inline size_t
cell_of(const struct state *s, uint8_t protocol, uint8_t fragment,
    uint16_t source, uint16_t destination, unsigned message)
{
	size_t base = s->base[protocol];

	if (base < AT_ICMP && (source | destination) != 0)
		return base + destination;
	if (base >= AT_ICMP && base < AT_NONE && fragment != FV_FRAGMENT_LATER)
		return base + message;
	return AT_NONE + (size_t)protocol;
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	const uint8_t *protocol = batch->column[FV_FLOW_PROTOCOL];
	const uint8_t *fragment = batch->column[FV_FLOW_FRAGMENT];
	const uint8_t *direction = batch->column[FV_FLOW_DIRECTION];
	const uint8_t *type = batch->column[FV_FLOW_ICMP_TYPE];
	const uint8_t *code = batch->column[FV_FLOW_ICMP_CODE];
	const uint16_t *source = batch->column[FV_FLOW_SOURCE_PORT];
	const uint16_t *destination = batch->column[FV_FLOW_DESTINATION_PORT];
	const uint64_t *packets = batch->column[FV_FLOW_PACKETS];
	const uint64_t *bytes = batch->column[FV_FLOW_BYTES];
	struct state *s = state;
	size_t i, cell, way;

	(void)context;
	(void)err;
	for (i = 0; i < batch->rows; i++) {
		cell = cell_of(s, protocol[i], fragment[i], source[i],
		    destination[i], (unsigned)type[i] << 8 | code[i]);
		way = direction[i] != FV_DIRECTION_OUTBOUND;
		fv_analysis_weigh(&s->cell[way][cell], packets[i], bytes[i]);
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
	/* Reading a page of zeros is cheap; writing would make it real. */
	for (way = 0; way < WAYS; way++)
		for (i = 0; i < CELLS; i++)
			if (f->cell[way][i].records > 0)
				fv_analysis_sum(
				    &s->cell[way][i], &f->cell[way][i]);
	return 0;
}

/* The cells of one population, and those that are used, most first. */
struct ranking {
	const char *name;   /* "outbound", "all" */
	const char *phrase; /* "outbound records" */
	struct fv_analysis_weight all;
	struct fv_analysis_weight with_port;
	struct fv_analysis_weight cell[CELLS];
	uint32_t order[CELLS];
	size_t n;
};

/* Most records first, then by protocol and port. */
static int
by_records(const void *a, const void *b, void *arg)
{
	const uint32_t *x = a, *y = b;
	const struct ranking *k = arg;

	if (k->cell[*x].records != k->cell[*y].records)
		return k->cell[*x].records < k->cell[*y].records ? 1 : -1;
	return *x < *y ? -1 : *x > *y;
}

/* Rank outbound records, and with ${others} all. */
static void
rank(const struct state *s, bool others, struct ranking *k)
{
	uint32_t i;

	memset(k, 0, sizeof(*k));
	k->name = others ? "all" : "outbound";
	k->phrase = others ? "all records" : "outbound records";
	for (i = 0; i < CELLS; i++) {
		k->cell[i] = s->cell[OUTBOUND][i];
		if (others)
			fv_analysis_sum(&k->cell[i], &s->cell[OTHER][i]);
		if (k->cell[i].records == 0)
			continue;
		fv_analysis_sum(&k->all, &k->cell[i]);
		if (i < AT_ICMP)
			fv_analysis_sum(&k->with_port, &k->cell[i]);
		k->order[k->n++] = i;
	}
	qsort_r(k->order, k->n, sizeof(*k->order), by_records, k);
}

/* Begin a table that is named for its population: "ports_outbound". */
static void
begin(const struct ranking *k, const char *name, const char *title,
    struct fv_result *r)
{
	char word[64], text[128];

	(void)snprintf(word, sizeof(word), "%s_%s", name, k->name);
	(void)snprintf(text, sizeof(text), "%s, %s", title, k->phrase);
	fv_result_table(r, word, text);
}

static void
column(struct fv_result *r, const char *name, const char *heading,
    enum fv_result_type type, enum fv_result_bar bar)
{
	fv_result_column(r, name, heading, type, bar);
}

static void
put_share(struct fv_result *r, uint64_t part, uint64_t whole)
{
	fv_result_share(r, part, whole, fv_result_fine(part, whole));
}

static uint8_t
protocol_at(size_t cell)
{
	return cell < AT_UDP ? TCP : cell < AT_SCTP ? UDP : SCTP;
}

/* The ports of cells from ${from} up to ${to} that have most records. */
static void
put_ports(const struct ranking *k, uint32_t from, uint32_t to, const char *name,
    const char *title, struct fv_result *r)
{
	const struct fv_analysis_weight *w;
	const char *service;
	size_t i, rows = 0;
	uint32_t at;

	begin(k, name, title, r);
	column(r, "protocol", "proto", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	column(r, "port", "port", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	column(r, "service", "often", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	column(r, "records", "records", FV_RESULT_COUNT, FV_RESULT_BAR_LOG);
	column(r, "share", "share", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	column(r, "packets", "packets", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	column(r, "bytes", "bytes", FV_RESULT_BYTES, FV_RESULT_NO_BAR);
	for (i = 0; i < k->n && rows < TOP; i++) {
		at = k->order[i];
		if (at < from || at >= to)
			continue;
		w = &k->cell[at];
		service =
		    fv_names_service(protocol_at(at), (uint16_t)(at % PORTS));
		fv_result_text(r, "%s", fv_names_protocol(protocol_at(at)));
		fv_result_number(r, at % PORTS);
		fv_result_text(r, "%s", service == NULL ? "" : service);
		fv_result_count(r, w->records);
		put_share(r, w->records, k->all.records);
		fv_result_count(r, w->packets);
		fv_result_bytes(r, w->bytes);
		rows++;
	}
}

/* How many cells from ${from} up to ${to} are used. */
static size_t
used(const struct ranking *k, uint32_t from, uint32_t to)
{
	size_t i, n = 0;

	for (i = 0; i < k->n; i++)
		n += k->order[i] >= from && k->order[i] < to;
	return n;
}

static void
put_icmp(const struct ranking *k, struct fv_result *r)
{
	const char *meaning;
	size_t i, rows = 0;
	uint8_t protocol;
	uint32_t at;

	begin(k, "icmp", "ICMP messages (no ports)", r);
	column(r, "protocol", "protocol", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	column(r, "type", "type", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	column(r, "code", "code", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	column(r, "meaning", "meaning", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	column(r, "records", "records", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	column(r, "share", "share", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	for (i = 0; i < k->n && rows < TOP; i++) {
		at = k->order[i];
		if (at < AT_ICMP || at >= AT_NONE)
			continue;
		protocol = at < AT_ICMPV6 ? ICMP : ICMPV6;
		at %= PORTS;
		meaning = fv_names_icmp(protocol, (uint8_t)(at >> 8));
		fv_result_text(r, "%s", fv_names_protocol(protocol));
		fv_result_number(r, at >> 8);
		fv_result_number(r, at & 255);
		fv_result_text(r, "%s", meaning == NULL ? "" : meaning);
		fv_result_count(r, k->cell[k->order[i]].records);
		put_share(r, k->cell[k->order[i]].records, k->all.records);
		rows++;
	}
}

static void
put_portless(const struct ranking *k, struct fv_result *r)
{
	const char *name;
	size_t i;
	uint32_t at;

	begin(k, "no_port", "No port", r);
	column(r, "protocol", "protocol", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	column(r, "number", "number", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	column(r, "records", "records", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	column(r, "share", "share", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	for (i = 0; i < k->n; i++) {
		at = k->order[i];
		if (at < AT_NONE)
			continue;
		name = fv_names_protocol((uint8_t)(at - AT_NONE));
		fv_result_text(r, "%s", name == NULL ? "" : name);
		fv_result_number(r, at - AT_NONE);
		fv_result_count(r, k->cell[at].records);
		put_share(r, k->cell[at].records, k->all.records);
	}
}

/* The web's share: the slides' 41 %, and what it is made of. */
static void
put_web(const struct ranking *k, struct fv_result *r)
{
	static const struct {
		uint32_t at;
		const char *label;
	} parts[] = { { AT_TCP + 80, "TCP 80" }, { AT_TCP + 443, "TCP 443" },
		{ AT_UDP + 443, "UDP 443" }, { AT_UDP + 80, "UDP 80" } };
	struct fv_analysis_weight web = { 0 };
	size_t i;

	begin(k, "web", "Destination ports 80 and 443", r);
	column(r, "port", "port", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	column(r, "records", "records", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_analysis_share_columns(r, FV_RESULT_NO_BAR);
	for (i = 0; i < FV_COUNT(parts); i++) {
		fv_analysis_sum(&web, &k->cell[parts[i].at]);
		fv_result_text(r, "%s", parts[i].label);
		fv_result_count(r, k->cell[parts[i].at].records);
		fv_analysis_shares(r, &k->cell[parts[i].at], &k->all);
	}
	fv_result_text(r, "%s", "together");
	fv_result_count(r, web.records);
	fv_analysis_shares(r, &web, &k->all);
}

/*
 * All ports, TCP and UDP together as in the slides' chart: of outbound records,
 * or of all if there are none.
 */
static void
draw(const struct ranking *k, struct fv_result *r)
{
	char title[128];
	uint64_t records;
	size_t i;

	(void)snprintf(title, sizeof(title),
	    "Records to each destination port, TCP and UDP together, %s",
	    k->phrase);
	fv_analysis_port_figure(
	    r, "all_ports", title, "destination port", "records", true, NULL);
	for (i = 0; i < PORTS; i++) {
		records =
		    k->cell[AT_TCP + i].records + k->cell[AT_UDP + i].records;
		if (records > 0)
			fv_result_point(r, i, records, 0);
	}
}

/* The headline of one population. */
static void
put_facts(const struct ranking *k, bool slides, struct fv_result *r)
{
	char word[64], text[128];
	uint64_t packets = k->cell[AT_TCP + 80].packets +
	    k->cell[AT_TCP + 443].packets + k->cell[AT_UDP + 80].packets +
	    k->cell[AT_UDP + 443].packets;

	(void)snprintf(word, sizeof(word), "web_%s", k->name);
	(void)snprintf(
	    text, sizeof(text), "Ports 80 and 443, of packets, %s", k->phrase);
	fv_result_fact(r, word, text, slides ? "41 %" : NULL);
	put_share(r, packets, k->all.packets);
	(void)snprintf(word, sizeof(word), "ports_used_%s", k->name);
	(void)snprintf(
	    text, sizeof(text), "Destination ports used, %s", k->phrase);
	fv_result_fact(r, word, text, NULL);
	fv_result_count(r, used(k, AT_TCP, AT_ICMP));
	(void)snprintf(word, sizeof(word), "with_port_%s", k->name);
	(void)snprintf(
	    text, sizeof(text), "Records that have a port, %s", k->phrase);
	fv_result_fact(r, word, text, NULL);
	put_share(r, k->with_port.records, k->all.records);
}

static void
put_tables(const struct ranking *k, struct fv_result *r)
{
	if (k->n == 0)
		return;
	put_web(k, r);
	if (used(k, AT_TCP, AT_SCTP) > 0)
		put_ports(k, AT_TCP, AT_SCTP, "ports",
		    "Destination ports of TCP and UDP", r);
	if (used(k, AT_SCTP, AT_ICMP) > 0)
		put_ports(k, AT_SCTP, AT_ICMP, "sctp",
		    "Destination ports of SCTP", r);
	if (used(k, AT_ICMP, AT_NONE) > 0)
		put_icmp(k, r);
	if (used(k, AT_NONE, CELLS) > 0)
		put_portless(k, r);
}

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	struct ranking *out, *all = NULL;
	int rc = -1;

	(void)c;
	if ((out = fv_memory_new(1, sizeof(*out), err)) == NULL ||
	    (all = fv_memory_new(1, sizeof(*all), err)) == NULL)
		goto out;
	rank(state, false, out);
	rank(state, true, all);
	fv_result_section(r, "R09",
	    "We expected DPorts 80 and 443 to represent most traffic",
	    "Records by protocol and destination port, in outbound records "
	    "and in all. Shares are of all records of the population, those "
	    "without a port included.");
	if (out->n > 0)
		put_facts(out, true, r);
	put_facts(all, out->n == 0, r);
	put_tables(out, r);
	put_tables(all, r);
	draw(out->n > 0 ? out : all, r);
	if (out->n == 0 && all->n > 0)
		fv_result_note(r,
		    "No record of this dataset is known to be outbound, so "
		    "destination ports of replies are among these.");
	fv_result_note(r,
	    "The slides put ICMP at port 0. Here ICMP is told by type and "
	    "code, and what has no port (later fragments, ports not "
	    "captured, other protocols) is counted apart.");
	rc = 0;
out:
	free(out);
	free(all);
	return rc;
}

const struct fv_analysis fv_ports_analysis = {
	.ids = "R09",
	.name = "ports",
	.description = "Which destination ports the records go to, and how "
		       "much of it is the web.",
	.columns = FV_ANALYSIS_COLUMN(PROTOCOL) | FV_ANALYSIS_COLUMN(FRAGMENT) |
	    FV_ANALYSIS_COLUMN(DIRECTION) | FV_ANALYSIS_COLUMN(ICMP_TYPE) |
	    FV_ANALYSIS_COLUMN(ICMP_CODE) | FV_ANALYSIS_COLUMN(SOURCE_PORT) |
	    FV_ANALYSIS_COLUMN(DESTINATION_PORT) | FV_ANALYSIS_COLUMN(PACKETS) |
	    FV_ANALYSIS_COLUMN(BYTES),
	.init = init,
	.add = add,
	.merge = merge,
	.finish = finish,
	.free = free,
};
