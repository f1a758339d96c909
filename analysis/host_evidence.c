#include "analysis/host_evidence.h"

#include <stdlib.h>

#include "base/memory.h"
#include "datasets/hosts.h"

enum { IGMP = 2, TCP = 6, UDP = 17 };
enum { FIN = 1, SYN = 2, RST = 4, ACK = 16 };
enum { HIGH = 1025, PORTS = FV_PORT_PROFILE_PORTS };

/*
 * More partners than this of one host are not kept, and the section says so;
 * some 60 bytes for each.
 */
#ifndef PARTNERS_LIMIT /* tests have a lower one */
#define PARTNERS_LIMIT ((size_t)1 << 25)
#endif

/*
 * Ports that hosts use over both protocols anyway, or with their neighbours
 * (after Karagiannis et al. 2004).
 */
static const uint16_t common_ports[] = { 53, 67, 68, 88, 123, 135, 137, 138,
	139, 161, 389, 445, 500, 1900, 3544, 4500, 5353, 5355 };

#define HOUR UINT64_C(3600000000000)

void
fv_host_evidence_free(struct fv_host_evidence *e)
{
	if (e == NULL)
		return;
	fv_tally_free(&e->partners);
	fv_tally_free(&e->stacks);
	free(e);
}

struct fv_host_evidence *
fv_host_evidence_new(const struct fv_analysis_context *context, uint32_t host,
    struct fv_err *err)
{
	struct fv_host_evidence *e;

	if ((e = fv_memory_new(1, sizeof(*e), err)) == NULL)
		return NULL;
	e->inside_known = fv_analysis_inside_known(context);
	e->host = host;
	if (fv_tally_init(
		&e->partners, 1, FV_PARTNER_WORDS, PARTNERS_LIMIT, err) == -1 ||
	    fv_tally_init(&e->stacks, 2, 1, PARTNERS_LIMIT, err) == -1) {
		fv_host_evidence_free(e);
		return NULL;
	}
	return e;
}

static void
fill(struct fv_host_evidence *s)
{
	s->full = true;
	fv_tally_free(&s->partners);
	fv_tally_free(&s->stacks);
}

/* The value of ${key} in ${t}; NULL also when the state is full. */
static uint64_t *
value_of(struct fv_host_evidence *s, struct fv_tally *t, const uint64_t *key,
    size_t key_words, struct fv_err *err)
{
	uint64_t *value;

	err->code = FV_OK;
	if (s->full)
		return NULL;
	value = fv_tally_at(
	    t, key, fv_tally_hash(t, key, key_words), key_words, err);
	if (value == NULL && err->code == FV_ELIMIT) {
		fill(s);
		err->code = FV_OK;
	}
	return value;
}

static bool
is_common(uint16_t port)
{
	size_t i;

	for (i = 0; i < FV_COUNT(common_ports); i++)
		if (common_ports[i] == port)
			return true;
	return false;
}

/* What is looked at of a row. */
struct row {
	const struct fv_analysis_batch *batch;
	uint32_t source, destination, stack;
	uint16_t from, to;
	uint8_t protocol, flags, first;
	uint64_t packets;
	int64_t start;
};

static struct row
row_of(const struct fv_analysis_batch *b, size_t i)
{
	const void *const *c = b->column;

	return (struct row){ b, ((const uint32_t *)c[FV_FLOW_SOURCE])[i],
		((const uint32_t *)c[FV_FLOW_DESTINATION])[i],
		((const uint32_t *)c[FV_FLOW_STACK])[i],
		((const uint16_t *)c[FV_FLOW_SOURCE_PORT])[i],
		((const uint16_t *)c[FV_FLOW_DESTINATION_PORT])[i],
		((const uint8_t *)c[FV_FLOW_PROTOCOL])[i],
		((const uint8_t *)c[FV_FLOW_TCP_FLAGS])[i],
		((const uint8_t *)c[FV_FLOW_INITIAL_TCP_FLAGS])[i],
		((const uint64_t *)c[FV_FLOW_PACKETS])[i],
		((const int64_t *)c[FV_FLOW_START_TIME])[i] };
}

/* Whether the row's first packet asks for a connection. */
static bool
opens(const struct row *r)
{
	return r->protocol == TCP && (r->first & (SYN | ACK)) == SYN;
}

/* Packets with an ACK that is no refusal; of a flow, all but its first SYN. */
static uint64_t
acks_of(const struct row *r)
{
	if (r->protocol != TCP || (r->flags & ACK) == 0 ||
	    ((r->flags & RST) != 0 && r->packets <= 1))
		return 0;
	return r->packets - ((r->first & SYN) != 0 && r->packets > 0);
}

static bool
is_chatter(const struct row *r)
{
	return r->protocol == IGMP ||
	    (r->protocol == UDP &&
		(r->to == 137 || r->to == 138 || r->to == 1900 ||
		    r->to == 5353 || r->to == 5355));
}

/* What the row says of connections, in sums. */
static void
count_row(struct fv_host_evidence_counts *n, const struct row *r)
{
	n->packets += r->packets;
	n->chatter += is_chatter(r) ? r->packets : 0;
	if (r->protocol == UDP)
		n->udp += r->packets;
	if (r->protocol != TCP)
		return;
	n->tcp += r->packets;
	n->syns += opens(r);
	n->acks += acks_of(r);
	n->closes +=
	    (r->flags & FIN) != 0 || (r->flags & (RST | ACK)) == (RST | ACK);
	n->taken += (r->first & (SYN | ACK)) == (SYN | ACK);
	n->web += r->to == 80 || r->to == 443 ? r->packets : 0;
}

