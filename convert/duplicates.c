#include "convert/duplicates.h"

#include <stddef.h>
#include <string.h>

#include "base/hash.h"

/*
 * What is looked at, with what is behind an IP header: sequence numbers.
 * Where no identification tells packets apart (RFC 6864), further on.
 */
enum {
	HEADER_IPV4 = 20,
	LOOK_IPV4 = 32,
	HEADER_IPV6 = 40,
	LOOK_IPV6 = 56,
	LOOK_FAR = 128
};

/*
 * Not secret: who finds packets that agree under it can have copies counted
 * that are none, and could as well send copies.
 */
static const uint64_t key[] = { UINT64_C(0x9e3779b97f4a7c15),
	UINT64_C(0xbf58476d1ce4e5b9), UINT64_C(0x94d049bb133111eb),
	UINT64_C(0xd6e8feb86659fd93) };

/* ${bytes}, of which the ones to be passed by are 0 in ${mask}. */
static inline uint64_t
word(const uint8_t *bytes, const uint8_t mask[8])
{
	uint64_t value, kept;

	memcpy(&value, bytes, sizeof(value));
	memcpy(&kept, mask, sizeof(kept));
	return value & kept;
}

static inline uint64_t
plain(const uint8_t *bytes)
{
	uint64_t value;

	memcpy(&value, bytes, sizeof(value));
	return value;
}

/*
 * Eight bytes from ${at} on, of ${n} >= 8 that were captured: zeros for those
 * that were not.
 */
static inline uint64_t
captured_word(const uint8_t *bytes, size_t at, size_t n)
{
	if (at + 8 <= n)
		return plain(bytes + at);
	return at < n ? plain(bytes + n - 8) >> 8 * (at + 8 - n) : 0;
}

/*
 * All but the TTL, and the checksum that follows from it, of a header and
 * what else is among ${n} bytes.
 */
static inline uint64_t
like_ipv4(const uint8_t *b, size_t n)
{
	static const uint8_t mask[8] = { 0, 255, 0, 0, 255, 255, 255, 255 };

	return fv_hash_fold(plain(b) ^ key[0], word(b + 8, mask) ^ key[1]) ^
	    fv_hash_fold(captured_word(b, 16, n) ^ key[2],
		captured_word(b, 24, n) ^ key[3]);
}

/* All but the hop limit, likewise. */
static inline uint64_t
like_ipv6(const uint8_t *b, size_t n)
{
	static const uint8_t mask[8] = { 255, 255, 255, 255, 255, 255, 255, 0 };

	return fv_hash_fold(word(b, mask) ^ key[0], plain(b + 8) ^ key[1]) ^
	    fv_hash_fold(plain(b + 16) ^ key[2], plain(b + 24) ^ key[3]) ^
	    fv_hash_fold(
		plain(b + 32) ^ key[1], captured_word(b, 40, n) ^ key[2]) ^
	    fv_hash_fold(captured_word(b, 48, n) ^ key[3], key[0]);
}

/* ${likeness}, and what is from ${bytes} + ${from} up to the IP length. */
static uint64_t
like_further(
    uint64_t likeness, const uint8_t *bytes, size_t from, size_t captured)
{
	size_t length = (size_t)bytes[2] << 8 | bytes[3], at, rest;
	uint64_t last = 0;

	if (bytes[0] >> 4 == 6)
		length = HEADER_IPV6 + ((size_t)bytes[4] << 8 | bytes[5]);
	if (length > captured)
		length = captured;
	if (length > LOOK_FAR)
		length = LOOK_FAR;
	for (at = from; at + 8 <= length; at += 8)
		likeness =
		    fv_hash_fold(likeness ^ plain(bytes + at), key[at / 8 % 4]);
	if (at < length) {
		rest = length - at;
		memcpy(&last, bytes + at, rest);
		likeness = fv_hash_fold(likeness ^ last, key[rest % 4]);
	}
	return likeness;
}

uint64_t
fv_duplicates_likeness(struct fv_cursor in)
{
	size_t left = fv_cursor_left(&in);
	struct fv_cursor c = in;
	uint8_t first;

	if (!fv_take_u8(&c, &first))
		return 0;
	if (first >> 4 == 6) {
		if (left < HEADER_IPV6)
			return 0;
		if (left < LOOK_IPV6)
			return like_ipv6(in.at, left) | 1;
		return like_further(like_ipv6(in.at, LOOK_IPV6), in.at,
			   LOOK_IPV6, left) |
		    1;
	}
	if (left < HEADER_IPV4)
		return 0;
	if (left < LOOK_IPV4)
		return like_ipv4(in.at, left) | 1;
	if ((in.at[4] | in.at[5]) != 0)
		return like_ipv4(in.at, LOOK_IPV4) | 1;
	return like_further(
		   like_ipv4(in.at, LOOK_IPV4), in.at, LOOK_IPV4, left) |
	    1;
}

bool
fv_duplicates_among(
    const struct fv_duplicates *seen, uint64_t likeness, int64_t time)
{
	const int64_t close = 1000000;
	unsigned i;

	for (i = 0; i < FV_DUPLICATES_WINDOW; i++)
		if (likeness != 0 && seen->likeness[i] == likeness &&
		    time - seen->time[i] <= close &&
		    seen->time[i] - time <= close)
			return true;
	return false;
}
