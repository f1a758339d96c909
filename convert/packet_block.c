#include "convert/packet_block.h"

#include <string.h>

#include "base/attributes.h"

enum {
	SECTION = 0x0a0d0d0a,
	ORDER_MAGIC = 0x1a2b3c4d,
	INTERFACE = 1,
	STATISTICS = 5,
	ENHANCED = 6
};

/* Options, and what they say. */
enum {
	OPTION_END = 0,
	IF_TSRESOL = 9,
	NANOSECONDS = 9, /* 10^-9 s */
	EPB_FLAGS = 2,
	FLAGS_INBOUND = 1,
	FLAGS_OUTBOUND = 2,
	ISB_IFRECV = 4,
	ISB_IFDROP = 5,
	ISB_OSDROP = 7
};

/* An option of four bytes, and the end of the options, with their heads. */
enum { FLAGS_LENGTH = 12 };

#define le16 fv_packet_block_le16
#define le32 fv_packet_block_le32

static void
le64(uint8_t *at, uint64_t value)
{
	le32(at, (uint32_t)value);
	le32(at + 4, (uint32_t)(value >> 32));
}

/* Times stand as two words, the upper one first. */
static void
put_time(uint8_t *at, int64_t time)
{
	le32(at, (uint32_t)((uint64_t)time >> 32));
	le32(at + 4, (uint32_t)time);
}

static void
put_option(uint8_t *at, unsigned code, unsigned length)
{
	le16(at, code);
	le16(at + 2, length);
}

/* Type and length in front of a block of ${length} bytes, and behind it. */
static void
frame_block(uint8_t *block, uint32_t type, uint32_t length)
{
	le32(block, type);
	le32(block + 4, length);
	le32(block + length - 4, length);
}

void
fv_packet_block_section(uint8_t block[FV_PACKET_BLOCK_SECTION])
{
	frame_block(block, SECTION, FV_PACKET_BLOCK_SECTION);
	le32(block + 8, ORDER_MAGIC);
	le16(block + 12, 1); /* version 1.0 */
	le16(block + 14, 0);
	memset(block + 16, UINT8_MAX, 8); /* its length is not told */
}

void
fv_packet_block_interface(uint8_t block[FV_PACKET_BLOCK_INTERFACE],
    uint16_t link_type, uint32_t snapshot_length)
{
	memset(block, 0, FV_PACKET_BLOCK_INTERFACE);
	frame_block(block, INTERFACE, FV_PACKET_BLOCK_INTERFACE);
	le16(block + 8, link_type);
	le32(block + 12, snapshot_length);
	put_option(block + 16, IF_TSRESOL, 1);
	block[20] = NANOSECONDS;
	put_option(block + 24, OPTION_END, 0);
}

static size_t
padding(const struct fv_packet_block *packet)
{
	return -packet->captured % 4U;
}

static size_t
tail_size(const struct fv_packet_block *packet)
{
	return padding(packet) + 4 +
	    (packet->side == FV_SIDE_BOTH ? 0 : FLAGS_LENGTH);
}

size_t
fv_packet_block_size(const struct fv_packet_block *packet)
{
	return FV_PACKET_BLOCK_HEAD + (size_t)packet->captured +
	    tail_size(packet);
}

void
fv_packet_block_head(
    uint8_t head[FV_PACKET_BLOCK_HEAD], const struct fv_packet_block *packet)
{
	le32(head, ENHANCED);
	le32(head + 4, (uint32_t)fv_packet_block_size(packet));
	le32(head + 8, packet->interface);
	put_time(head + 12, packet->time);
	le32(head + 20, packet->captured);
	le32(head + 24, packet->length);
}

size_t
fv_packet_block_tail(
    uint8_t tail[FV_PACKET_BLOCK_TAIL], const struct fv_packet_block *packet)
{
	size_t at = padding(packet);

	memset(tail, 0, at);
	if (packet->side != FV_SIDE_BOTH) {
		put_option(tail + at, EPB_FLAGS, 4);
		le32(tail + at + 4,
		    packet->side == FV_SIDE_INBOUND ? FLAGS_INBOUND
						    : FLAGS_OUTBOUND);
		put_option(tail + at + 8, OPTION_END, 0);
		at += FLAGS_LENGTH;
	}
	le32(tail + at, (uint32_t)fv_packet_block_size(packet));
	return at + 4;
}

void
fv_packet_block_statistics(uint8_t block[FV_PACKET_BLOCK_STATISTICS],
    const struct fv_packet_block_statistics *s)
{
	const struct {
		unsigned code;
		uint64_t count;
	} options[] = {
		{ ISB_IFRECV, s->received },
		{ ISB_IFDROP, s->dropped_by_interface },
		{ ISB_OSDROP, s->dropped_by_system },
	};
	uint8_t *at = block + 20;
	size_t i;

	frame_block(block, STATISTICS, FV_PACKET_BLOCK_STATISTICS);
	le32(block + 8, s->interface);
	put_time(block + 12, s->time);
	for (i = 0; i < FV_COUNT(options); i++) {
		put_option(at, options[i].code, 8);
		le64(at + 4, options[i].count);
		at += 12;
	}
	put_option(at, OPTION_END, 0);
}

void
fv_packet_block_clock(uint8_t block[FV_PACKET_BLOCK_CLOCK], int64_t time)
{
	frame_block(block, STATISTICS, FV_PACKET_BLOCK_CLOCK);
	le32(block + 8, 0);
	put_time(block + 12, time);
}
