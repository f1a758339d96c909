#include "analysis/tunnels.h"

#include <stdlib.h>

#include "base/memory.h"

enum { TCP = 6, UDP = 17, GRE = 47, ESP = 50, AH = 51, HOURS = 24 };

void
fv_tunnels_free(struct fv_tunnels *s)
{
	if (s == NULL)
		return;
	fv_insiders_free(&s->in);
	fv_tally_free(&s->days);
	fv_tally_free(&s->peers);
	free(s->recent);
	free(s->entry);
	free(s);
}

struct fv_tunnels *
fv_tunnels_new(const struct fv_analysis_context *context, struct fv_err *err)
{
	struct fv_tunnels *s;
	size_t i;

	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	if (fv_insiders_init(&s->in, context, err) == -1 ||
	    fv_tally_init(&s->days, 1, FV_TUNNELS_DAY_WORDS,
		FV_TUNNELS_DAYS_LIMIT, err) == -1 ||
	    fv_tally_init(&s->peers, 2, FV_TUNNELS_PEER_WORDS,
		FV_TUNNELS_PEERS_LIMIT, err) == -1)
		goto fail;
	s->recent = fv_memory_new(s->in.n, sizeof(*s->recent), err);
	s->entry = fv_memory_new(s->in.n, sizeof(*s->entry), err);
	if (s->recent == NULL || s->entry == NULL)
		goto fail;
	for (i = 0; i < s->in.n; i++)
		s->recent[i] = UINT64_MAX;
	s->over[0][80] = FV_TUNNELS_HTTP;
	s->over[0][443] = FV_TUNNELS_HTTPS;
	s->over[1][443] = FV_TUNNELS_QUIC;
	s->over[0][53] = s->over[1][53] = FV_TUNNELS_DNS;
	s->over[0][853] = FV_TUNNELS_DOT;
	s->over[1][853] = FV_TUNNELS_DOQ;
	s->over[0][22] = FV_TUNNELS_SSH;
	s->over[1][500] = s->over[1][4500] = FV_TUNNELS_IPSEC;
	s->over[1][51820] = FV_TUNNELS_WIREGUARD;
	s->over[0][1194] = s->over[1][1194] = FV_TUNNELS_OPENVPN;
	s->over[0][1723] = s->over[1][1701] = FV_TUNNELS_OLD;
	s->over[0][465] = s->over[0][993] = s->over[0][995] = FV_TUNNELS_TLS;
	s->over[0][5223] = s->over[0][5228] = FV_TUNNELS_TLS;
	return s;
fail:
	fv_tunnels_free(s);
	return NULL;
}

/* The limit is a state, all else a failure. */
static int
past(struct fv_tally *t, bool *full, struct fv_err *err)
{
	if (err->code != FV_ELIMIT)
		return fv_err_within(err, "days of addresses");
	fv_tally_free(t);
	*full = true;
	return 0;
}

/* The value of the day ${key}; NULL at the limit, or with ${err} set. */
static uint64_t *
day_of(struct fv_tunnels *s, uint64_t key, struct fv_err *err)
{
	uint32_t unit = fv_insiders_unit(key);
	struct fv_tally *t = &s->days;
	uint64_t *value;

	if (s->recent[unit] == key)
		return t->entry + s->entry[unit] * t->words + 1;
	value = fv_tally_at(t, &key, fv_tally_hash(t, &key, 1), 1, err);
	if (value == NULL)
		return NULL;
	s->recent[unit] = key;
	s->entry[unit] = (uint32_t)((size_t)(value - t->entry) / t->words);
	return value;
}

/* Count packets of the web in an hour, which stop at 255. */
static void
count_web(uint64_t *value, unsigned hour, uint64_t packets)
{
	unsigned had = fv_tunnels_web(value, hour);
	uint64_t more = packets > 255 - had ? 255 - had : packets;

	value[FV_TUNNELS_WEB + hour / 8] += more << hour % 8 * 8;
}

static int
count_peer(struct fv_tunnels *s, const uint64_t *key, uint64_t bytes,
    uint64_t mask, struct fv_err *err)
{
	uint64_t *value;

	if (s->peers_full)
		return 0;
	value = fv_tally_at(
	    &s->peers, key, fv_tally_hash(&s->peers, key, 2), 2, err);
	if (value == NULL)
		return past(&s->peers, &s->peers_full, err);
	value[FV_TUNNELS_PEER_SUM] += bytes;
	value[FV_TUNNELS_PEER_MASK] |= mask;
	return 0;
}

/* What row ${i} is, of a host inside that did or did not send it. */
static enum fv_tunnels_kind
kind_of(const struct fv_tunnels *s, const struct fv_analysis_batch *batch,
    size_t i, bool sent)
{
	const uint16_t *source = batch->column[FV_FLOW_SOURCE_PORT];
	const uint16_t *destination = batch->column[FV_FLOW_DESTINATION_PORT];
	const uint8_t *protocol = batch->column[FV_FLOW_PROTOCOL];
	uint16_t far = sent ? destination[i] : source[i];

	if (protocol[i] == TCP || protocol[i] == UDP)
		return s->over[protocol[i] == UDP][far];
	if (protocol[i] == ESP || protocol[i] == AH)
		return FV_TUNNELS_IPSEC;
	return protocol[i] == GRE ? FV_TUNNELS_OLD : FV_TUNNELS_OTHER;
}

