#include "datasets/reference/suspect_web.h"

#include <netinet/in.h>
#include <stdlib.h>

#include "base/memory.h"
#include "datasets/reference/quota.h"
#include "datasets/reference/space.h"
#include "datasets/reference/streams.h"

/*
 * One port of the table on the slides.  The printed rows, by packets out:
 * acks40, acks52, acks60, aborts (RA 40), fins (FA 40), syns52, syns48.
 * What is not printed is ours: requests (their lengths differ, so that each
 * signature stays far below the tenth row), talks that the server ends or
 * does not answer, and which side sends the first FIN.
 */
struct share {
	uint16_t port;
	uint16_t acks40, acks52, acks60;
	uint16_t aborts, fins;
	uint16_t syns52, syns48;
	uint16_t requests;
	uint16_t client_fins; /* of fins: these cost one more ACK of 40 */
	uint16_t unanswered;
	uint32_t
	    stride; /* coprime to the number of talks: deals out the ends */
	uint32_t destinations;
	uint16_t length[2]; /* of a request */
};

static const struct share shares[] = {
	{ 80, 21005, 5502, 430, 1280, 673, 1173, 914, 3400, 400, 34, 797, 4000,
	    { 280, 900 } },
	{ 443, 1373, 60, 0, 90, 60, 84, 66, 500, 40, 0, 67, 300, { 200, 700 } },
};

enum { KIND_WEB = 2000 };

static uint32_t
talks_of(const struct share *s)
{
	return (uint32_t)s->syns52 + s->syns48;
}

unsigned
fv_suspect_web_change(unsigned days)
{
	return (days * shares[0].syns52 + talks_of(&shares[0]) - 1) /
	    talks_of(&shares[0]);
}

uint32_t
fv_suspect_web_weight(struct fv_philox *rng)
{
	uint64_t weight = fv_law_lognormal(rng, 20, 1000);

	return weight < 1 ? 1 : (uint32_t)weight;
}

/* The end of the talk to which ${at} is dealt. */
static void
set_close(const struct share *s, uint32_t at, struct fv_suspect_web *web)
{
	web->answered = at >= s->unanswered;
	at -= web->answered ? s->unanswered : 0;
	if (!web->answered || at < s->aborts)
		web->close = FV_CLOSE_ABORT;
	else if (at < (uint32_t)s->aborts + s->client_fins)
		web->close = FV_CLOSE_CLIENT;
	else if (at < (uint32_t)s->aborts + s->fins)
		web->close = FV_CLOSE_SERVER;
	else
		web->close = FV_CLOSE_REFUSE;
}

/* The talk numbered ${i}: its day, SYN and end. */
static void
set_frame(const struct share *s, uint32_t i, unsigned days,
    struct fv_suspect_web *web)
{
	unsigned change = fv_suspect_web_change(days);

	web->port = s->port;
	if (i < s->syns52) {
		web->syn = FV_SYN_52;
		web->day = (uint16_t)(i * change / s->syns52);
	} else {
		web->syn = FV_SYN_48;
		web->day = (uint16_t)(change +
		    (i - s->syns52) * (days - change) / s->syns48);
	}
	set_close(s, (uint32_t)((uint64_t)i * s->stride % talks_of(s)), web);
}

/*
 * Deal ${total} to the ${n} talks in the ratio of their weights, exactly;
 * ${field} says where a talk keeps its part.  Sizes are uint16_t because no
 * talk gets a tenth of the 21,005.
 */
static void
deal(uint32_t total, const uint32_t *weight, size_t n,
    struct fv_suspect_web *web, size_t field)
{
	uint32_t sum = 0, before = 0, after;
	size_t i;

	for (i = 0; i < n; i++)
		sum += weight[i];
	for (i = 0; i < n; i++, before = after) {
		after = before + weight[i];
		*(uint16_t *)(void *)((char *)&web[i] + field) =
		    (uint16_t)(fv_quota_part(total, after, sum) -
			fv_quota_part(total, before, sum));
	}
}

