/*
 * R28b: what is encrypted, and what goes around the network's own services:
 * tunnels, QUIC, and name queries that cannot be seen.  By ports and
 * protocols, per address and day.
 */
#include <stdlib.h>

#include "analysis/registry.h"
#include "analysis/tunnels.h"
#include "base/memory.h"

static const struct {
	const char *name, *how;
	bool encrypted, tunnel;
} kinds[FV_TUNNELS_KINDS] = {
	[FV_TUNNELS_OTHER] = { "everything else", "", false, false },
	[FV_TUNNELS_HTTP] = { "HTTP", "TCP 80", false, false },
	[FV_TUNNELS_HTTPS] = { "HTTPS", "TCP 443", true, false },
	[FV_TUNNELS_QUIC] = { "QUIC", "UDP 443", true, false },
	[FV_TUNNELS_DNS] = { "DNS", "port 53", false, false },
	[FV_TUNNELS_DOT] = { "DNS over TLS", "TCP 853", true, false },
	[FV_TUNNELS_DOQ] = { "DNS over QUIC", "UDP 853", true, false },
	[FV_TUNNELS_SSH] = { "SSH", "TCP 22", true, false },
	[FV_TUNNELS_IPSEC] = { "IPsec", "ESP, AH, UDP 500, 4500", true, true },
	[FV_TUNNELS_WIREGUARD] = { "WireGuard", "UDP 51820", true, true },
	[FV_TUNNELS_OPENVPN] = { "OpenVPN", "port 1194", true, true },
	[FV_TUNNELS_OLD] = { "GRE, PPTP, L2TP", "GRE, TCP 1723, UDP 1701",
	    false, true },
	[FV_TUNNELS_TLS] = { "Mail and push over TLS",
	    "TCP 465, 993, 995, 5223, 5228", true, false },
};

/*
 * A day of an address counts as in a tunnel when so many packets went
 * through it; with one peer over TCP 443 when that peer has 80 % of the
 * day's bytes, over at least so many hours of the day and so many bytes.
 */
enum { TUNNEL_PACKETS = 20, PEER_HOURS = 4, PEER_BYTES = 100000 };

/* Web packets in an hour from which on a name query is missed. */
enum { WEB_PACKETS = 10, HOURS = 24, TOP = 10 };

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	return fv_tunnels_new(context, err);
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	(void)context;
	return fv_tunnels_add(state, batch, err);
}

static int
merge(void *into, const void *from, const struct fv_analysis_context *context,
    struct fv_err *err)
{
	(void)context;
	return fv_tunnels_merge(into, from, err);
}

static void
state_free(void *state)
{
	fv_tunnels_free(state);
}

/* What was found of an address. */
struct address {
	uint32_t unit;
	uint64_t days, tunnel_days[FV_TUNNELS_KINDS], any_days, peer_days;
	uint64_t web_hours, dark_hours, sealed_hours;
	uint64_t bytes;
};

/* Most days in tunnels first, then most hours in the dark. */
static int
by_escape(const void *a, const void *b)
{
	const struct address *x = a, *y = b;

	if (x->any_days + x->peer_days != y->any_days + y->peer_days)
		return x->any_days + x->peer_days > y->any_days + y->peer_days
		    ? -1
		    : 1;
	if (x->dark_hours != y->dark_hours)
		return x->dark_hours > y->dark_hours ? -1 : 1;
	if (x->bytes != y->bytes)
		return x->bytes > y->bytes ? -1 : 1;
	return x->unit < y->unit ? -1 : x->unit > y->unit;
}

/* Judge one day. */
static void
judge(struct address *a, const uint64_t *value)
{
	/* A query serves the hour after it, too: answers are kept. */
	uint64_t names = value[FV_TUNNELS_NAMES] | value[FV_TUNNELS_NAMES] << 1;
	uint64_t sealed =
	    value[FV_TUNNELS_SEALED] | value[FV_TUNNELS_SEALED] << 1;
	unsigned hour;
	bool any = false;
	size_t k;

	a->days++;
	a->bytes += value[FV_TUNNELS_BYTES];
	for (k = 0; k < FV_TUNNELS_KINDS; k++) {
		if (!kinds[k].tunnel ||
		    value[FV_TUNNELS_PACKETS + k] < TUNNEL_PACKETS)
			continue;
		a->tunnel_days[k]++;
		any = true;
	}
	a->any_days += any;
	for (hour = 0; hour < HOURS; hour++) {
		if (fv_tunnels_web(value, hour) < WEB_PACKETS)
			continue;
		a->web_hours++;
		if ((names >> hour & 1) == 0 && (sealed >> hour & 1) == 0)
			a->dark_hours++;
		else if ((names >> hour & 1) == 0)
			a->sealed_hours++;
	}
}