static int
count(struct fv_tunnels *s, const struct fv_analysis_batch *batch, size_t i,
    uint32_t unit, bool sent, struct fv_err *err)
{
	const int64_t *start = batch->column[FV_FLOW_START_TIME];
	const uint32_t *source = batch->column[FV_FLOW_SOURCE];
	const uint32_t *destination = batch->column[FV_FLOW_DESTINATION];
	const uint64_t *packets = batch->column[FV_FLOW_PACKETS];
	const uint64_t *bytes = batch->column[FV_FLOW_BYTES];
	enum fv_tunnels_kind kind = kind_of(s, batch, i, sent);
	unsigned hour = fv_insiders_hour(start[i]);
	uint64_t key[2], *value;

	fv_analysis_weigh(&s->all, packets[i], bytes[i]);
	fv_analysis_weigh(&s->kind[kind], packets[i], bytes[i]);
	if (s->days_full)
		return 0;
	key[0] = fv_insiders_key(
	    unit, fv_insiders_period(start[i], FV_INSIDERS_DAY));
	if ((value = day_of(s, key[0], err)) == NULL)
		return past(&s->days, &s->days_full, err);
	value[FV_TUNNELS_BYTES] += bytes[i];
	value[FV_TUNNELS_PACKETS + kind] += packets[i];
	if (sent && kind == FV_TUNNELS_DNS)
		value[FV_TUNNELS_NAMES] |= UINT64_C(1) << hour;
	if (sent && (kind == FV_TUNNELS_DOT || kind == FV_TUNNELS_DOQ))
		value[FV_TUNNELS_SEALED] |= UINT64_C(1) << hour;
	if (sent &&
	    (kind == FV_TUNNELS_HTTP || kind == FV_TUNNELS_HTTPS ||
		kind == FV_TUNNELS_QUIC))
		count_web(value, hour, packets[i]);
	if (kind != FV_TUNNELS_HTTPS)
		return 0;
	key[1] = sent ? destination[i] : source[i];
	return count_peer(s, key, bytes[i], UINT64_C(1) << hour, err);
}

int
fv_tunnels_add(struct fv_tunnels *s, const struct fv_analysis_batch *batch,
    struct fv_err *err)
{
	const uint32_t *source = batch->column[FV_FLOW_SOURCE];
	const uint32_t *destination = batch->column[FV_FLOW_DESTINATION];
	const uint8_t *direction = batch->column[FV_FLOW_DIRECTION];
	uint32_t unit;
	bool sent;
	size_t i;

	for (i = 0; i < batch->rows; i++) {
		unit = fv_insiders_of(
		    &s->in, direction[i], source[i], destination[i], &sent);
		if (unit != FV_NO_ROW &&
		    count(s, batch, i, unit, sent, err) == -1)
			return -1;
	}
	return 0;
}

static int
merge_days(struct fv_tunnels *s, const struct fv_tunnels *f, struct fv_err *err)
{
	const uint64_t *key;
	uint64_t *value;
	unsigned hour;
	size_t i, k;

	for (i = 0; i < f->days.count && !s->days_full; i++) {
		key = fv_tally_key(&f->days, i);
		if ((value = day_of(s, *key, err)) == NULL)
			return past(&s->days, &s->days_full, err);
		key++;
		value[FV_TUNNELS_BYTES] += key[FV_TUNNELS_BYTES];
		value[FV_TUNNELS_NAMES] |= key[FV_TUNNELS_NAMES];
		value[FV_TUNNELS_SEALED] |= key[FV_TUNNELS_SEALED];
		for (hour = 0; hour < HOURS; hour++)
			count_web(value, hour, fv_tunnels_web(key, hour));
		for (k = 0; k < FV_TUNNELS_KINDS; k++)
			value[FV_TUNNELS_PACKETS + k] +=
			    key[FV_TUNNELS_PACKETS + k];
	}
	return 0;
}

int
fv_tunnels_merge(
    struct fv_tunnels *s, const struct fv_tunnels *f, struct fv_err *err)
{
	const uint64_t *key;
	size_t i;

	fv_analysis_sum(&s->all, &f->all);
	for (i = 0; i < FV_TUNNELS_KINDS; i++)
		fv_analysis_sum(&s->kind[i], &f->kind[i]);
	if (f->days_full) {
		fv_tally_free(&s->days);
		s->days_full = true;
	}
	if (f->peers_full) {
		fv_tally_free(&s->peers);
		s->peers_full = true;
	}
	if (merge_days(s, f, err) == -1)
		return -1;
	for (i = 0; i < f->peers.count && !s->peers_full; i++) {
		key = fv_tally_key(&f->peers, i);
		if (count_peer(s, key, key[2 + FV_TUNNELS_PEER_SUM],
			key[2 + FV_TUNNELS_PEER_MASK], err) == -1)
			return -1;
	}
	return 0;
}
