#include "tests/unit/packet_bed.h"

#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "anonymize/mapping.h"
#include "tests/unit/addresses.h"

void
fv_packet_bed_frame(
    struct fv_packet_bed *bed, const struct fv_frame *frame, bool without_link)
{
	const struct fv_packets_options options = { .without_link =
							without_link };
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

void
fv_packet_bed_begin(struct fv_packet *p, unsigned version)
{
	fv_packet_start(p);
	fv_packet_ethernet(p);
	if (version == 4)
		fv_packet_ipv4(p, NULL);
	else
		fv_packet_ipv6(p, NULL);
}

uint32_t
fv_packet_bed_pseudo(const struct fv_packet_bed *bed, unsigned version,
    size_t ip, uint32_t protocol, uint32_t length)
{
	size_t at = ip + (version == 4 ? 12 : 8);
	size_t end = ip + (version == 4 ? 20 : 40);
	uint32_t sum = protocol + length;

	for (; at < end; at += 2)
		sum += fv_packet_bed_16(bed, at);
	return sum;
}

void
fv_packet_bed_published(const char *text, uint8_t octet[16])
{
	struct fv_raw_addr raw = fv_raw_address(text);
	struct fv_key *key = fv_key_of_hex(FV_REFERENCE_KEY);
	struct fv_published_addr addr;
	const struct fv_mapping_options options = { 0 };
	struct fv_mapping *m;
	struct fv_err err;

	if ((m = fv_mapping_new(key, &options, &err)) == NULL ||
	    fv_mapping_map(m, &raw, 1, &addr, &err) == -1)
		abort();
	memcpy(octet, addr.octet, 16);
	fv_mapping_free(m);
	fv_key_free(key);
}

void
fv_packet_bed_turn(struct fv_packet *p)
{
	uint8_t octet[4];

	memcpy(octet, p->bytes + p->ip + 12, 4);
	memmove(p->bytes + p->ip + 12, p->bytes + p->ip + 16, 4);
	memcpy(p->bytes + p->ip + 16, octet, 4);
}

void
fv_packet_bed_segment(const struct fv_packet_ip *ip, bool back, uint16_t from,
    uint16_t to, uint32_t sequence, uint32_t acknowledgment, uint32_t number[2])
{
	static struct fv_packet_bed bed;
	static struct fv_packet p;

	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, ip);
	fv_packet_tcp(&p, from, to, FV_PACKET_ACK, NULL, 0);
	if (back)
		fv_packet_bed_turn(&p);
	fv_packet_finish(&p);
	fv_packet_put32(&p, p.transport + 4, sequence);
	fv_packet_put32(&p, p.transport + 8, acknowledgment);
	fv_packet_bed_pass(&bed, &p);
	number[0] = fv_packet_bed_32(&bed, 14 + 20 + 4);
	number[1] = fv_packet_bed_32(&bed, 14 + 20 + 8);
}
