#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cursor.h"
#include "convert/decode.h"

/*
 * Fuzz target of fv_decode_frame: no bytes make it read past the frame,
 * lose count, or fill in a fact without saying so.
 *
 * The input is: a byte that chooses the link type; the FCS length; notes of
 * the record; the side; two bytes, by how much the frame was longer on the
 * wire than captured; and the frame.
 *
 *	clang -std=c17 -D_GNU_SOURCE -I. -g -O1 \
 *	    -fsanitize=fuzzer,address,undefined tests/fuzz/fuzz_decode.c \
 *	    convert/decode*.c convert/slides_counters.c datasets/counters.c
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
	276, 127 };

enum {
	PROTOCOL_ICMP = 1,
	PROTOCOL_TCP = 6,
	PROTOCOL_ICMPV6 = 58,
	FLAG_SYN = 2,
	VLAN_LIMIT = 4096
};

static void
check_counters(const uint64_t counter[FV_COUNTERS], enum fv_counter outcome)
{
	int i;

	MUST(counter[FV_COUNT_READ] == 1);
	MUST(counter[outcome] == 1);
	MUST(fv_counters_balance(counter));
	for (i = 0; i < FV_COUNTERS; i++) {
		MUST(counter[i] <= 1);
		MUST(counter[i] == 0 ||
		    fv_counter_info[i].kind != FV_KIND_FAULT);
	}
	MUST(counter[FV_COUNT_SLIDES_NOT_IPV4] +
		counter[FV_COUNT_SLIDES_TOO_SHORT] <=
	    1);
	MUST(counter[FV_COUNT_FRAGMENT_FIRST] +
		counter[FV_COUNT_FRAGMENT_LATER] <=
	    1);
	MUST(counter[FV_COUNT_IPV4] + counter[FV_COUNT_IPV6] ==
	    counter[FV_COUNT_RECORDED]);
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
check_packet(const struct fv_raw_packet *p, const struct fv_frame *frame,
    const uint64_t counter[FV_COUNTERS])
{
	bool v4 = p->source.ip_version == 4;

	check_facts(p);
	MUST(p->time == frame->time && p->side == frame->side);
	MUST(v4 || p->source.ip_version == 6);
	MUST(p->source.ip_version == p->destination.ip_version);
	MUST(counter[v4 ? FV_COUNT_IPV4 : FV_COUNT_IPV6] == 1);
	MUST(p->bytes >= (v4 ? 20 : 40));
	MUST(counter[FV_COUNT_VLAN_TAGGED] == !!(p->has & FV_HAS_VLAN));
	MUST(counter[FV_COUNT_FRAGMENT_FIRST] ==
	    (p->fragment == FV_FRAGMENT_FIRST));
	MUST(counter[FV_COUNT_FRAGMENT_LATER] ==
	    (p->fragment == FV_FRAGMENT_LATER));
	if (p->fragment == FV_FRAGMENT_LATER)
		MUST(
		    (p->has &
			(FV_HAS_PORTS | FV_HAS_ICMP | FV_HAS_TCP_FLAGS)) == 0 &&
		    counter[FV_COUNT_TRANSPORT_SHORT] == 0);
	if (counter[FV_COUNT_TRANSPORT_SHORT] != 0)
		MUST((p->has & (FV_HAS_ICMP | FV_HAS_TCP_FLAGS)) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct fv_cursor in = fv_cursor_over(bytes, size);
	uint64_t counter[FV_COUNTERS] = { 0 };
	struct fv_frame frame = { .time = 1 };
	struct fv_decode_rest rest;
	struct fv_raw_packet packet;
	enum fv_counter outcome;
	uint16_t more;
	uint8_t link;

	if (!fv_take_u8(&in, &link) || !fv_take_u8(&in, &frame.fcs_length) ||
	    !fv_take_u8(&in, &frame.notes) || !fv_take_u8(&in, &frame.side) ||
	    !fv_take_be16(&in, &more) || fv_cursor_left(&in) > FV_FRAME_LIMIT)
		return 0;
	frame.bytes = in.at;
	frame.captured = (uint32_t)fv_cursor_left(&in);
	frame.length = frame.captured + more;
	frame.link_type =
	    link_types[link % (sizeof(link_types) / sizeof(link_types[0]))];

	memset(&packet, 0xa5, sizeof(packet));
	outcome = fv_decode_frame(&frame, &packet, &rest, counter);
	check_counters(counter, outcome);
	if (outcome == FV_COUNT_RECORDED)
		check_packet(&packet, &frame, counter);
	return 0;
}
