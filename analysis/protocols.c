/*
 * R02 to R05: the share of each IP protocol; of IPv6 in IPv4; of tunnels;
 * and of multicast group management.
 */
#include <stdlib.h>

#include "analysis/names.h"
#include "analysis/registry.h"
#include "base/memory.h"

enum {
	ICMP = 1,
	IGMP = 2,
	TCP = 6,
	UDP = 17,
	IPV6 = 41,
	GRE = 47,
	ESP = 50,
	AH = 51,
	ICMPV6 = 58,
	PROTOCOLS = 256,
	PORTS = 65536
};

/*
 * Tunnels that protocol numbers do not show, by the port of either end.
 * Behind address translation IPsec runs over UDP (RFC 3948), so a count of
 * protocols 47, 50 and 51 alone says little of such networks.
 */
enum tunnel_kind { VPN, IPV6_TUNNEL };

static const struct {
	uint8_t protocol;
	uint16_t port;
	uint8_t kind;
	const char *name;
} tunnels[] = {
	{ UDP, 500, VPN, "IKE" },
	{ UDP, 4500, VPN, "IPsec over UDP" },
	{ UDP, 1194, VPN, "OpenVPN" },
	{ UDP, 1701, VPN, "L2TP" },
	{ TCP, 1723, VPN, "PPTP control" },
	{ UDP, 3544, IPV6_TUNNEL, "Teredo" },
};

enum { TUNNELS = sizeof(tunnels) / sizeof(tunnels[0]) };

struct state {
	struct fv_analysis_weight weight[FV_ANALYSIS_DIRECTIONS * PROTOCOLS];
	struct fv_analysis_weight tunnel[TUNNELS];
	uint8_t tunnel_on[PORTS]; /* row of tunnels + 1, or 0 */
};

static const char *const direction_name[FV_ANALYSIS_DIRECTIONS] = {
	[FV_DIRECTION_UNKNOWN] = "unknown",
	[FV_DIRECTION_OUTBOUND] = "outbound",
	[FV_DIRECTION_INBOUND] = "inbound",
	[FV_DIRECTION_INTERNAL] = "internal",
	[FV_DIRECTION_TRANSIT] = "transit",
};

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	struct state *s;
	size_t i;

	(void)context;
	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	for (i = 0; i < TUNNELS; i++)
		s->tunnel_on[tunnels[i].port] = (uint8_t)(i + 1);
	return s;
}

/* The tunnel that a record of these ports is counted as, plus 1; or 0. */
static unsigned
tunnel_of(const struct state *s, uint8_t protocol, uint16_t source,
    uint16_t destination)
{
	unsigned tunnel;

	tunnel = s->tunnel_on[destination];
	if (tunnel > 0 && tunnels[tunnel - 1].protocol == protocol)
		return tunnel;
	tunnel = s->tunnel_on[source];
	if (tunnel > 0 && tunnels[tunnel - 1].protocol == protocol)
		return tunnel;
	return 0;
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
	unsigned tunnel;
	size_t i;

	(void)context;
	(void)err;
	for (i = 0; i < batch->rows; i++) {
		fv_analysis_weigh(
		    &s->weight[direction[i] * PROTOCOLS + protocol[i]],
		    packets[i], bytes[i]);
		tunnel = s->tunnel_on[destination[i]] | s->tunnel_on[source[i]];
		if (tunnel == 0)
			continue;
		tunnel = tunnel_of(s, protocol[i], source[i], destination[i]);
		if (tunnel > 0)
			fv_analysis_weigh(
			    &s->tunnel[tunnel - 1], packets[i], bytes[i]);
	}
	return 0;
}

static int
merge(void *into, const void *from, const struct fv_analysis_context *context,
    struct fv_err *err)
{
	const struct state *f = from;
	struct state *s = into;
	size_t i;

	(void)context;
	(void)err;
	for (i = 0; i < FV_COUNT(s->weight); i++)
		fv_analysis_sum(&s->weight[i], &f->weight[i]);
	for (i = 0; i < TUNNELS; i++)
		fv_analysis_sum(&s->tunnel[i], &f->tunnel[i]);
	return 0;
}

/* What finish works on: the state, summed up in both ways. */
struct sums {
	struct fv_analysis_weight all;
	struct fv_analysis_weight protocol[PROTOCOLS];
	struct fv_analysis_weight direction[FV_ANALYSIS_DIRECTIONS];
	const struct state *state;
};

static void
sum_up(const struct state *s, struct sums *sums)
{
	const struct fv_analysis_weight *w;
	size_t d, p;

	*sums = (struct sums){ .state = s };
	for (d = 0; d < FV_ANALYSIS_DIRECTIONS; d++)
		for (p = 0; p < PROTOCOLS; p++) {
			w = &s->weight[d * PROTOCOLS + p];
			fv_analysis_sum(&sums->all, w);
			fv_analysis_sum(&sums->protocol[p], w);
			fv_analysis_sum(&sums->direction[d], w);
		}
}

