#include "anonymize/packets.h"

#include <assert.h>
#include <stdlib.h>

#include "anonymize/packet_frame.h"
#include "anonymize/packet_names.h"
#include "base/memory.h"

/*
 * The longest frame: Ethernet with all tags, IPv6 with all its extension
 * headers of 2048 bytes each, TCP with all options, twice for a quote.
 */
enum { FRAME_MOST = 1 << 16 };

struct fv_packets {
	struct fv_packets_options options;
	struct fv_packet_names *names;
	struct fv_packet_named named[FV_PACKETS_BATCH];
};

_Static_assert(FV_PACKETS_BATCH <= FV_PACKET_NAMES_BATCH,
    "a batch of packets is named at once");

struct fv_packets *
fv_packets_new(const struct fv_key *key,
    const struct fv_packets_options *options, struct fv_err *err)
{
	struct fv_packets *packets;

	if ((packets = fv_memory_new(1, sizeof(*packets), err)) == NULL)
		return NULL;
	packets->options = *options;
	if ((packets->names =
		    fv_packet_names_new(key, &options->mapping, err)) != NULL)
		return packets;
	free(packets);
	return NULL;
}

/* Make room for all frames of a batch, which seldom needs more memory. */
static int
make_room(struct fv_packets_output *output, const struct fv_raw_layers *layers,
    size_t n, struct fv_err *err)
{
	size_t i, need = 0;
	uint8_t *grown;

	for (i = 0; i < n; i++)
		need += layers[i].reach + FV_PACKET_FRAME_SLACK;
	if (need <= output->capacity)
		return 0;
	grown = fv_memory_grow(output->bytes, &output->capacity, need, 1,
	    (size_t)FV_PACKETS_BATCH * FRAME_MOST, err);
	if (grown == NULL)
		return fv_err_within(err, "packets");
	output->bytes = grown;
	return 0;
}

int
fv_packets_build(struct fv_packets *packets, const struct fv_raw_layers *layers,
    size_t n, struct fv_packets_output *output, struct fv_err *err)
{
	struct fv_packets_frame *frame;
	const struct fv_raw_layers *l;
	size_t i, at = 0;

	assert(n <= FV_PACKETS_BATCH);
	output->n = 0;
	if (n == 0)
		return 0;
	if (make_room(output, layers, n, err) == -1 ||
	    fv_packet_names_give(
		packets->names, layers, n, packets->named, err) == -1)
		return -1;
	for (i = 0; i < n; i++) {
		l = &layers[i];
		frame = &output->frame[i];
		frame->time = l->time;
		frame->length = l->length;
		frame->at = (uint32_t)at;
		frame->ethernet =
		    l->has_ethernet && !packets->options.without_link;
		if (frame->ethernet)
			frame->length += l->link_length;
		frame->captured = (uint32_t)fv_packet_frame_build(
		    packets->names, l, &packets->named[i], frame->ethernet,
		    output->bytes + at);
		at += frame->captured;
	}
	output->n = n;
	return 0;
}

void
fv_packets_output_free(struct fv_packets_output *output)
{
	free(output->bytes);
	*output = (struct fv_packets_output){ 0 };
}

void
fv_packets_free(struct fv_packets *packets)
{
	if (packets == NULL)
		return;
	fv_packet_names_free(packets->names);
	free(packets);
}
