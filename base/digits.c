#include "base/digits.h"

#include <string.h>

/* "00" to "99". */
static const char pairs[] =
    "00010203040506070809101112131415161718192021222324"
    "25262728293031323334353637383940414243444546474849"
    "50515253545556575859606162636465666768697071727374"
    "75767778798081828384858687888990919293949596979899";

static inline char *
put_pair(char *to, uint32_t value)
{
	memcpy(to, pairs + (size_t)2 * value, 2);
	return to + 2;
}

/* ${value} below 10^4 as four digits, below 10^8 as eight. */
static inline char *
put_four(char *to, uint32_t value)
{
	to = put_pair(to, value / 100);
	return put_pair(to, value % 100);
}

static inline char *
put_eight(char *to, uint32_t value)
{
	to = put_four(to, value / 10000);
	return put_four(to, value % 10000);
}

/* ${value} below 10^4, without leading zeros. */
static inline char *
put_short(char *to, uint32_t value)
{
	if (value >= 1000)
		return put_four(to, value);
	if (value >= 100) {
		*to++ = (char)('0' + value / 100);
		return put_pair(to, value % 100);
	}
	if (value >= 10)
		return put_pair(to, value);
	*to++ = (char)('0' + value);
	return to;
}

char *
fv_digits_u32(char *to, uint32_t value)
{
	if (value < 10000)
		return put_short(to, value);
	if (value < 100000000) {
		to = put_short(to, value / 10000);
		return put_four(to, value % 10000);
	}
	to = put_short(to, value / 100000000);
	return put_eight(to, value % 100000000);
}

char *
fv_digits_u64(char *to, uint64_t value)
{
	const uint64_t eight = 100000000;

	if (value <= UINT32_MAX)
		return fv_digits_u32(to, (uint32_t)value);
	if (value < eight * eight) {
		to = fv_digits_u32(to, (uint32_t)(value / eight));
		return put_eight(to, (uint32_t)(value % eight));
	}
	to = put_short(to, (uint32_t)(value / (eight * eight)));
	value %= eight * eight;
	to = put_eight(to, (uint32_t)(value / eight));
	return put_eight(to, (uint32_t)(value % eight));
}

char *
fv_digits_i64(char *to, int64_t value)
{
	if (value >= 0)
		return fv_digits_u64(to, (uint64_t)value);
	*to++ = '-';
	return fv_digits_u64(to, 0 - (uint64_t)value);
}

char *
fv_digits_two(char *to, uint32_t value)
{
	return put_pair(to, value);
}

char *
fv_digits_nine(char *to, uint32_t value)
{
	*to++ = (char)('0' + value / 100000000);
	return put_eight(to, value % 100000000);
}