/* Count a finished talk's packets; see script_tcp.c for what each costs. */
static void
set_counts(struct fv_suspect_web *w, struct fv_philox *rng)
{
	uint32_t lost = w->sacks1 == 0
	    ? 0
	    : (uint32_t)w->sacks1 + w->sacks2 + (w->sacks2 == 0 ? 2 : 4);
	uint32_t extra = (uint32_t)w->plain * fv_law_between(rng, 10, 60) / 100;

	w->out = 1;
	w->in = 0;
	if (!w->answered)
		return;
	w->out = 2u + w->requests + w->plain + w->sacks1 + w->sacks2;
	w->in = 1u + w->plain + lost + extra;
	w->out += w->close == FV_CLOSE_CLIENT ? 2
	    : w->close == FV_CLOSE_REFUSE     ? 0
					      : 1;
	w->in += w->close == FV_CLOSE_SERVER ? 2
	    : w->close == FV_CLOSE_ABORT     ? 0
					     : 1;
}

static void
fill(const struct share *s, uint64_t seed, unsigned days, uint32_t *weight,
    struct fv_suspect_web *web)
{
	uint32_t n = talks_of(s), i, answered = n - s->unanswered;
	struct fv_philox rng;

	fv_philox_start(&rng, seed, FV_STREAM_SUSPECT_WEB, s->port, 0);
	for (i = 0; i < n; i++) {
		set_frame(s, i, days, &web[i]);
		weight[i] = fv_suspect_web_weight(&rng);
		if (!web[i].answered)
			weight[i] = 0;
	}
	/* Each answered talk has an ACK in its handshake. */
	deal((uint32_t)s->acks40 - answered - s->client_fins, weight, n, web,
	    offsetof(struct fv_suspect_web, plain));
	deal(
	    s->acks52, weight, n, web, offsetof(struct fv_suspect_web, sacks1));
	/* A second loss only where the first one left enough behind it. */
	for (i = 0; i < n; i++)
		weight[i] = web[i].sacks1 >= 6 ? web[i].sacks1 : 0;
	if (s->acks60 > 0)
		deal(s->acks60, weight, n, web,
		    offsetof(struct fv_suspect_web, sacks2));
	for (i = 0; i < n; i++)
		weight[i] = web[i].answered ? 3 + web[i].plain / 4u : 0;
	deal(s->requests - answered, weight, n, web,
	    offsetof(struct fv_suspect_web, requests));
	for (i = 0; i < n; i++) {
		web[i].requests += web[i].answered;
		set_counts(&web[i], &rng);
	}
}

struct fv_suspect_web *
fv_suspect_web_new(uint64_t seed, unsigned days, size_t *n, uint32_t packets[2],
    struct fv_err *err)
{
	struct fv_suspect_web *web;
	uint32_t *weight;
	size_t i, at = 0;

	for (*n = 0, i = 0; i < FV_COUNT(shares); i++)
		*n += talks_of(&shares[i]);
	if ((web = fv_memory_new(*n, sizeof(*web), err)) == NULL)
		return NULL;
	if ((weight = fv_memory_new(*n, sizeof(*weight), err)) == NULL) {
		free(web);
		return NULL;
	}
	for (i = 0; i < FV_COUNT(shares); i++) {
		fill(&shares[i], seed, days, weight, web + at);
		at += talks_of(&shares[i]);
	}
	free(weight);
	packets[0] = packets[1] = 0;
	for (i = 0; i < *n; i++) {
		packets[0] += web[i].in;
		packets[1] += web[i].out;
	}
	return web;
}

void
fv_suspect_web_talk(const struct fv_suspect_web *web, uint64_t month,
    struct fv_philox *rng, struct fv_talk *t)
{
	const struct share *s = &shares[web->port == 443];

	t->application = web->port == 443 ? "https" : "web";
	t->protocol = IPPROTO_TCP;
	t->shape = FV_SHAPE_DOWNLOAD;
	t->far = fv_space_address(
	    month, KIND_WEB + web->port, fv_law_zipf(rng, s->destinations));
	t->far_port = web->port;
	t->out = web->out;
	t->in = web->in;
	t->close = web->close;
	t->exact = true;
	t->syn = web->syn;
	t->requests = web->requests;
	t->sacks1 = web->sacks1;
	t->sacks2 = web->sacks2;
	t->length_out[0] = s->length[0];
	t->length_out[1] = s->length[1];
	t->length_in[0] = t->length_in[1] = 1460;
}
