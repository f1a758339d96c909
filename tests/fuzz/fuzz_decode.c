#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cursor.h"
#include "convert/decoder.h"

/*
 * Fuzz target of fv_decoder_read: no bytes make it read past a frame, lose
 * count of packets or of fragments that it holds back, or fill in a fact
 * without saying so.
 *
 * The input is: a byte that chooses the link type; a byte with what to do
 * about tunnels, fragments and copies; the FCS length; notes of the records; the
 * side; and frames, each with two bytes for how much longer it was on the
 * wire than captured, two for the seconds since the one before, two for how
 * many bytes were captured, and those bytes, or as many as there are.
 *
 *	make fuzz
 */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Like assert, but in every build. */
#define MUST(what)               \
	do {                     \
		if (!(what))     \
			abort(); \
	} while (0)

/* Those that are decoded, and one that is not. */
static const uint32_t link_types[] = { 1, 0, 12, 14, 101, 108, 113, 228, 229,
	276, 9, 50, 51, 104, 105, 117, 119, 127, 163, 192, 219, 239, 147, 7, 10,
	129, 149, 258 };

enum { OPTION_TUNNELS = 3, OPTION_FRAGMENTS = 4, OPTION_DUPLICATES = 8 };

enum {
	PROTOCOL_ICMP = 1,
	PROTOCOL_TCP = 6,
	PROTOCOL_ICMPV6 = 58,
	FLAG_SYN = 2,
	VLAN_LIMIT = 4096
};

/* What all frames so far were counted as, of which ${passed} packets went on. */
static void
check_counters(const uint64_t counter[FV_COUNTERS], uint64_t frames,
    uint64_t passed, bool all)
{
	uint64_t recorded =
	    counter[FV_COUNT_RECORDED] + counter[FV_COUNT_TUNNEL_RECORDS];
	int i;

	MUST(counter[FV_COUNT_READ] == frames);
	MUST(fv_counters_balance(counter));
	MUST(all ? passed == recorded : passed <= recorded);
	for (i = 0; i < FV_COUNTERS; i++)
		MUST(counter[i] == 0 ||
		    fv_counter_info[i].kind != FV_KIND_FAULT);
	MUST(counter[FV_COUNT_SLIDES_NOT_IPV4] +
		counter[FV_COUNT_SLIDES_TOO_SHORT] <=
	    frames);
	MUST(counter[FV_COUNT_IPV4] + counter[FV_COUNT_IPV6] ==
	    counter[FV_COUNT_RECORDED]);
	MUST(counter[FV_COUNT_TUNNEL_SHORT] +
		counter[FV_COUNT_TUNNEL_MALFORMED] +
		counter[FV_COUNT_TUNNEL_NOT_IP] +
		counter[FV_COUNT_TUNNEL_DEEP] <=
	    counter[FV_COUNT_TUNNELLED]);
	MUST(counter[FV_COUNT_TUNNELLED] <= counter[FV_COUNT_RECORDED]);
}

/* Facts that FV_HAS_ does not name are zero; those it does are possible. */
static void
check_facts(const struct fv_raw_packet *p)
{
	static const struct fv_raw_packet zero;

	if ((p->has & FV_HAS_PORTS) == 0)
		MUST(p->source_port == 0 && p->destination_port == 0);
	if ((p->has & FV_HAS_ICMP) == 0)
		MUST(p->icmp_type == 0 && p->icmp_code == 0);
	else
		MUST(p->protocol == PROTOCOL_ICMP ||
		    p->protocol == PROTOCOL_ICMPV6);
	if ((p->has & FV_HAS_TCP_FLAGS) == 0)
		MUST(p->tcp_flags == 0 && (p->has & FV_HAS_SYN) == 0);
	else
		MUST(p->protocol == PROTOCOL_TCP && (p->has & FV_HAS_PORTS));
	if ((p->has & FV_HAS_SYN) == 0)
		MUST(memcmp(&p->syn, &zero.syn, sizeof(zero.syn)) == 0);
	else
		MUST((p->tcp_flags & FLAG_SYN) != 0 && p->syn.ttl == 0);
	if ((p->has & FV_HAS_SOURCE_MAC) == 0)
		MUST(memcmp(&p->source_mac, &zero.source_mac,
			 sizeof(zero.source_mac)) == 0);
	if ((p->has & FV_HAS_VLAN) == 0)
		MUST(p->vlan == 0);
	MUST(p->vlan < VLAN_LIMIT);
}

