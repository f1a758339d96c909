#include "analysis/site_profiles.h"

#include <stdlib.h>

#include "base/memory.h"

enum { ICMP = 1, TCP = 6, UDP = 17, IN_IPV4 = 41, ICMPV6 = 58 };
enum { TEREDO_PORT = 3544, INFORMATION = 128 };

/* What profiles have behind the rows of the table of services. */
enum { OTHER_TCP, OTHER_UDP, ANY_ICMP, OTHER_PROTOCOL, OTHERS };

_Static_assert(FV_SERVICE_TABLE_LIMIT + OTHERS == FV_SITE_SERVICES,
    "there is room for them");

void
fv_site_profiles_free(struct fv_site_profiles *s)
{
	if (s == NULL)
		return;
	free(s->host);
	free(s->site);
	free(s->packets);
	free(s->first);
	free(s);
}

/* Number the internal hosts. */
static void
number(struct fv_site_profiles *s, const struct fv_analysis_context *c)
{
	size_t i;

	for (i = 0; i < c->nhosts; i++)
		s->units += c->hosts[i].internal != 0;
	s->too_many = s->units > FV_SITE_PROFILES_UNITS;
	s->units = 0;
	for (i = 0; i < c->nhosts; i++) {
		s->host[i].unit = FV_NO_ROW;
		if (c->hosts[i].internal && !s->too_many)
			s->host[i].unit = (uint32_t)s->units++;
		s->host[i].site = (uint16_t)FV_SITE_PROFILES_SITES;
		if (c->hosts[i].site < c->nsites &&
		    c->hosts[i].site < FV_SITE_PROFILES_SITES)
			s->host[i].site = (uint16_t)c->hosts[i].site;
		s->host[i].ip_version = c->hosts[i].ip_version;
	}
}

struct fv_site_profiles *
fv_site_profiles_new(
    const struct fv_analysis_context *context, struct fv_err *err)
{
	struct fv_site_profiles *s;

	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	s->services = fv_service_table_count + OTHERS;
	s->host = fv_memory_new(context->nhosts, sizeof(*s->host), err);
	s->site =
	    fv_memory_new(FV_SITE_PROFILES_SITES + 1, sizeof(*s->site), err);
	if (s->host == NULL || s->site == NULL)
		goto fail;
	number(s, context);
	fv_service_table_ports(&s->ports);
	s->packets =
	    fv_memory_new(s->units * s->services, sizeof(*s->packets), err);
	s->first = fv_memory_new(s->units, sizeof(*s->first), err);
	if (s->packets == NULL || s->first == NULL)
		goto fail;
	return s;
fail:
	fv_site_profiles_free(s);
	return NULL;
}

/* What a record is of, for a profile. */
static inline size_t
service_of(const struct fv_site_profiles *s, uint8_t protocol, uint16_t from,
    uint16_t to)
{
	unsigned service;
	bool to_it;

	if (protocol == TCP || protocol == UDP) {
		service = fv_service_table_of(
		    &s->ports, protocol == UDP, from, to, &to_it);
		if (service > 0)
			return service - 1;
		return fv_service_table_count +
		    (protocol == UDP ? OTHER_UDP : OTHER_TCP);
	}
	return fv_service_table_count +
	    (protocol == ICMP || protocol == ICMPV6 ? ANY_ICMP
						    : OTHER_PROTOCOL);
}

/* Whether a message reports an error (RFC 1122 3.2.2, RFC 4443 2.1). */
static bool
is_error(uint8_t protocol, uint8_t type)
{
	if (protocol == ICMPV6)
		return type < INFORMATION;
	return protocol == ICMP &&
	    (type == 3 || type == 4 || type == 5 || type == 11 || type == 12);
}

void
fv_site_profiles_add(
    struct fv_site_profiles *s, const struct fv_analysis_batch *batch)
{
	const int64_t *start = batch->column[FV_FLOW_START_TIME];
	const uint32_t *source = batch->column[FV_FLOW_SOURCE];
	const uint32_t *destination = batch->column[FV_FLOW_DESTINATION];
	const uint16_t *from = batch->column[FV_FLOW_SOURCE_PORT];
	const uint16_t *to = batch->column[FV_FLOW_DESTINATION_PORT];
	const uint8_t *protocol = batch->column[FV_FLOW_PROTOCOL];
	const uint8_t *type = batch->column[FV_FLOW_ICMP_TYPE];
	const uint64_t *packets = batch->column[FV_FLOW_PACKETS];
	const uint64_t *bytes = batch->column[FV_FLOW_BYTES];
	const uint8_t *direction = batch->column[FV_FLOW_DIRECTION];
	uint32_t unit = FV_NO_ROW;
	const struct fv_site_profiles_host *h;
	struct fv_site_profiles_sums *site;
	uint64_t when;
	size_t i;

	for (i = 0; i < batch->rows; i++) {
		h = &s->host[source[i]];
		site = &s->site[h->site];
		fv_analysis_weigh(&site->of[FV_SITE_ALL], packets[i], bytes[i]);
		if (h->ip_version == 6)
			fv_analysis_weigh(
			    &site->of[FV_SITE_NATIVE], packets[i], bytes[i]);
		if (protocol[i] == IN_IPV4)
			fv_analysis_weigh(
			    &site->of[FV_SITE_TUNNEL], packets[i], bytes[i]);
		else if (protocol[i] == UDP &&
		    (from[i] == TEREDO_PORT || to[i] == TEREDO_PORT))
			fv_analysis_weigh(
			    &site->of[FV_SITE_TEREDO], packets[i], bytes[i]);
		else if (is_error(protocol[i], type[i]))
			fv_analysis_weigh(
			    &site->of[FV_SITE_ERRORS], packets[i], bytes[i]);
		if (direction[i] == FV_DIRECTION_OUTBOUND)
			unit = h->unit;
		else if (direction[i] == FV_DIRECTION_INBOUND)
			unit = s->host[destination[i]].unit;
		else
			continue;
		if (unit == FV_NO_ROW)
			continue;
		s->packets[unit * s->services +
		    service_of(s, protocol[i], from[i], to[i])] += packets[i];
		when = fv_analysis_earliness(start[i]);
		if (when > s->first[unit])
			s->first[unit] = when;
	}
}

void
fv_site_profiles_merge(
    struct fv_site_profiles *s, const struct fv_site_profiles *f)
{
	size_t i, k;

	for (i = 0; i <= FV_SITE_PROFILES_SITES; i++)
		for (k = 0; k < FV_SITE_KINDS; k++)
			fv_analysis_sum(&s->site[i].of[k], &f->site[i].of[k]);
	for (i = 0; i < s->units * s->services; i++)
		s->packets[i] += f->packets[i];
	for (i = 0; i < s->units; i++)
		if (f->first[i] > s->first[i])
			s->first[i] = f->first[i];
}

const char *
fv_site_profiles_service(size_t service)
{
	static const char *const others[OTHERS] = { "other TCP", "other UDP",
		"ICMP", "other" };

	return service < fv_service_table_count
	    ? fv_service_table[service].name
	    : others[service - fv_service_table_count];
}
