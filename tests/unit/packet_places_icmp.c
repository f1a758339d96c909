#include "tests/unit/packet_places.h"

#include <string.h>

/* A message of ICMP with the fv_packet_mark from byte ${at} of its header on. */
static void
icmp(struct fv_packet *p, unsigned version, uint8_t type, size_t at)
{
	fv_packet_ethernet(p);
	if (version == 4)
		fv_packet_ipv4(p, NULL);
	else
		fv_packet_ipv6(p, NULL);
	fv_packet_icmp(p, type, 0);
	fv_packet_payload(p, 64);
	memcpy(p->bytes + p->transport + at, fv_packet_mark,
	    sizeof(fv_packet_mark));
}

static void
icmp_unused_bytes(struct fv_packet *p)
{
	icmp(p, 4, 11, 4);
}

static void
icmp_redirect(struct fv_packet *p)
{
	icmp(p, 4, 5, 4);
}

static void
icmp_router_advertisement(struct fv_packet *p)
{
	icmp(p, 4, 9, 8);
}

static void
icmp_timestamp(struct fv_packet *p)
{
	icmp(p, 4, 13, 4);
}

static void
icmp_mask(struct fv_packet *p)
{
	icmp(p, 4, 17, 4);
}

static void
icmp_of_unknown_type(struct fv_packet *p)
{
	icmp(p, 4, 200, 4);
}

static void
ping_identifier_and_data(struct fv_packet *p)
{
	icmp(p, 4, 8, 4);
}

static void
router_advertisement_prefix(struct fv_packet *p)
{
	icmp(p, 6, 134, 20);
}

static void
router_advertisement_times(struct fv_packet *p)
{
	icmp(p, 6, 134, 4);
}

static void
router_solicitation_option(struct fv_packet *p)
{
	icmp(p, 6, 133, 8);
}

static void
neighbour_target(struct fv_packet *p)
{
	icmp(p, 6, 135, 8);
}

static void
neighbour_option(struct fv_packet *p)
{
	icmp(p, 6, 136, 26);
}

static void
redirect_destination(struct fv_packet *p)
{
	icmp(p, 6, 137, 24);
}

static void
redirect_option(struct fv_packet *p)
{
	icmp(p, 6, 137, 42);
}

static void
multicast_listener(struct fv_packet *p)
{
	icmp(p, 6, 131, 8);
}

static void
multicast_listener_2(struct fv_packet *p)
{
	icmp(p, 6, 143, 8);
}

static void
node_information(struct fv_packet *p)
{
	icmp(p, 6, 139, 4);
}

/* What an ICMP error is about, for the fv_packet_mark to be put in it. */
static void
quote(struct fv_packet *p, unsigned version, const struct fv_packet_ip *ip)
{
	fv_packet_ethernet(p);
	if (version == 4)
		fv_packet_ipv4(p, NULL);
	else
		fv_packet_ipv6(p, NULL);
	fv_packet_icmp(p, version == 4 ? 11 : 3, 0);
	if (version == 4)
		fv_packet_ipv4(p, ip);
	else
		fv_packet_ipv6(p, ip);
	fv_packet_udp(p, 1, 2);
	fv_packet_payload(p, 128);
}

static void
quoted_addresses(struct fv_packet *p)
{
	quote(p, 4, NULL);
	memcpy(p->bytes + p->ip + 12, fv_packet_mark, 8);
}

static void
quoted_ipv6_addresses(struct fv_packet *p)
{
	quote(p, 6, NULL);
	memcpy(p->bytes + p->ip + 8, fv_packet_mark, 16);
}

static void
quoted_payload(struct fv_packet *p)
{
	quote(p, 4, NULL);
	memcpy(p->bytes + p->transport + 8, fv_packet_mark, 16);
}

static void
quoted_options(struct fv_packet *p)
{
	uint8_t options[40];
	const struct fv_packet_ip ip = { .options = options,
		.options_length = 20 };

	fv_packet_place_option(options, 7, 19);
	quote(p, 4, &ip);
}

/* RFC 4884 and 5837: behind 128 bytes of the quote. */
static void
icmp_extensions(struct fv_packet *p)
{
	quote(p, 4, NULL);
	fv_packet_put8(p, 14 + 20 + 5, 32);
	memcpy(p->bytes + p->transport + 112, fv_packet_mark, 16);
}

static void
quoted_protocol(struct fv_packet *p)
{
	quote(p, 4, NULL);
	fv_packet_put8(p, p->ip + 9, 47);
	memcpy(p->bytes + p->transport, fv_packet_mark, 16);
}

const struct fv_packet_place fv_packet_places_icmp[] = {
#define PLACE(name)               \
	{                         \
#name, name, NULL \
	}
	PLACE(icmp_unused_bytes),
	PLACE(icmp_redirect),
	PLACE(icmp_router_advertisement),
	PLACE(icmp_timestamp),
	PLACE(icmp_mask),
	PLACE(icmp_of_unknown_type),
	PLACE(ping_identifier_and_data),
	PLACE(router_advertisement_prefix),
	PLACE(router_advertisement_times),
	PLACE(router_solicitation_option),
	PLACE(neighbour_target),
	PLACE(neighbour_option),
	PLACE(redirect_destination),
	PLACE(redirect_option),
	PLACE(multicast_listener),
	PLACE(multicast_listener_2),
	PLACE(node_information),
	PLACE(quoted_addresses),
	PLACE(quoted_ipv6_addresses),
	PLACE(quoted_payload),
	PLACE(quoted_options),
	PLACE(icmp_extensions),
	PLACE(quoted_protocol),
	{ NULL, NULL, NULL },
#undef PLACE
};