/* What the row says of the partner that it went to. */
static int
meet(struct fv_host_evidence *s, const struct row *r, bool is_public,
    struct fv_err *err)
{
	const uint64_t key = r->destination;
	bool either = r->protocol == TCP || r->protocol == UDP;
	uint64_t *value;

	value = value_of(s, &s->partners, &key, 1, err);
	if (value == NULL)
		return err->code == FV_OK ? 0 : -1;
	value[FV_PARTNER_SEEN] |= FV_PARTNER_SENT_TO;
	if (fv_analysis_earliness(r->start) > value[FV_PARTNER_FIRST])
		value[FV_PARTNER_FIRST] = fv_analysis_earliness(r->start);
	value[FV_PARTNER_PACKETS] += r->packets;
	if (opens(r))
		value[FV_PARTNER_SEEN] |= FV_PARTNER_ATTEMPTED;
	if (acks_of(r) > 0)
		value[FV_PARTNER_SEEN] |= FV_PARTNER_ANSWERED;
	if (either && !is_common(r->from) && !is_common(r->to))
		value[FV_PARTNER_SEEN] |= r->protocol == TCP
		    ? FV_PARTNER_OVER_TCP
		    : FV_PARTNER_OVER_UDP;
	if (either && r->to >= HIGH) {
		value[FV_PARTNER_SEEN] |= FV_PARTNER_HIGH_PORT;
		s->high[r->to] |= is_public;
	}
	return 0;
}

/* A row that the host sent. */
static int
add_sent(struct fv_host_evidence *s, const struct fv_analysis_context *c,
    const struct row *r, size_t i, struct fv_err *err)
{
	uint64_t key[2], *value;

	count_row(&s->count, r);
	fv_port_profile_add(&s->profile, r->batch, i);
	if (meet(s, r,
		fv_hosts_is_public(c->hosts[r->destination].address_class),
		err) == -1)
		return -1;
	if (!opens(r) || r->stack == FV_NO_ROW)
		return 0;
	key[0] = ((uint64_t)r->start ^ (uint64_t)1 << 63) / HOUR;
	key[1] = r->stack;
	value = value_of(s, &s->stacks, key, 2, err);
	if (value == NULL)
		return err->code == FV_OK ? 0 : -1;
	(*value)++;
	return 0;
}

/* A row that was sent to the host: whether a connection came to be. */
static int
add_got(struct fv_host_evidence *s, const struct row *r, struct fv_err *err)
{
	const uint64_t key = r->source;
	uint64_t *value;

	if (r->protocol != TCP || (r->flags & (ACK | RST)) != ACK)
		return 0;
	value = value_of(s, &s->partners, &key, 1, err);
	if (value == NULL)
		return err->code == FV_OK ? 0 : -1;
	value[FV_PARTNER_SEEN] |= FV_PARTNER_ANSWERED;
	return 0;
}

int
fv_host_evidence_add(struct fv_host_evidence *s,
    const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	const uint32_t *source = batch->column[FV_FLOW_SOURCE];
	const uint32_t *destination = batch->column[FV_FLOW_DESTINATION];
	const uint8_t *direction = batch->column[FV_FLOW_DIRECTION];
	struct row r;
	size_t i;

	for (i = 0; i < batch->rows; i++) {
		if (source[i] != s->host && destination[i] != s->host)
			continue;
		r = row_of(batch, i);
		if (source[i] == s->host &&
		    fv_analysis_outward(direction[i], s->inside_known)) {
			if (add_sent(s, context, &r, i, err) == -1)
				return -1;
		} else if (destination[i] == s->host &&
		    (direction[i] == FV_DIRECTION_INBOUND ||
			(!s->inside_known &&
			    direction[i] == FV_DIRECTION_UNKNOWN)) &&
		    add_got(s, &r, err) == -1) {
			return -1;
		}
	}
	return 0;
}

static void
sum_counts(struct fv_host_evidence_counts *into,
    const struct fv_host_evidence_counts *from)
{
	into->syns += from->syns;
	into->acks += from->acks;
	into->closes += from->closes;
	into->taken += from->taken;
	into->packets += from->packets;
	into->tcp += from->tcp;
	into->udp += from->udp;
	into->chatter += from->chatter;
	into->web += from->web;
}

int
fv_host_evidence_merge(struct fv_host_evidence *s,
    const struct fv_host_evidence *f, struct fv_err *err)
{
	const uint64_t *key;
	uint64_t *value;
	size_t i;

	sum_counts(&s->count, &f->count);
	fv_port_profile_merge(&s->profile, &f->profile);
	for (i = 0; i < PORTS; i++)
		s->high[i] |= f->high[i];
	if (f->full)
		fill(s);
	for (i = 0; i < f->partners.count; i++) {
		key = fv_tally_key(&f->partners, i);
		value = value_of(s, &s->partners, key, 1, err);
		if (value == NULL)
			return err->code == FV_OK ? 0 : -1;
		key++;
		value[FV_PARTNER_SEEN] |= key[FV_PARTNER_SEEN];
		if (key[FV_PARTNER_FIRST] > value[FV_PARTNER_FIRST])
			value[FV_PARTNER_FIRST] = key[FV_PARTNER_FIRST];
		value[FV_PARTNER_PACKETS] += key[FV_PARTNER_PACKETS];
	}
	for (i = 0; i < f->stacks.count; i++) {
		key = fv_tally_key(&f->stacks, i);
		value = value_of(s, &s->stacks, key, 2, err);
		if (value == NULL)
			return err->code == FV_OK ? 0 : -1;
		*value += key[2];
	}
	return 0;
}