static void
survey(const struct fv_tunnels *s, struct address *a)
{
	const uint64_t *key, *day;
	size_t i;

	for (i = 0; i < s->in.n; i++)
		a[i].unit = (uint32_t)i;
	for (i = 0; i < s->days.count; i++) {
		key = fv_tally_key(&s->days, i);
		judge(&a[fv_insiders_unit(*key)], key + 1);
	}
	for (i = 0; i < s->peers.count && !s->days_full; i++) {
		key = fv_tally_key(&s->peers, i);
		day = fv_tally_find(
		    &s->days, key, fv_tally_hash(&s->days, key, 1), 1);
		/* 80 %: at most one peer of a day has them. */
		if (day != NULL && key[2 + FV_TUNNELS_PEER_SUM] >= PEER_BYTES &&
		    key[2 + FV_TUNNELS_PEER_SUM] / 4 >=
			(day[FV_TUNNELS_BYTES] -
			    key[2 + FV_TUNNELS_PEER_SUM]) &&
		    __builtin_popcountll(key[2 + FV_TUNNELS_PEER_MASK]) >=
			PEER_HOURS)
			a[fv_insiders_unit(*key)].peer_days++;
	}
}

static void
put_kinds(
    const struct fv_tunnels *s, const struct address *a, struct fv_result *r)
{
	uint64_t addresses, days;
	size_t i, k;

	fv_result_table(r, "kinds", "By port and protocol");
	fv_result_column(r, "kind", "kind", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(r, "how", "told by", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "packets", "packets", FV_RESULT_SHARE, FV_RESULT_BAR_LINEAR);
	fv_result_column(
	    r, "bytes", "bytes", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "addresses", "addresses", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "days", "address-days", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	for (k = 1; k <= FV_TUNNELS_KINDS; k++) {
		size_t kind = k % FV_TUNNELS_KINDS;

		if (s->kind[kind].records == 0)
			continue;
		fv_result_text(r, "%s", kinds[kind].name);
		fv_result_text(r, "%s", kinds[kind].how);
		fv_analysis_share(r, s->kind[kind].packets, s->all.packets);
		fv_analysis_share(r, s->kind[kind].bytes, s->all.bytes);
		if (!kinds[kind].tunnel) {
			fv_result_none(r);
			fv_result_none(r);
			continue;
		}
		for (i = addresses = days = 0; i < s->in.n; i++) {
			addresses += a[i].tunnel_days[kind] > 0;
			days += a[i].tunnel_days[kind];
		}
		fv_result_count(r, addresses);
		fv_result_count(r, days);
	}
}

static void
put_addresses(const struct fv_tunnels *s, const struct address *a,
    const struct fv_analysis_context *c, struct fv_result *r)
{
	size_t i, n = 0;

	fv_result_table(r, "addresses", "Addresses that escape most");
	fv_result_column(
	    r, "host", "address", FV_RESULT_HOST, FV_RESULT_NO_BAR);
	fv_result_column(r, "days", "days", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(r, "tunnel_days", "in a tunnel", FV_RESULT_COUNT,
	    FV_RESULT_BAR_LINEAR);
	fv_result_column(r, "peer_days", "one peer on 443", FV_RESULT_COUNT,
	    FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "web_hours", "hours of web", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(r, "dark_hours", "no name asked", FV_RESULT_COUNT,
	    FV_RESULT_NO_BAR);
	fv_result_column(r, "sealed_hours", "asked on 853", FV_RESULT_COUNT,
	    FV_RESULT_NO_BAR);
	while (
	    n < s->in.n && a[n].any_days + a[n].peer_days + a[n].dark_hours > 0)
		n++;
	fv_result_shown(r, TOP, n);
	for (i = 0; i < s->in.n && i < FV_RESULT_ROWS_KEPT; i++) {
		if (a[i].any_days + a[i].peer_days + a[i].dark_hours == 0)
			break;
		fv_analysis_host(r, c, i + 1, s->in.host[a[i].unit]);
		fv_result_count(r, a[i].days);
		fv_result_count(r, a[i].any_days);
		if (s->peers_full)
			fv_result_none(r);
		else
			fv_result_count(r, a[i].peer_days);
		fv_result_count(r, a[i].web_hours);
		fv_result_count(r, a[i].dark_hours);
		fv_result_count(r, a[i].sealed_hours);
	}
}

static void
fact(struct fv_result *r, const char *name, const char *label, uint64_t value)
{
	fv_result_fact(r, name, label, NULL);
	fv_result_count(r, value);
}

static void
put_facts(
    const struct fv_tunnels *s, const struct address *a, struct fv_result *r)
{
	struct fv_analysis_weight sealed = { 0 }, tunnel = { 0 };
	struct address sum = { 0 };
	uint64_t users = 0;
	size_t i;

	for (i = 0; i < FV_TUNNELS_KINDS; i++) {
		if (kinds[i].encrypted)
			fv_analysis_sum(&sealed, &s->kind[i]);
		if (kinds[i].tunnel)
			fv_analysis_sum(&tunnel, &s->kind[i]);
	}
	for (i = 0; i < s->in.n; i++) {
		users += a[i].any_days > 0;
		sum.days += a[i].days;
		sum.any_days += a[i].any_days;
		sum.peer_days += a[i].peer_days;
		sum.web_hours += a[i].web_hours;
		sum.dark_hours += a[i].dark_hours;
		sum.sealed_hours += a[i].sealed_hours;
	}
	fv_result_fact(r, "encrypted", "Bytes encrypted, by port", NULL);
	fv_analysis_share(r, sealed.bytes, s->all.bytes);
	fv_result_fact(r, "tunnel", "Packets in tunnels", NULL);
	fv_analysis_share(r, tunnel.packets, s->all.packets);
	if (s->days_full)
		return;
	fact(r, "addresses", "Addresses with a day in a tunnel", users);
	fact(r, "days", "Days of an address with any record", sum.days);
	fact(r, "tunnel_days", "in a tunnel", sum.any_days);
	if (!s->peers_full)
		fact(r, "peer_days", "with one peer on TCP 443", sum.peer_days);
	fact(r, "web_hours", "Hours of the web, of one address", sum.web_hours);
	fv_result_fact(r, "dark_hours", "with no name asked", NULL);
	fv_analysis_share(r, sum.dark_hours, sum.web_hours);
	fv_result_fact(r, "sealed_hours", "asked on port 853 only", NULL);
	fv_analysis_share(r, sum.sealed_hours, sum.web_hours);
}

static void
put_notes(const struct fv_tunnels *s, struct fv_result *r)
{
	if (s->days_full)
		fv_result_note(r,
		    "Limit reached: more than %zu days of an address each, so "
		    "what is counted by days is left out. Report on fewer "
		    "datasets at a time.",
		    FV_TUNNELS_DAYS_LIMIT);
	if (s->peers_full)
		fv_result_note(r,
		    "Limit reached: more than %zu peers of days on TCP 443, "
		    "so those with one peer are left out.",
		    FV_TUNNELS_PEERS_LIMIT);
	fv_result_note(r,
	    "A day of an address is in a tunnel when %d packets or more of it "
	    "are; one peer on 443 means that one far address has 80 %% of the "
	    "day's bytes over TCP 443, in %d different hours or more, which "
	    "is what a VPN over TLS looks like, and a long download, too.",
	    TUNNEL_PACKETS, PEER_HOURS);
	fv_result_note(r,
	    "An hour of the web has %d packets or more sent to ports 80 and "
	    "443. When no name was asked for in it or in the hour before, on "
	    "53 or 853, then names came from a cache, over HTTPS (RFC 8484), "
	    "through a tunnel, or over an address of the other IP version. "
	    "Ports say where a service usually is, no more: a tunnel on "
	    "another port is not seen.",
	    WEB_PACKETS);
}

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	const struct fv_tunnels *s = state;
	struct address *a;

	fv_result_section(r, "R28b",
	    "What would you do? Encrypted and escaped traffic",
	    "What internal addresses send and are sent across the edge, by "
	    "protocol and the far end's port: what is encrypted, what goes "
	    "through a tunnel, and whose name queries cannot be seen.");
	if (fv_insiders_missing(&s->in, c, r))
		return 0;
	if (s->all.records == 0) {
		fv_result_note(r,
		    "No record is known to cross the edge of the network at "
		    "an internal address.");
		return 0;
	}
	if ((a = fv_memory_new(s->in.n, sizeof(*a), err)) == NULL)
		return -1;
	survey(s, a);
	put_facts(s, a, r);
	put_kinds(s, a, r);
	qsort(a, s->in.n, sizeof(*a), by_escape);
	if (!s->days_full)
		put_addresses(s, a, c, r);
	put_notes(s, r);
	free(a);
	return 0;
}

const struct fv_analysis fv_escapes_analysis = {
	.ids = "R28b",
	.name = "escapes",
	.description = "What is encrypted, tunnelled, or asks for names where "
		       "nobody sees it.",
	.columns = FV_TUNNELS_COLUMNS,
	.init = init,
	.add = add,
	.merge = merge,
	.finish = finish,
	.free = state_free,
};
