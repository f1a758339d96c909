#include "convert/layers_transport.h"

/* IANA "Assigned Internet Protocol Numbers". */
enum {
	PROTOCOL_ICMP = 1,
	PROTOCOL_TCP = 6,
	PROTOCOL_UDP = 17,
	PROTOCOL_DCCP = 33,
	PROTOCOL_ICMPV6 = 58,
	PROTOCOL_SCTP = 132,
	PROTOCOL_UDP_LITE = 136
};

/* Lengths of headers: all of them, and what their options stand behind. */
enum {
	PORTS = 4,
	UDP_HEADER = 8,
	TCP_HEADER = 20,
	TCP_WORDS = TCP_HEADER / 4,
	ICMP_LEAST = 4, /* type, code, checksum */
	ICMP_HEADER = 8,
	CODE_TOO_BIG = 4,
	NEIGHBOUR_ADVERTISEMENT = 136
};

/* Router, solicited, override: RFC 4861, section 4.4. */
#define NEIGHBOUR_FLAGS UINT32_C(0xe0000000)

/* TCP options that are written again. */
enum {
	OPTION_END = 0,
	OPTION_NOP = 1,
	OPTION_MSS = 2,
	OPTION_MSS_LENGTH = 4,
	OPTION_WINDOW_SCALE = 3,
	OPTION_WINDOW_SCALE_LENGTH = 3,
	OPTION_SACK_PERMITTED = 4,
	OPTION_SACK_PERMITTED_LENGTH = 2,
	OPTION_LENGTH_LEAST = 2
};

/* What an ICMP message of a type holds, and how long it is without more. */
struct message {
	uint8_t type;
	uint8_t body; /* enum fv_raw_icmp_body */
	uint8_t length;
	bool quotes;
};

/* RFC 792, RFC 4884.  All others are type and code. */
static const struct message icmp_messages[] = {
	{ 0, FV_ICMP_ECHO, ICMP_HEADER, false },    /* echo reply */
	{ 3, FV_ICMP_NUMBER, ICMP_HEADER, true },   /* unreachable; MTU */
	{ 4, FV_ICMP_UNUSED, ICMP_HEADER, true },   /* source quench */
	{ 5, FV_ICMP_GATEWAY, ICMP_HEADER, true },  /* redirect */
	{ 8, FV_ICMP_ECHO, ICMP_HEADER, false },    /* echo */
	{ 11, FV_ICMP_UNUSED, ICMP_HEADER, true },  /* time exceeded */
	{ 12, FV_ICMP_POINTER, ICMP_HEADER, true }, /* parameter problem */
};

/* RFC 4443, RFC 4861. */
static const struct message icmpv6_messages[] = {
	{ 1, FV_ICMP_UNUSED, ICMP_HEADER, true },    /* unreachable */
	{ 2, FV_ICMP_NUMBER, ICMP_HEADER, true },    /* too big; MTU */
	{ 3, FV_ICMP_UNUSED, ICMP_HEADER, true },    /* time exceeded */
	{ 4, FV_ICMP_NUMBER, ICMP_HEADER, true },    /* parameter; pointer */
	{ 128, FV_ICMP_ECHO, ICMP_HEADER, false },   /* echo request */
	{ 129, FV_ICMP_ECHO, ICMP_HEADER, false },   /* echo reply */
	{ 133, FV_ICMP_UNUSED, ICMP_HEADER, false }, /* router solicitation */
	{ 135, FV_ICMP_TARGET, 24, false },      /* neighbour solicitation */
	{ 136, FV_ICMP_TARGET, 24, false },      /* neighbour advertisement */
	{ 137, FV_ICMP_REDIRECTION, 40, false }, /* redirect */
};

