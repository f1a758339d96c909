#include "datasets/reference/suspect.h"

#include <netinet/in.h>
#include <stdlib.h>

#include "base/memory.h"
#include "datasets/reference/quota.h"
#include "datasets/reference/suspect_plan.h"
#include "datasets/reference/suspect_web.h"

static const struct fv_quota totals[] = {
	{ IPPROTO_TCP, 196020, 163350 },
	{ IPPROTO_UDP, 103200, 86000 },
	{ IPPROTO_IGMP, 540, 450 },
	{ IPPROTO_ICMP, 240, 200 },
};

uint32_t
fv_suspect_quota(uint8_t protocol, bool out)
{
	size_t i;

	for (i = 0; i < FV_COUNT(totals); i++)
		if (totals[i].protocol == protocol)
			return out ? totals[i].out : totals[i].in;
	return 0;
}

uint32_t
fv_suspect_part(const struct fv_suspect *s, uint32_t whole, unsigned day)
{
	return fv_quota_part(whole, day + 1, s->days) -
	    fv_quota_part(whole, day, s->days);
}

struct fv_suspect_connections
fv_suspect_connect(const struct fv_suspect *s, unsigned day)
{
	uint32_t out = fv_suspect_part(s, s->tcp[1], day),
		 in = fv_suspect_part(s, s->tcp[0], day);
	struct fv_suspect_connections c = { 0, 0, 0 };

	if (s->kind == FV_REFERENCE_SCANNER) {
		c.refused = in < out ? in : out;
		c.outgoing = c.refused + (out - c.refused + 2) / 3;
		return c;
	}
	c.outgoing = out / FV_SUSPECT_CONNECTION * 3 / 5;
	c.incoming = out / FV_SUSPECT_CONNECTION - c.outgoing;
	return c;
}

uint32_t
fv_suspect_webs(const struct fv_suspect *s, unsigned day)
{
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < s->nweb; i++)
		n += s->web[i].day == day;
	return n;
}

static int
count_connections(struct fv_suspect *s, struct fv_err *err)
{
	unsigned day;

	s->first = fv_memory_new(s->days + 1, sizeof(*s->first), err);
	if (s->first == NULL)
		return -1;
	for (day = 0; day < s->days; day++)
		s->first[day + 1] = s->first[day] + fv_suspect_webs(s, day) +
		    fv_suspect_connect(s, day).outgoing;
	return 0;
}

struct fv_suspect *
fv_suspect_new(const struct fv_guests *guests,
    const struct fv_reference_options *options, uint64_t scale,
    struct fv_err *err)
{
	struct fv_suspect *s;
	uint32_t web[2], tcp;
	int out;

	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	s->guests = guests;
	s->kind = options->suspect;
	s->seed = guests->seed;
	s->month = options->seed;
	s->address = guests->by_role[FV_ROLE_SUSPECT];
	s->gadget[0] = s->gadget[1] = guests->guest[FV_ROLE_SUSPECT].device;
	if (guests->suspect_users == 2)
		s->gadget[1] = guests->guest[FV_GUESTS_RESIDENTS].device;
	s->days = guests->profile->days;
	s->change = fv_suspect_web_change(s->days);
	s->web = fv_suspect_web_new(s->seed, s->days, &s->nweb, web, err);
	if (s->web == NULL)
		goto fail;
	s->peers = fv_quota_scaled(FV_SUSPECT_PEERS, scale) + 1;
	for (out = 0; out < 2; out++) {
		tcp = fv_suspect_quota(IPPROTO_TCP, out) - web[out] -
		    FV_SUSPECT_STALE - (out ? 1 : 2); /* its handshake */
		s->tcp[out] = fv_quota_scaled(tcp, scale);
		s->udp[out] =
		    fv_quota_scaled(fv_suspect_quota(IPPROTO_UDP, out) -
			    (out ? FV_SUSPECT_SSDP : 0),
			scale);
		s->igmp[out] =
		    fv_quota_scaled(fv_suspect_quota(IPPROTO_IGMP, out), scale);
		s->echo[out] = fv_quota_scaled(out ? 140 : 120, scale);
		s->unreachable[out] =
		    fv_quota_scaled(
			fv_suspect_quota(IPPROTO_ICMP, out), scale) -
		    s->echo[out];
	}
	if (count_connections(s, err) == -1)
		goto fail;
	return s;
fail:
	fv_suspect_free(s);
	return NULL;
}

void
fv_suspect_free(struct fv_suspect *s)
{
	if (s == NULL)
		return;
	free(s->web);
	free(s->first);
	free(s);
}

unsigned
fv_suspect_change(const struct fv_suspect *s)
{
	return s->change;
}

uint32_t
fv_suspect_first(const struct fv_suspect *s, unsigned day)
{
	return s->first[day];
}

uint16_t
fv_suspect_port(uint32_t n)
{
	uint32_t port = 49153 + n % 16382;

	/* 52523 is another host's mark in the chart of ports. */
	return (uint16_t)(port >= 52523 ? port + 1 : port);
}

size_t
fv_suspect_talks(const struct fv_suspect *s, unsigned day)
{
	struct fv_suspect_connections c = fv_suspect_connect(s, day);

	return fv_suspect_webs(s, day) + fv_suspect_part(s, s->peers, day) +
	    c.outgoing + c.incoming + FV_SUSPECT_STALE_TALKS +
	    FV_SUSPECT_SMALL_TALKS;
}

uint64_t
fv_suspect_packets(const struct fv_suspect *s, unsigned day)
{
	uint64_t sum = 2 * fv_suspect_part(s, FV_SUSPECT_STALE, day) +
	    fv_suspect_part(s, FV_SUSPECT_SSDP, day);
	int out;

	for (out = 0; out < 2; out++)
		sum += fv_suspect_part(s, s->udp[out], day) +
		    fv_suspect_part(s, s->tcp[out], day) +
		    fv_suspect_part(s, s->igmp[out], day) +
		    fv_suspect_part(s, s->echo[out], day) +
		    fv_suspect_part(s, s->unreachable[out], day);
	/* The web's days are uneven; its mean stands for it. */
	return sum + 90000 / s->days;
}
