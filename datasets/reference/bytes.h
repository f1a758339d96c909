#ifndef DATASETS_REFERENCE_BYTES_H
#define DATASETS_REFERENCE_BYTES_H

#include <stdint.h>

/* Numbers in network order, into room that the caller has. */
static inline void
fv_bytes_put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static inline void
fv_bytes_put32(uint8_t *at, uint32_t value)
{
	fv_bytes_put16(at, value >> 16);
	fv_bytes_put16(at + 2, value);
}

#endif
