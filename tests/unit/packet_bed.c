#include "tests/unit/packet_bed.h"

#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "tests/unit/addresses.h"

void
fv_packet_bed_frame(
    struct fv_packet_bed *bed, const struct fv_frame *frame, bool without_link)
{
	const struct fv_packets_options options = { without_link };
	struct fv_key *key = fv_key_of_hex(FV_REFERENCE_KEY);
	struct fv_packets_output output = { 0 };
	struct fv_packets *packets;
	struct fv_err err;

	/* Not zeros: what is not decoded must not be relied on. */
	memset(bed, 0xa5, sizeof(*bed));
	bed->captured = 0;
	bed->length = 0;
	packets = fv_packets_new(key, &options, &err);
	fv_key_free(key);
	if (packets == NULL)
		abort();
	CU_ASSERT_TRUE(fv_layers_read(frame, &bed->layers));
	if (fv_layers_read(frame, &bed->layers)) {
		if (fv_packets_build(packets, &bed->layers, 1, &output, &err) ==
		    -1)
			abort();
		bed->captured = output.frame[0].captured;
		bed->length = output.frame[0].length;
		bed->ethernet = output.frame[0].ethernet;
		memcpy(bed->bytes, output.bytes + output.frame[0].at,
		    bed->captured);
	}
	fv_packets_output_free(&output);
	fv_packets_free(packets);
}

void
fv_packet_bed_pass(struct fv_packet_bed *bed, const struct fv_packet *p)
{
	struct fv_frame frame = fv_packet_frame(p);

	fv_packet_bed_frame(bed, &frame, false);
}

uint16_t
fv_packet_bed_16(const struct fv_packet_bed *bed, size_t at)
{
	if (at + 2 > bed->captured)
		return 0;
	return (uint16_t)(bed->bytes[at] << 8 | bed->bytes[at + 1]);
}

uint32_t
fv_packet_bed_32(const struct fv_packet_bed *bed, size_t at)
{
	return (uint32_t)fv_packet_bed_16(bed, at) << 16 |
	    fv_packet_bed_16(bed, at + 2);
}

bool
fv_packet_bed_holds(
    const uint8_t *bytes, size_t n, const uint8_t *mark, size_t size)
{
	uint8_t reverse[4];
	size_t i, k;

	for (k = 0; k + 4 <= size; k++) {
		for (i = 0; i < 4; i++)
			reverse[i] = mark[k + 3 - i];
		if (memmem(bytes, n, mark + k, 4) != NULL ||
		    memmem(bytes, n, reverse, 4) != NULL)
			return true;
	}
	return false;
}

uint16_t
fv_packet_bed_sum(const struct fv_packet_bed *bed, size_t from, uint32_t pseudo)
{
	uint32_t sum = pseudo;

	for (; from + 1 < bed->captured; from += 2)
		sum += fv_packet_bed_16(bed, from);
	if (from < bed->captured)
		sum += (uint32_t)bed->bytes[from] << 8;
	while (sum >> 16 != 0)
		sum = (sum >> 16) + (sum & UINT16_MAX);
	return (uint16_t)~sum;
}