/* Most records first; then by number. */
static int
by_records(const void *a, const void *b, void *arg)
{
	const uint8_t *x = a, *y = b;
	const struct sums *sums = arg;
	uint64_t m = sums->protocol[*x].records;
	uint64_t n = sums->protocol[*y].records;

	if (m != n)
		return m < n ? 1 : -1;
	return *x < *y ? -1 : *x > *y;
}

/* The protocols that occur, most records first; how many there are. */
static size_t
rank(struct sums *sums, uint8_t order[PROTOCOLS])
{
	size_t p, n = 0;

	for (p = 0; p < PROTOCOLS; p++)
		if (sums->protocol[p].records > 0)
			order[n++] = (uint8_t)p;
	qsort_r(order, n, sizeof(*order), by_records, sums);
	return n;
}

static void
put_name(struct fv_result *r, uint8_t protocol)
{
	const char *name = fv_names_protocol(protocol);

	fv_result_text(r, "%s", name == NULL ? "" : name);
	fv_result_number(r, protocol);
}

static void
put_name_columns(struct fv_result *r)
{
	fv_result_column(
	    r, "protocol", "protocol", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "number", "number", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
}

static void
put_protocols(const struct sums *sums, const uint8_t *order, size_t n,
    struct fv_result *r)
{
	size_t i;

	fv_result_table(r, "protocols", "All records, both directions");
	put_name_columns(r);
	fv_result_column(
	    r, "records", "records", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_analysis_share_columns(r, FV_RESULT_BAR_LOG);
	for (i = 0; i < n; i++) {
		put_name(r, order[i]);
		fv_result_count(r, sums->protocol[order[i]].records);
		fv_analysis_shares(r, &sums->protocol[order[i]], &sums->all);
	}
}

/* Share of packets by protocol in each direction that occurs. */
static void
put_directions(const struct sums *sums, const uint8_t *order, size_t n,
    struct fv_result *r)
{
	uint64_t part, whole;
	size_t i, d;

	fv_result_table(
	    r, "directions", "Share of the packets of each direction");
	put_name_columns(r);
	for (d = 0; d < FV_ANALYSIS_DIRECTIONS; d++)
		if (sums->direction[d].records > 0)
			fv_result_column(r, direction_name[d],
			    direction_name[d], FV_RESULT_SHARE,
			    FV_RESULT_NO_BAR);
	for (i = 0; i < n; i++) {
		put_name(r, order[i]);
		for (d = 0; d < FV_ANALYSIS_DIRECTIONS; d++) {
			if (sums->direction[d].records == 0)
				continue;
			part = sums->state->weight[d * PROTOCOLS + order[i]]
				   .packets;
			whole = sums->direction[d].packets;
			fv_result_share(
			    r, part, whole, fv_result_fine(part, whole));
		}
	}
}

/* Group management in each direction that occurs. */
static void
put_ways(const struct sums *sums, struct fv_result *r)
{
	const struct fv_analysis_weight *w;
	size_t d;

	if (sums->protocol[IGMP].records == 0)
		return;
	fv_result_table(r, "directions", "IGMP by direction");
	fv_result_column(
	    r, "direction", "direction", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "records", "records", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "packets", "packets", FV_RESULT_COUNT, FV_RESULT_BAR_LINEAR);
	fv_result_column(
	    r, "share", "of its packets", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	for (d = 0; d < FV_ANALYSIS_DIRECTIONS; d++) {
		if (sums->direction[d].records == 0)
			continue;
		w = &sums->state->weight[d * PROTOCOLS + IGMP];
		fv_result_text(r, "%s", direction_name[d]);
		fv_result_count(r, w->records);
		fv_result_count(r, w->packets);
		fv_result_share(r, w->packets, sums->direction[d].packets,
		    fv_result_fine(w->packets, sums->direction[d].packets));
	}
}

/* A fact: the share of packets of ${part}. */
static void
put_share(const struct sums *sums, const struct fv_analysis_weight *part,
    const char *name, const char *label, const char *slides,
    struct fv_result *r)
{
	fv_result_fact(r, name, label, slides);
	fv_result_share(r, part->packets, sums->all.packets,
	    fv_result_fine(part->packets, sums->all.packets));
}

static void
put_protocol_flows(struct sums *sums, struct fv_result *r)
{
	uint8_t order[PROTOCOLS];
	size_t n = rank(sums, order);

	fv_result_section(r, "R02", "Protocol Flows",
	    "Share of each IP protocol in all flow records, all directions, "
	    "IPv4 and IPv6; the slides' shares are of packets.");
	fv_result_fact(r, "records", "Records", NULL);
	fv_result_count(r, sums->all.records);
	fv_result_fact(r, "packets", "Packets in them", NULL);
	fv_result_count(r, sums->all.packets);
	put_share(
	    sums, &sums->protocol[TCP], "tcp", "TCP, of packets", "65 %", r);
	put_share(
	    sums, &sums->protocol[UDP], "udp", "UDP, of packets", "34 %", r);
	put_share(sums, &sums->protocol[ICMP], "icmp", "ICMP, of packets",
	    "0.04 %", r);
	put_share(sums, &sums->protocol[ICMPV6], "icmpv6", "ICMPv6, of packets",
	    NULL, r);
	if (n == 0)
		return;
	put_protocols(sums, order, n, r);
	put_directions(sums, order, n, r);
}

/* Tunnels of a kind by port, and above them the protocols of ${number}. */
static void
put_tunnels(const struct sums *sums, const char *name, const char *title,
    enum tunnel_kind kind, const uint8_t *number, size_t n, struct fv_result *r)
{
	size_t i;

	fv_result_table(r, name, title);
	fv_result_column(
	    r, "tunnel", "tunnel", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "seen_as", "seen as", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "records", "records", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_analysis_share_columns(r, FV_RESULT_NO_BAR);
	for (i = 0; i < n; i++) {
		fv_result_text(r, "%s", fv_names_protocol(number[i]));
		fv_result_text(r, "protocol %u", (unsigned)number[i]);
		fv_result_count(r, sums->protocol[number[i]].records);
		fv_analysis_shares(r, &sums->protocol[number[i]], &sums->all);
	}
	for (i = 0; i < TUNNELS; i++) {
		if (tunnels[i].kind != kind)
			continue;
		fv_result_text(r, "%s", tunnels[i].name);
		fv_result_text(r, "%s port %u",
		    fv_names_protocol(tunnels[i].protocol),
		    (unsigned)tunnels[i].port);
		fv_result_count(r, sums->state->tunnel[i].records);
		fv_analysis_shares(r, &sums->state->tunnel[i], &sums->all);
	}
}

static void
put_tunnel_sections(const struct sums *sums, struct fv_result *r)
{
	static const uint8_t ipv6[] = { IPV6 }, vpn[] = { GRE, ESP, AH };
	struct fv_analysis_weight w = { 0 };
	size_t i;

	fv_result_section(r, "R03", "IPv6 Encapsulation",
	    "IPv6 carried inside IPv4, as share of all records.");
	put_share(sums, &sums->protocol[IPV6], "ipv6_in_ip",
	    "Protocol 41, of packets", "0.00003 %", r);
	put_tunnels(sums, "ipv6", "IPv6 inside IPv4, all directions",
	    IPV6_TUNNEL, ipv6, FV_COUNT(ipv6), r);
	fv_result_note(r,
	    "The slides count protocol 41 alone. Teredo carries IPv6 through "
	    "address translation over UDP, and stands beside it.");

	fv_result_section(r, "R04", "VPN's",
	    "Tunnels, as share of all records: GRE, ESP and AH by protocol "
	    "number, others by the port of either end.");
	for (i = 0; i < FV_COUNT(vpn); i++)
		fv_analysis_sum(&w, &sums->protocol[vpn[i]]);
	put_share(sums, &w, "vpn", "GRE, ESP and AH, of packets", "0.09 %", r);
	w = (struct fv_analysis_weight){ 0 };
	for (i = 0; i < TUNNELS; i++)
		if (tunnels[i].kind == VPN)
			fv_analysis_sum(&w, &sums->state->tunnel[i]);
	put_share(sums, &w, "vpn_ports", "VPN ports, of packets", NULL, r);
	put_tunnels(
	    sums, "vpn", "Tunnels, all directions", VPN, vpn, FV_COUNT(vpn), r);
	fv_result_note(r,
	    "The slides do not say what they count as VPN; protocol numbers "
	    "are assumed. Behind address translation IPsec runs over UDP "
	    "port 4500, where a count of protocol numbers cannot see it. A "
	    "port is where a service usually listens, no proof.");
}

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	struct sums *sums;

	(void)c;
	if ((sums = fv_memory_new(1, sizeof(*sums), err)) == NULL)
		return -1;
	sum_up(state, sums);
	put_protocol_flows(sums, r);
	put_tunnel_sections(sums, r);
	fv_result_section(r, "R05", "Multicast Host management",
	    "IGMP (protocol 2), as share of all records.");
	put_share(sums, &sums->protocol[IGMP], "igmp", "IGMP, of packets",
	    "0.18 %", r);
	fv_result_fact(r, "igmp_records", "IGMP records", NULL);
	fv_result_count(r, sums->protocol[IGMP].records);
	put_ways(sums, r);
	fv_result_note(r,
	    "IPv6 manages its groups with ICMPv6 (MLD), which is not in "
	    "this share.");
	free(sums);
	return 0;
}

const struct fv_analysis fv_protocols_analysis = {
	.ids = "R02 R03 R04 R05",
	.name = "protocols",
	.description = "The share of each IP protocol, of IPv6 inside IPv4, "
		       "of VPNs and of multicast group management.",
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
