#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "anonymize/packets.h"
#include "base/cursor.h"
#include "convert/decode.h"
#include "convert/layers.h"

/*
 * Fuzz target of the road from a frame to a header-only packet: every frame
 * that the flow decoder records is built, and says the same to it again; no
 * byte behind the headers changes what is built, and nothing that was not
 * read is written.
 *
 * The input is: a byte that chooses the link type; the FCS length; two
 * bytes, by how much the frame was longer on the wire than captured; and
 * the frame.
 *
 *	make FLAVOUR=fuzz run-fuzz-layers
 */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Like assert, but in every build. */
#define MUST(what)               \
	do {                     \
		if (!(what))     \
			abort(); \
	} while (0)

static const uint32_t link_types[] = { 1, 0, 12, 14, 101, 108, 113, 228, 229,
	276 };

static struct fv_packets *packets;

static void
set_up(void)
{
	const struct fv_packets_options options = { 0 };
	const uint8_t secret[FV_KEY_SIZE] = { 1, 2, 3 };
	struct fv_key *key;
	struct fv_err err;

	MUST((key = fv_key_import(secret, &err)) != NULL);
	MUST((packets = fv_packets_new(key, &options, &err)) != NULL);
	fv_key_free(key);
}

/* Build ${frame}, from a struct that held ${before} in every byte. */
static void
build(const struct fv_frame *frame, int before,
    struct fv_packets_output *output, struct fv_raw_layers *layers)
{
	struct fv_err err;

	memset(layers, before, sizeof(*layers));
	MUST(fv_layers_read(frame, layers));
	MUST(fv_packets_build(packets, layers, 1, output, &err) == 0);
	MUST(output->frame[0].captured <= frame->captured);
	MUST(output->frame[0].captured <= output->frame[0].length);
}

static void
check_same(const struct fv_packets_output *a, const struct fv_packets_output *b)
{
	MUST(a->frame[0].captured == b->frame[0].captured);
	MUST(a->frame[0].length == b->frame[0].length);
	MUST(memcmp(a->bytes, b->bytes, a->frame[0].captured) == 0);
}

/* What was built is, to the flow decoder, what ${packet} was. */
static void
check_decoded(
    const struct fv_packets_output *output, const struct fv_raw_packet *packet)
{
	uint64_t counter[FV_COUNTERS] = { 0 };
	const struct fv_packets_frame *built = &output->frame[0];
	const struct fv_frame frame = {
		.bytes = output->bytes,
		.captured = built->captured,
		.length = (uint32_t)built->length,
		.time = built->time,
		.link_type = built->ethernet ? 1 : 101,
	};
	struct fv_decode_rest rest;
	struct fv_raw_packet again;

	MUST(fv_decode_frame(&frame, &again, &rest, counter) ==
	    FV_COUNT_RECORDED);
	MUST(again.bytes == packet->bytes);
	MUST(again.protocol == packet->protocol);
	MUST(again.fragment == packet->fragment);
	MUST(again.tcp_flags == packet->tcp_flags);
	MUST(again.source_port == packet->source_port);
	MUST(again.destination_port == packet->destination_port);
	MUST(again.icmp_type == packet->icmp_type);
	MUST(again.icmp_code == packet->icmp_code);
	MUST(again.syn.mss == packet->syn.mss);
	MUST(again.syn.window == packet->syn.window);
}

/* Spoil all that lies behind the headers: it must not matter. */
static void
check_payload(struct fv_frame frame, const struct fv_raw_layers *layers,
    const struct fv_packets_output *output)
{
	static uint8_t spoilt[FV_FRAME_LIMIT];
	struct fv_packets_output other = { 0 };
	struct fv_raw_layers again;
	size_t i;

	memcpy(spoilt, frame.bytes, frame.captured);
	for (i = layers->reach; i < frame.captured; i++)
		spoilt[i] ^= 0x5a;
	frame.bytes = spoilt;
	build(&frame, 0, &other, &again);
	check_same(output, &other);
	fv_packets_output_free(&other);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct fv_cursor in = fv_cursor_over(bytes, size);
	struct fv_packets_output one = { 0 }, two = { 0 };
	uint64_t counter[FV_COUNTERS] = { 0 };
	struct fv_frame frame = { .time = 1 };
	struct fv_raw_layers layers;
	struct fv_decode_rest rest;
	struct fv_raw_packet packet;
	uint16_t more;
	uint8_t link;

	if (packets == NULL)
		set_up();
	if (!fv_take_u8(&in, &link) || !fv_take_u8(&in, &frame.fcs_length) ||
	    !fv_take_be16(&in, &more) || fv_cursor_left(&in) > FV_FRAME_LIMIT)
		return 0;
	frame.bytes = in.at;
	frame.captured = (uint32_t)fv_cursor_left(&in);
	frame.length = frame.captured + more;
	frame.link_type =
	    link_types[link % (sizeof(link_types) / sizeof(link_types[0]))];
	if (fv_decode_frame(&frame, &packet, &rest, counter) !=
	    FV_COUNT_RECORDED)
		return 0;
	build(&frame, 0, &one, &layers);
	check_decoded(&one, &packet);
	build(&frame, 0xa5, &two, &layers);
	check_same(&one, &two);
	if (layers.transport.kind != FV_TRANSPORT_ICMP &&
	    layers.transport.kind != FV_TRANSPORT_ICMPV6)
		check_payload(frame, &layers, &one);
	fv_packets_output_free(&one);
	fv_packets_output_free(&two);
	return 0;
}
