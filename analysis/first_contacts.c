#include "analysis/first_contacts.h"

#include <stdlib.h>

#include "base/memory.h"

enum { TCP = 6, FIN = 1, SYN = 2, RST = 4, ACK = 16 };

void
fv_first_contacts_free(struct fv_first_contacts *s)
{
	if (s == NULL)
		return;
	fv_ledger_free(&s->pairs);
	free(s->sums);
	free(s->judged);
	free(s);
}

struct fv_first_contacts *
fv_first_contacts_new(
    const struct fv_analysis_context *context, struct fv_err *err)
{
	struct fv_first_contacts *s;
	size_t i;

	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	s->inside_known = fv_analysis_inside_known(context);
	s->sums = fv_memory_new(context->nhosts, sizeof(*s->sums), err);
	s->judged = fv_memory_new(context->nhosts, sizeof(*s->judged), err);
	if (fv_ledger_init(&s->pairs, 1, FV_CONTACT_WORDS,
		1 << FV_CONTACT_ASKED | 1 << FV_CONTACT_OUTCOME, &context->room,
		err) == -1 ||
	    s->sums == NULL || s->judged == NULL) {
		fv_first_contacts_free(s);
		return NULL;
	}
	for (i = 0; i < context->nhosts; i++)
		s->judged[i] = !s->inside_known || context->hosts[i].internal;
	return s;
}

/* Enter what a record says of ${host} and ${peer}. */
static int
meet(struct fv_first_contacts *s, uint32_t host, uint32_t peer, uint64_t asked,
    uint64_t outcome, struct fv_err *err)
{
	const uint64_t key = (uint64_t)host << 32 | peer;
	uint64_t *value;

	value = fv_ledger_at(
	    &s->pairs, &key, fv_tally_hash(&s->pairs.tally, &key, 1), 1, err);
	if (value == NULL)
		return fv_err_within(err, "first contacts");
	if (asked > value[FV_CONTACT_ASKED])
		value[FV_CONTACT_ASKED] = asked;
	if (outcome > value[FV_CONTACT_OUTCOME])
		value[FV_CONTACT_OUTCOME] = outcome;
	return 0;
}

/* What is looked at of a row. */
struct row {
	uint32_t source, destination;
	uint8_t initial, flags;
	uint64_t packets;
	int64_t start;
};

/* A record that the host sent. */
static int
add_sent(struct fv_first_contacts *s, const struct row *r, struct fv_err *err)
{
	struct fv_first_contacts_sums *sums = &s->sums[r->source];
	bool opens = (r->initial & (SYN | ACK)) == SYN;
	/* In one record with its SYN, an ACK follows an answer. */
	bool went_on = opens && (r->flags & ACK) != 0;

	if ((r->flags & ACK) != 0 && ((r->flags & RST) == 0 || r->packets > 1))
		sums->acks +=
		    r->packets - ((r->initial & SYN) != 0 && r->packets > 0);
	sums->closes +=
	    (r->flags & FIN) != 0 || (r->flags & (RST | ACK)) == (RST | ACK);
	if (!opens)
		return 0;
	sums->syns++;
	sums->heard += went_on;
	return meet(s, r->source, r->destination,
	    fv_analysis_earliness(r->start),
	    went_on ? FV_CONTACT_ANSWERED : FV_CONTACT_SILENT, err);
}

/* A record that was sent to the host. */
static int
add_got(struct fv_first_contacts *s, const struct row *r, struct fv_err *err)
{
	s->sums[r->destination].heard++;
	if ((r->initial & (SYN | ACK)) == (SYN | ACK))
		return meet(
		    s, r->destination, r->source, 0, FV_CONTACT_ANSWERED, err);
	if ((r->initial & RST) != 0)
		return meet(
		    s, r->destination, r->source, 0, FV_CONTACT_REFUSED, err);
	return 0;
}

int
fv_first_contacts_add(struct fv_first_contacts *s,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	const int64_t *start = batch->column[FV_FLOW_START_TIME];
	const uint32_t *source = batch->column[FV_FLOW_SOURCE];
	const uint32_t *destination = batch->column[FV_FLOW_DESTINATION];
	const uint8_t *protocol = batch->column[FV_FLOW_PROTOCOL];
	const uint8_t *initial = batch->column[FV_FLOW_INITIAL_TCP_FLAGS];
	const uint8_t *flags = batch->column[FV_FLOW_TCP_FLAGS];
	const uint64_t *packets = batch->column[FV_FLOW_PACKETS];
	const uint8_t *direction = batch->column[FV_FLOW_DIRECTION];
	struct row r;
	bool unknown;
	size_t i;

	for (i = 0; i < batch->rows; i++) {
		/* Later fragments are of TCP, too, and have no flags. */
		if (protocol[i] != TCP || flags[i] == 0)
			continue;
		r = (struct row){ source[i], destination[i], initial[i],
			flags[i], packets[i], start[i] };
		unknown =
		    !s->inside_known && direction[i] == FV_DIRECTION_UNKNOWN;
		if ((unknown || direction[i] == FV_DIRECTION_OUTBOUND) &&
		    s->judged[source[i]] && add_sent(s, &r, err) == -1)
			return -1;
		if ((unknown || direction[i] == FV_DIRECTION_INBOUND) &&
		    s->judged[destination[i]] && add_got(s, &r, err) == -1)
			return -1;
	}
	return 0;
}

int
fv_first_contacts_merge(struct fv_first_contacts *s,
    const struct fv_first_contacts *f,
    const struct fv_analysis_context *context, struct fv_err *err)
{
	size_t i;

	for (i = 0; i < context->nhosts; i++) {
		if (!s->judged[i])
			continue;
		s->sums[i].syns += f->sums[i].syns;
		s->sums[i].acks += f->sums[i].acks;
		s->sums[i].closes += f->sums[i].closes;
		s->sums[i].heard += f->sums[i].heard;
	}
	if (fv_ledger_merge(&s->pairs, &f->pairs, err) == -1)
		return fv_err_within(err, "first contacts");
	return 0;
}
