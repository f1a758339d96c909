#include "tests/unit/suites.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "convert/gunzip.h"

/* A file in memory, given in pieces, and what comes of it. */
struct file {
	const uint8_t *bytes;
	size_t n;
	size_t at;
	size_t piece;
	bool breaks; /* the read behind the last byte fails */
};

static ssize_t
give(void *arg, const uint8_t **bytes)
{
	struct file *f = arg;
	size_t n = f->n - f->at < f->piece ? f->n - f->at : f->piece;

	if (n == 0 && f->breaks)
		return -1;
	*bytes = f->bytes + f->at;
	f->at += n;
	return (ssize_t)n;
}

enum { ROOM = 4096 };

struct result {
	uint8_t bytes[ROOM];
	size_t n;
	int rc; /* of the last read */
	struct fv_err err;
};

static void
unpack(struct file *f, size_t room, struct result *r)
{
	struct fv_gunzip *g;
	ssize_t got;

	memset(r, 0, sizeof(*r));
	g = fv_gunzip_new(give, f, &r->err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(g);
	while ((got = fv_gunzip_read(g, r->bytes + r->n,
		    room < ROOM - r->n ? room : ROOM - r->n, &r->err)) > 0)
		r->n += (size_t)got;
	r->rc = (int)got;
	CU_ASSERT(fv_gunzip_consumed(g) <= f->n);
	fv_gunzip_free(g);
}

/* CRC-32 as RFC 1952, 8, has it, bit by bit. */
static uint32_t
crc_of(const uint8_t *bytes, size_t n)
{
	uint32_t crc = 0xffffffff;
	size_t i;
	int bit;

	for (i = 0; i < n; i++) {
		crc ^= bytes[i];
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static uint8_t *
put_32(uint8_t *to, uint32_t value)
{
	int i;

	for (i = 0; i < 4; i++)
		*to++ = (uint8_t)(value >> 8 * i);
	return to;
}

/* A member with ${text} in one stored block, with a name; returns its end. */
static uint8_t *
put_member(uint8_t *to, const char *text)
{
	static const uint8_t header[] = { 0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3,
		'n', 0 };
	size_t n = strlen(text);

	memcpy(to, header, sizeof(header));
	to += sizeof(header);
	*to++ = 1; /* the last block, stored (RFC 1951, 3.2.4) */
	*to++ = (uint8_t)n;
	*to++ = 0;
	*to++ = (uint8_t)~n;
	*to++ = 0xff;
	memcpy(to, text, n);
	to = put_32(to + n, crc_of((const uint8_t *)text, n));
	return put_32(to, (uint32_t)n);
}

enum { AROUND = 12 + 5, BEHIND = 8 }; /* bytes of a member but its text */

static void
members_come_out_as_one(void)
{
	static const char *text[] = { "one ", "", "and another" };
	uint8_t bytes[300], *end = bytes;
	struct file f = { .bytes = bytes };
	struct result r;
	size_t i, room;

	for (i = 0; i < 3; i++) {
		end = put_member(end, text[i]);
		memset(end, 0, 20); /* padding, or none */
		end += i == 1 ? 20 : 0;
	}
	memset(end, 0, 30);
	f.n = (size_t)(end - bytes) + 30;
	for (f.piece = 1; f.piece <= f.n; f.piece += 7)
		for (room = 1; room < 20; room += 6) {
			f.at = 0;
			unpack(&f, room, &r);
			CU_ASSERT_EQUAL(r.rc, 0);
			CU_ASSERT_EQUAL(r.n, 15);
			CU_ASSERT_STRING_EQUAL(
			    (char *)r.bytes, "one and another");
		}
	f.at = f.n = 0;
	unpack(&f, ROOM, &r);
	CU_ASSERT_EQUAL(r.rc, 0);
	CU_ASSERT_EQUAL(r.n, 0);
}

static void
all_that_stands_before_a_cut_comes_out(void)
{
	static const char text[] = "everything that is there";
	const size_t most = sizeof(text) - 1;
	uint8_t bytes[100];
	struct file f = { .bytes = bytes, .piece = 5 };
	size_t cut, whole, expected;
	struct result r;

	whole = (size_t)(put_member(bytes, text) - bytes);
	CU_ASSERT_EQUAL_FATAL(whole, AROUND + most + BEHIND);
	for (cut = 1; cut < whole; cut++) {
		f.at = 0;
		f.n = cut;
		unpack(&f, 7, &r);
		expected = cut < AROUND ? 0 : cut - AROUND;
		CU_ASSERT_EQUAL(r.rc, -1);
		CU_ASSERT_EQUAL(r.err.code, FV_EFORMAT);
		CU_ASSERT_PTR_NOT_NULL(strstr(r.err.text, "it was cut off"));
		CU_ASSERT_EQUAL(r.n, expected < most ? expected : most);
		CU_ASSERT_EQUAL(memcmp(r.bytes, text, r.n), 0);
	}
}

/* Two members; ${at} of the first is changed, to expect ${what} and ${n}. */
static void
expect_fault(size_t at, const char *what, size_t n)
{
	uint8_t bytes[200], *end;
	struct file f = { .bytes = bytes, .piece = 64 };
	struct result r;

	end = put_member(put_member(bytes, "first "), "second");
	bytes[at] ^= 0x55;
	f.n = (size_t)(end - bytes);
	unpack(&f, ROOM, &r);
	CU_ASSERT_EQUAL(r.rc, -1);
	CU_ASSERT_EQUAL(r.err.code, FV_EFORMAT);
	CU_ASSERT_PTR_NOT_NULL(strstr(r.err.text, what));
	CU_ASSERT_PTR_NOT_NULL(strstr(r.err.text, "byte "));
	CU_ASSERT_EQUAL(r.n, n);
}

static void
damage_is_told_by_its_kind(void)
{
	const size_t text = AROUND, crc = text + 6, length = crc + 4,
		     next = length + 4;

	/* What a checksum finds is behind: all is there, the next as well. */
	expect_fault(text + 2, "a checksum is wrong", 12);
	expect_fault(crc, "a checksum is wrong", 12);
	expect_fault(length, "a checksum is wrong", 12);
	expect_fault(text - 3, "compressed data are damaged", 0);
	expect_fault(2, "a header that is none", 0);
	expect_fault(next, "what is packed ended before", 6);
	expect_fault(next + 1, "a header that is none", 6);
}

static void
a_read_that_fails_is_no_end(void)
{
	uint8_t bytes[100];
	struct file f = { .bytes = bytes, .piece = 9, .breaks = true };
	struct result r;

	f.n = (size_t)(put_member(bytes, "text") - bytes);
	unpack(&f, ROOM, &r);
	CU_ASSERT_EQUAL(r.rc, -1);
	CU_ASSERT_EQUAL(r.n, 4);
	CU_ASSERT_PTR_NOT_NULL(strstr(r.err.text, "cannot be read"));
}

CU_TestInfo suite_gunzip[] = {
	{ "members come out as one", members_come_out_as_one },
	{ "all that stands before a cut comes out",
	    all_that_stands_before_a_cut_comes_out },
	{ "damage is told by its kind", damage_is_told_by_its_kind },
	{ "a read that fails is no end", a_read_that_fails_is_no_end },
	CU_TEST_INFO_NULL,
};
