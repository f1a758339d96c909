#include "tests/unit/suites.h"

#include <string.h>

#include "datasets/parquet_rle.h"
#include "tests/unit/rows.h"

enum { MANY = 3000 };

static void
expect(const uint32_t *values, size_t n, unsigned width,
    const unsigned char *expected, size_t length)
{
	struct fv_buffer b = { .limit = 1000 };
	struct fv_err err;

	fv_parquet_rle(&b, values, n, width);
	CU_ASSERT_EQUAL(fv_buffer_done(&b, &err), 0);
	CU_ASSERT_EQUAL_FATAL(b.length, length);
	if (length > 0)
		CU_ASSERT_EQUAL(memcmp(b.at, expected, length), 0);
	fv_buffer_free(&b);
}

static void
packed_bits_are_those_of_the_specification(void)
{
	/* The example of Encodings.md: 0 to 7 in three bits each. */
	static const uint32_t values[] = { 0, 1, 2, 3, 4, 5, 6, 7 };
	static const unsigned char expected[] = { 0x03, 0x88, 0xc6, 0xfa };
	/* And one more: the last group is filled up. */
	static const uint32_t nine[] = { 0, 1, 2, 3, 4, 5, 6, 7, 5 };
	static const unsigned char filled[] = { 0x05, 0x88, 0xc6, 0xfa, 0x05,
		0x00, 0x00 };

	expect(values, 8, 3, expected, sizeof(expected));
	expect(nine, 9, 3, filled, sizeof(filled));
	expect(NULL, 0, 3, NULL, 0);
}

static void
runs_have_their_length_and_one_value(void)
{
	static const unsigned char expected[] = { 0xc8, 0x01, 0x04 };
	static const unsigned char wide[] = { 0x10, 0x34, 0x12 };
	uint32_t values[100];
	size_t i;

	for (i = 0; i < 100; i++)
		values[i] = 4;
	expect(values, 100, 3, expected, sizeof(expected));
	for (i = 0; i < 8; i++)
		values[i] = 0x1234;
	expect(values, 8, 13, wide, sizeof(wide));
}

static void
a_run_completes_the_group_before_it(void)
{
	/* 1, then 20 zeros: a group takes seven of them. */
	static const unsigned char expected[] = { 0x03, 0x01, 0x1a, 0x00 };
	/* 1, then 14 zeros: seven of them are left, too few for a run. */
	static const unsigned char packed[] = { 0x05, 0x01, 0x00 };
	uint32_t values[21] = { 1 };

	expect(values, 21, 1, expected, sizeof(expected));
	expect(values, 15, 1, packed, sizeof(packed));
}

static uint64_t
take_varint(const unsigned char **at)
{
	uint64_t value = 0;
	unsigned shift = 0;

	do
		value |= (uint64_t)(**at & 0x7f) << shift;
	while (shift += 7, *(*at)++ & 0x80);
	return value;
}

/* A decoder, bit by bit; returns how many values there were. */
static size_t
decode(const unsigned char *at, size_t length, unsigned width, uint32_t *out,
    size_t most)
{
	const unsigned char *end = at + length;
	uint64_t header, i, value;
	unsigned bit;
	size_t n = 0;

	while (at < end) {
		header = take_varint(&at);
		for (i = 0; i < header >> 1 << 3 && (header & 1) && n < most;
		     i++, n++)
			for (out[n] = 0, bit = 0; bit < width; bit++)
				out[n] |=
				    (uint32_t)(at[(i * width + bit) / 8] >>
					    (i * width + bit) % 8 &
					1)
				    << bit;
		if (header & 1) {
			at += (header >> 1) * width;
			continue;
		}
		for (value = 0, bit = 0; bit < width; bit += 8)
			value |= (uint64_t)*at++ << bit;
		for (i = 0; i < header >> 1 && n < most; i++)
			out[n++] = (uint32_t)value;
	}
	return n;
}

static void
every_width_and_mix_of_runs_comes_back(void)
{
	static uint32_t values[MANY], back[MANY + 8];
	struct fv_buffer b = { .limit = 1 << 20 };
	unsigned width, mix;
	uint64_t r;
	size_t i, n;

	for (width = 1; width <= 32; width++) {
		for (mix = 0; mix < 6; mix++) {
			for (i = 0; i < MANY; i++) {
				r = rows_mix(i * 64 + width);
				/* Runs of 1 to some 100. */
				values[i] = i > 0 && r % 100 < mix * 20
				    ? values[i - 1]
				    : (uint32_t)(r >> 20) >> (32 - width);
			}
			b.length = 0;
			fv_parquet_rle(&b, values, MANY - mix, width);
			n = decode(b.at, b.length, width, back, FV_COUNT(back));
			CU_ASSERT(n >= MANY - mix && n < MANY - mix + 8);
			CU_ASSERT_EQUAL(memcmp(values, back,
					    (MANY - mix) * sizeof(*values)),
			    0);
		}
	}
	fv_buffer_free(&b);
}

static void
widths_are_as_small_as_they_can_be(void)
{
	CU_ASSERT_EQUAL(fv_parquet_rle_width(1), 1);
	CU_ASSERT_EQUAL(fv_parquet_rle_width(2), 1);
	CU_ASSERT_EQUAL(fv_parquet_rle_width(3), 2);
	CU_ASSERT_EQUAL(fv_parquet_rle_width(65536), 16);
	CU_ASSERT_EQUAL(fv_parquet_rle_width(65537), 17);
	CU_ASSERT_EQUAL(fv_parquet_rle_width(UINT32_MAX), 32);
}

CU_TestInfo suite_parquet_rle[] = {
	{ "packed bits are those of the specification",
	    packed_bits_are_those_of_the_specification },
	{ "runs have their length and one value",
	    runs_have_their_length_and_one_value },
	{ "a run completes the group before it",
	    a_run_completes_the_group_before_it },
	{ "every width and mix of runs comes back",
	    every_width_and_mix_of_runs_comes_back },
	{ "widths are as small as they can be",
	    widths_are_as_small_as_they_can_be },
	CU_TEST_INFO_NULL,
};