static void
check_packet(const struct fv_raw_packet *p)
{
	bool v4 = p->source.ip_version == 4;

	check_facts(p);
	MUST(v4 || p->source.ip_version == 6);
	MUST(p->source.ip_version == p->destination.ip_version);
	MUST(p->bytes >= (v4 ? 20 : 40));
	MUST(p->encapsulation <= FV_ENCAPSULATION_MPLS);
	MUST(p->tunnel == 0 || p->encapsulation >= FV_ENCAPSULATION_GRE);
	MUST((p->has & FV_HAS_FIRST) == 0 || p->fragment == FV_FRAGMENT_LATER);
	if (p->fragment == FV_FRAGMENT_LATER && (p->has & FV_HAS_FIRST) == 0)
		MUST((p->has &
			 (FV_HAS_PORTS | FV_HAS_ICMP | FV_HAS_TCP_FLAGS)) == 0);
}

/* Take what the decoder held back; returns how many. */
static uint64_t
take_ready(struct fv_decoder *decoder)
{
	struct fv_raw_packet packets[3];
	uint64_t taken = 0;
	size_t i, n;

	while (fv_decoder_ready(decoder) > 0) {
		n = fv_decoder_take(decoder, packets, 3);
		MUST(n > 0);
		for (i = 0; i < n; i++)
			check_packet(&packets[i]);
		taken += n;
	}
	return taken;
}

/* Decode frames from ${in}, all as ${frame} says. */
static void
decode_frames(
    struct fv_decoder *decoder, struct fv_frame frame, struct fv_cursor *in)
{
	struct fv_raw_packet packets[FV_DECODER_PACKETS];
	uint64_t counter[FV_COUNTERS] = { 0 };
	uint64_t frames = 0, passed = 0;
	enum fv_counter outcome;
	uint16_t more, later, length;
	struct fv_err err;
	uint8_t *copy;
	int i, n;

	while (fv_take_be16(in, &more) && fv_take_be16(in, &later) &&
	    fv_take_be16(in, &length)) {
		if (length > fv_cursor_left(in))
			length = (uint16_t)fv_cursor_left(in);
		/* Of the size itself, so that a sanitizer sees its end. */
		MUST((copy = malloc(length + (length == 0))) != NULL);
		(void)fv_take_bytes(in, length, copy);
		frame.bytes = copy;
		frame.captured = length;
		frame.length = frame.captured + more;
		frame.time += later * INT64_C(1000000000);
		memset(packets, 0xa5, sizeof(packets));
		n = fv_decoder_read(
		    decoder, &frame, packets, &outcome, counter, &err);
		free(copy);
		MUST(n >= 0 && n <= FV_DECODER_PACKETS);
		MUST(n == 0 || outcome == FV_COUNT_RECORDED);
		for (i = 0; i < n; i++) {
			check_packet(&packets[i]);
			MUST(packets[i].time == frame.time);
		}
		passed += (uint64_t)n + take_ready(decoder);
		check_counters(counter, ++frames, passed, false);
	}
	fv_decoder_end(decoder, counter);
	passed += take_ready(decoder);
	check_counters(counter, frames, passed, true);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct fv_cursor in = fv_cursor_over(bytes, size);
	struct fv_decoder_options options = { 0 };
	struct fv_frame frame = { .time = 1 };
	char ethertypes[FV_ETHERTYPES_TEXT];
	struct fv_decoder *decoder;
	uint8_t link, what;
	struct fv_err err;

	if (!fv_take_u8(&in, &link) || !fv_take_u8(&in, &what) ||
	    !fv_take_u8(&in, &frame.fcs_length) ||
	    !fv_take_u8(&in, &frame.notes) || !fv_take_u8(&in, &frame.side))
		return 0;
	frame.link_type =
	    link_types[link % (sizeof(link_types) / sizeof(link_types[0]))];
	options.tunnels = (enum fv_tunnels)(what % OPTION_TUNNELS);
	options.fragment_ports = (what & OPTION_FRAGMENTS) != 0;
	options.drop_duplicates = (what & OPTION_DUPLICATES) != 0;
	MUST((decoder = fv_decoder_new(&options, &err)) != NULL);
	decode_frames(decoder, frame, &in);
	fv_decoder_ethertypes(decoder, ethertypes);
	MUST(memchr(ethertypes, 0, sizeof(ethertypes)) != NULL);
	fv_decoder_free(decoder);
	return 0;
}
