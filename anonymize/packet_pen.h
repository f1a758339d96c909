#ifndef ANONYMIZE_PACKET_PEN_H
#define ANONYMIZE_PACKET_PEN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * Writing headers, byte after byte in network order, where the caller made
 * room.  For packet_frame.c and packet_transport.c alone.
 */
struct fv_pen {
	uint8_t *at;
};

static inline void
fv_pen_put8(struct fv_pen *pen, unsigned value)
{
	*pen->at++ = (uint8_t)value;
}

static inline void
fv_pen_set16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static inline void
fv_pen_put16(struct fv_pen *pen, unsigned value)
{
	fv_pen_set16(pen->at, value);
	pen->at += 2;
}

static inline void
fv_pen_put32(struct fv_pen *pen, uint32_t value)
{
	fv_pen_put16(pen, value >> 16);
	fv_pen_put16(pen, value & UINT16_MAX);
}

static inline void
fv_pen_bytes(struct fv_pen *pen, const uint8_t *from, size_t n)
{
	memcpy(pen->at, from, n);
	pen->at += n;
}

static inline void
fv_pen_fill(struct fv_pen *pen, uint8_t value, size_t n)
{
	memset(pen->at, value, n);
	pen->at += n;
}

/* Add ${n} bytes to a sum of 16-bit words; an odd one is padded (RFC 1071). */
static inline uint64_t
fv_pen_sum(uint64_t sum, const uint8_t *at, size_t n)
{
	for (; n >= 2; n -= 2, at += 2)
		sum += (unsigned)at[0] << 8 | at[1];
	return n == 1 ? sum + ((unsigned)at[0] << 8) : sum;
}

/* The checksum of that sum. */
static inline uint16_t
fv_pen_checksum(uint64_t sum)
{
	while (sum > UINT16_MAX)
		sum = (sum >> 16) + (sum & UINT16_MAX);
	return (uint16_t)~sum;
}

#endif
