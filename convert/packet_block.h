#ifndef CONVERT_PACKET_BLOCK_H
#define CONVERT_PACKET_BLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "datasets/counters.h"

/*
 * Blocks of a pcapng capture as they are written (draft-ietf-opsawg-pcapng):
 * little-endian, times in nanoseconds.  Nobody's name is in them, no
 * comment, and no clock but that of the packets.
 */

/* How long they are; of a packet what stands before and behind its bytes. */
enum {
	FV_PACKET_BLOCK_SECTION = 28,
	FV_PACKET_BLOCK_INTERFACE = 32,
	FV_PACKET_BLOCK_STATISTICS = 64,
	FV_PACKET_BLOCK_CLOCK = 24,
	FV_PACKET_BLOCK_HEAD = 28,
	FV_PACKET_BLOCK_TAIL = 19 /* at most: padding, which way it went, end */
};

/* A packet: section 4.3. */
struct fv_packet_block {
	int64_t time;       /* ns since 1970, not below 0 */
	uint32_t interface; /* in order of their descriptions, from 0 */
	uint32_t captured;  /* bytes that stand between head and tail */
	uint32_t length;    /* bytes that were on the wire */
	enum fv_side side;  /* BOTH: it is not said which way it went */
};

/* What became of the packets of an interface: section 4.6. */
struct fv_packet_block_statistics {
	uint32_t interface;
	int64_t time;                  /* of counting; ns since 1970 */
	uint64_t received;             /* isb_ifrecv */
	uint64_t dropped_by_interface; /* isb_ifdrop */
	uint64_t dropped_by_system;    /* isb_osdrop */
};

/* Write the block that begins a capture; its length is not told. */
void fv_packet_block_section(uint8_t block[FV_PACKET_BLOCK_SECTION]);

/*
 * Write the description of the next interface: its LINKTYPE_ value and the
 * most bytes that are kept of a packet, 0 for all.
 */
void fv_packet_block_interface(uint8_t block[FV_PACKET_BLOCK_INTERFACE],
    uint16_t link_type, uint32_t snapshot_length);

/*
 * Write what stands before the bytes of ${packet}, and what stands behind
 * them; the latter returns its length.
 */
void fv_packet_block_head(
    uint8_t head[FV_PACKET_BLOCK_HEAD], const struct fv_packet_block *packet);
size_t fv_packet_block_tail(
    uint8_t tail[FV_PACKET_BLOCK_TAIL], const struct fv_packet_block *packet);

/* The length of all three. */
size_t fv_packet_block_size(const struct fv_packet_block *packet);

/* Write ${statistics}. */
void fv_packet_block_statistics(uint8_t block[FV_PACKET_BLOCK_STATISTICS],
    const struct fv_packet_block_statistics *statistics);

/*
 * Write statistics that count nothing: only that no packet from before
 * ${time} follows (fv_capture_tell_time).
 */
void fv_packet_block_clock(uint8_t block[FV_PACKET_BLOCK_CLOCK], int64_t time);

/* Numbers as these blocks have them. */
static inline void
fv_packet_block_le16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)value;
	at[1] = (uint8_t)(value >> 8);
}

static inline void
fv_packet_block_le32(uint8_t *at, uint32_t value)
{
	fv_packet_block_le16(at, value & UINT16_MAX);
	fv_packet_block_le16(at + 2, value >> 16);
}

#endif