static const struct message *
message_of(uint8_t kind, uint8_t type)
{
	const struct message *table = icmp_messages;
	size_t i, n = sizeof(icmp_messages) / sizeof(icmp_messages[0]);

	if (kind == FV_TRANSPORT_ICMPV6) {
		table = icmpv6_messages;
		n = sizeof(icmpv6_messages) / sizeof(icmpv6_messages[0]);
	}
	for (i = 0; i < n; i++)
		if (table[i].type == type)
			return &table[i];
	return NULL;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Where the TCP options lie that are written again, and what they say. */
static void
read_options(struct fv_cursor options, struct fv_raw_tcp *tcp)
{
	size_t all = fv_cursor_left(&options);
	struct fv_cursor value;
	uint8_t kind, length, at;

	while (fv_take_u8(&options, &kind)) {
		at = (uint8_t)(all - fv_cursor_left(&options) - 1);
		if (kind == OPTION_END) {
			tcp->end_at = at;
			return;
		}
		if (kind == OPTION_NOP)
			continue;
		if (!fv_take_u8(&options, &length) ||
		    length < OPTION_LENGTH_LEAST ||
		    !fv_take_part(&options, length - 2U, &value))
			return;
		if (kind == OPTION_MSS && length == OPTION_MSS_LENGTH) {
			tcp->mss_at = at;
			(void)fv_take_be16(&value, &tcp->mss);
		} else if (kind == OPTION_WINDOW_SCALE &&
		    length == OPTION_WINDOW_SCALE_LENGTH) {
			tcp->window_scale_at = at;
			(void)fv_take_u8(&value, &tcp->window_scale);
		} else if (kind == OPTION_SACK_PERMITTED &&
		    length == OPTION_SACK_PERMITTED_LENGTH)
			tcp->sack_permitted_at = at;
	}
}

/*
 * A TCP header that may end anywhere: what is not there stays zero, and is
 * not written, since ${captured} says where it ended.
 */
static void
read_tcp(struct fv_cursor *in, struct fv_raw_transport *t)
{
	struct fv_raw_tcp *tcp = &t->tcp;
	struct fv_cursor options;
	uint8_t offset = 0;
	size_t room;

	t->captured = (uint8_t)least(fv_cursor_left(in), TCP_HEADER);
	tcp->sequence = tcp->acknowledgment = 0;
	tcp->window = 0;
	tcp->flags = tcp->words = tcp->options_length = 0;
	tcp->end_at = tcp->mss_at = FV_LAYERS_NOWHERE;
	tcp->window_scale_at = tcp->sack_permitted_at = FV_LAYERS_NOWHERE;
	if (!fv_take_be16(in, &t->source_port) ||
	    !fv_take_be16(in, &t->destination_port) ||
	    !fv_take_be32(in, &tcp->sequence) ||
	    !fv_take_be32(in, &tcp->acknowledgment) || !fv_take_u8(in, &offset))
		return;
	tcp->words = offset >> 4;
	if (!fv_take_u8(in, &tcp->flags) || !fv_take_be16(in, &tcp->window) ||
	    !fv_take_skip(in, 4) || tcp->words < TCP_WORDS)
		return;
	room =
	    least(4UL * (tcp->words - (unsigned)TCP_WORDS), fv_cursor_left(in));
	(void)fv_take_part(in, room, &options);
	tcp->options_length = (uint8_t)room;
	t->captured = (uint8_t)(TCP_HEADER + room);
	read_options(options, tcp);
}

static void
read_udp(struct fv_cursor *in, struct fv_raw_transport *t)
{
	t->captured = (uint8_t)least(fv_cursor_left(in), UDP_HEADER);
	t->udp_length = 0;
	if (fv_take_be16(in, &t->source_port) &&
	    fv_take_be16(in, &t->destination_port) &&
	    fv_take_be16(in, &t->udp_length))
		(void)fv_take_skip(in, 2);
}

/* Put the next 4 or 16 bytes into ${addr}; they are there. */
static void
take_address(struct fv_cursor *in, unsigned version, struct fv_raw_addr *addr)
{
	uint8_t octet[16] = { 0 };

	if (version == 4) {
		(void)fv_take_bytes(in, 4, octet);
		fv_raw_addr_set_ipv4(addr, octet);
	} else {
		(void)fv_take_bytes(in, sizeof(octet), octet);
		fv_raw_addr_set_ipv6(addr, octet);
	}
}

/* What stands behind the checksum; all of the message's ${body} is there. */
static void
read_body(struct fv_cursor *in, unsigned version, struct fv_raw_icmp *icmp)
{
	uint16_t high = 0, low = 0;
	uint8_t pointer = 0;

	switch (icmp->body) {
	case FV_ICMP_ECHO:
		(void)fv_take_be16(in, &icmp->identifier);
		(void)fv_take_be16(in, &low);
		icmp->number = low;
		break;
	case FV_ICMP_NUMBER:
		(void)fv_take_be16(in, &high);
		(void)fv_take_be16(in, &low);
		/*
		 * ICMP has an MTU with one code alone (RFC 1191); the upper
		 * half is a length (RFC 4884).
		 */
		if (version == 6)
			icmp->number = (uint32_t)high << 16 | low;
		else if (icmp->code == CODE_TOO_BIG)
			icmp->number = low;
		break;
	case FV_ICMP_POINTER:
		(void)fv_take_u8(in, &pointer);
		(void)fv_take_skip(in, 3);
		icmp->number = pointer;
		break;
	case FV_ICMP_GATEWAY:
		take_address(in, 4, &icmp->first);
		break;
	case FV_ICMP_TARGET:
		(void)fv_take_be32(in, &icmp->number);
		icmp->number &=
		    icmp->type == NEIGHBOUR_ADVERTISEMENT ? NEIGHBOUR_FLAGS : 0;
		take_address(in, 6, &icmp->first);
		break;
	case FV_ICMP_REDIRECTION:
		(void)fv_take_skip(in, 4);
		take_address(in, 6, &icmp->first);
		take_address(in, 6, &icmp->second);
		break;
	default:
		(void)fv_take_skip(in, 4);
		break;
	}
}

/*
 * A message that is not there up to the end of its body is type and code,
 * as are those that the tables do not name.
 */
static void
read_icmp(struct fv_cursor *in, struct fv_raw_transport *t)
{
	const struct message *message;
	struct fv_raw_icmp *icmp = &t->icmp;

	t->captured = (uint8_t)least(fv_cursor_left(in), ICMP_LEAST);
	icmp->body = FV_ICMP_NOTHING;
	icmp->type = icmp->code = 0;
	if (!fv_take_u8(in, &icmp->type) || !fv_take_u8(in, &icmp->code) ||
	    !fv_take_skip(in, 2) ||
	    (message = message_of(t->kind, icmp->type)) == NULL ||
	    fv_cursor_left(in) < message->length - (size_t)ICMP_LEAST)
		return;
	icmp->body = message->body;
	icmp->identifier = 0;
	icmp->number = 0;
	t->captured = message->length;
	read_body(in, t->kind == FV_TRANSPORT_ICMP ? 4 : 6, icmp);
}

void
fv_layers_transport_read(struct fv_cursor *in, const struct fv_raw_ip *ip,
    struct fv_raw_transport *t)
{
	t->kind = FV_TRANSPORT_NONE;
	t->captured = 0;
	t->source_port = t->destination_port = 0;
	switch (ip->protocol) {
	case PROTOCOL_TCP:
		t->kind = FV_TRANSPORT_TCP;
		read_tcp(in, t);
		break;
	case PROTOCOL_UDP:
		t->kind = FV_TRANSPORT_UDP;
		read_udp(in, t);
		break;
	case PROTOCOL_ICMP:
		t->kind = FV_TRANSPORT_ICMP;
		read_icmp(in, t);
		break;
	case PROTOCOL_ICMPV6:
		t->kind = FV_TRANSPORT_ICMPV6;
		read_icmp(in, t);
		break;
	case PROTOCOL_SCTP:
	case PROTOCOL_DCCP:
	case PROTOCOL_UDP_LITE:
		t->kind = FV_TRANSPORT_PORTS;
		t->captured = (uint8_t)least(fv_cursor_left(in), PORTS);
		if (fv_take_be16(in, &t->source_port))
			(void)fv_take_be16(in, &t->destination_port);
		break;
	default:
		break;
	}
}

bool
fv_layers_transport_quotes(const struct fv_raw_transport *t)
{
	const struct message *message;

	if ((t->kind != FV_TRANSPORT_ICMP && t->kind != FV_TRANSPORT_ICMPV6) ||
	    t->icmp.body == FV_ICMP_NOTHING)
		return false;
	message = message_of(t->kind, t->icmp.type);
	return message != NULL && message->quotes;
}
