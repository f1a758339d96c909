#include "tests/unit/suites.h"

#include <string.h>

#include "anonymize/traces.h"
#include "tests/unit/addresses.h"
#include "tests/unit/random.h"

/* A search for what was entered, and what it found last. */
static struct fv_originals originals;
static struct fv_traces *traces;
static struct fv_traces_tally tally;
static struct fv_err err;

static const uint8_t mac[] = { 0x02, 0x5e, 0x10, 0xa1, 0xb2, 0xc3 };

static void
enter(const char *address)
{
	struct fv_raw_addr addr = fv_raw_address(address);

	CU_ASSERT_EQUAL_FATAL(fv_originals_host(&originals, &addr, &err), 0);
}

static void
enter_name(const char *name)
{
	CU_ASSERT_EQUAL_FATAL(
	    fv_originals_name(&originals, name, strlen(name), &err), 0);
}

static void
begin(void)
{
	CU_ASSERT_EQUAL_FATAL(fv_originals_init(&originals, &err), 0);
	enter("198.51.100.77");
	enter("192.0.2.1");
	enter("2001:db8:aa:bb:1234:5678:9abc:def0");
	CU_ASSERT_EQUAL_FATAL(fv_originals_mac(&originals, mac, &err), 0);
	enter_name("Annas-iPhone.local");
}

static void
build(void)
{
	traces = fv_traces_new(&originals, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(traces);
	CU_ASSERT_EQUAL_FATAL(fv_traces_tally_init(traces, &tally, &err), 0);
}

static void
end(void)
{
	fv_traces_tally_free(&tally);
	fv_traces_free(traces);
	fv_originals_wipe(&originals);
}

/* How often ${kind} is found in these bytes alone. */
static uint64_t
found(enum fv_traces_kind kind, enum fv_traces_mode mode, size_t width,
    const void *bytes, size_t n)
{
	struct fv_traces_tally own;
	uint64_t finds;

	CU_ASSERT_EQUAL_FATAL(fv_traces_tally_init(traces, &own, &err), 0);
	fv_traces_scan(traces, mode, width, bytes, n, 0, 0, &own);
	finds = own.finds[kind];
	fv_traces_tally_free(&own);
	return finds;
}

static uint64_t
in_text(enum fv_traces_kind kind, const char *text)
{
	return found(kind, FV_TRACES_TEXTS, 1, text, strlen(text));
}

static void
addresses_are_found_in_any_spelling(void)
{
	static const char *const ipv4[] = { "198.51.100.77",
		"at 198.51.100.77.", "198.51.100.77:443", "(198.51.100.77)",
		"198.051.100.077", "77.100.51.198.in-addr.arpa", "3325256781",
		"c633644d", "C633644D", "/198.51.100.77/24" };
	static const char *const ipv6[] = {
		"2001:db8:aa:bb:1234:5678:9abc:def0",
		"2001:0DB8:00AA:00BB:1234:5678:9ABC:DEF0",
		"[2001:db8:aa:bb:1234:5678:9abc:def0]:443",
		"2001:db8:aa:bb:1234:5678:9abc:def0.",
		"20010db800aa00bb123456789abcdef0"
	};
	static const char *const macs[] = { "02:5e:10:a1:b2:c3",
		"02-5E-10-A1-B2-C3", "025e.10a1.b2c3", "025e10a1b2c3",
		"00:5e:10:ff:fe:a1:b2:c3", "005e10fffea1b2c3",
		"guest 02:5e:10:a1:b2:c3, room" };
	size_t i;

	begin();
	build();
	for (i = 0; i < FV_COUNT(ipv4); i++)
		CU_ASSERT_EQUAL(in_text(FV_TRACES_IPV4_TEXT, ipv4[i]), 1);
	for (i = 0; i < FV_COUNT(ipv6); i++)
		CU_ASSERT_EQUAL(in_text(FV_TRACES_IPV6_TEXT, ipv6[i]), 1);
	for (i = 0; i < FV_COUNT(macs); i++)
		CU_ASSERT_EQUAL(in_text(FV_TRACES_MAC_TEXT, macs[i]), 1);
	end();
}

static void
other_text_is_let_go(void)
{
	static const char *const texts[] = { "198.51.100.78", "98.51.100.77",
		"198.51.100.777", "198.51.100", "33252567811", "5c633644d",
		"2001:db8:aa:bb:1234:5678:9abc:def1",
		":::::::::::::::", "02:5e:10:a1:b2:c4", "02:5e:10:a1:b2:c3:d4",
		"0.1.0", "" };
	size_t i, k;

	begin();
	build();
	for (i = 0; i < FV_COUNT(texts); i++)
		for (k = FV_TRACES_IPV4_TEXT; k < FV_TRACES_KINDS; k++)
			CU_ASSERT_EQUAL(
			    in_text((enum fv_traces_kind)k, texts[i]), 0);
	end();
}

static void
names_are_found_as_words_in_any_case(void)
{
	begin();
	enter_name("x1y2z");   /* too short to be looked for */
	enter_name("123.456"); /* no letter in it */
	enter_name("  federal express \n");
	build();
	CU_ASSERT_EQUAL(in_text(FV_TRACES_NAME, "ANNAS-IPHONE.LOCAL"), 1);
	CU_ASSERT_EQUAL(in_text(FV_TRACES_NAME, "(annas-iphone.local)"), 1);
	CU_ASSERT_EQUAL(in_text(FV_TRACES_NAME, "joannas-iphone.local"), 0);
	CU_ASSERT_EQUAL(in_text(FV_TRACES_NAME, "annas-iphone.locale"), 0);
	CU_ASSERT_EQUAL(in_text(FV_TRACES_NAME, "x1y2z 123.456"), 0);
	CU_ASSERT_EQUAL(in_text(FV_TRACES_NAME, "by Federal Express"), 1);
	fv_traces_forgive(traces, "a table of Federal Express parcels");
	CU_ASSERT_EQUAL(in_text(FV_TRACES_NAME, "by Federal Express"), 0);
	CU_ASSERT_EQUAL(in_text(FV_TRACES_NAME, "ANNAS-IPHONE.LOCAL"), 1);
	end();
}

/* Put ${n} bytes, in order or in reverse, at ${at}. */
static void
put(uint8_t *to, const uint8_t *from, size_t n, bool back)
{
	size_t i;

	for (i = 0; i < n; i++)
		to[i] = from[back ? n - 1 - i : i];
}

static void
long_values_are_found_at_every_offset_in_both_orders(void)
{
	static const uint8_t eui[] = { 0x00, 0x5e, 0x10, 0xff, 0xfe, 0xa1, 0xb2,
		0xc3 };
	static const uint8_t low[] = { 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde,
		0xf0 };
	static const uint8_t high[] = { 0x20, 0x01, 0x0d, 0xb8, 0, 0xaa, 0,
		0xbb };
	static const struct {
		const uint8_t *bytes;
		size_t n;
		enum fv_traces_kind kind;
	} values[] = {
		{ mac, sizeof(mac), FV_TRACES_MAC },
		{ eui, sizeof(eui), FV_TRACES_EUI64 },
		{ low, sizeof(low), FV_TRACES_IPV6 },
		{ high, sizeof(high), FV_TRACES_IPV6 },
	};
	static const size_t widths[] = { 1, 2, 4, 8 };
	uint8_t bytes[64];
	size_t i, at, w;

	begin();
	build();
	for (i = 0; i < FV_COUNT(values); i++)
		for (at = 0; at + values[i].n <= sizeof(bytes); at++)
			for (w = 0; w < 2 * FV_COUNT(widths); w++) {
				memset(bytes, 0, sizeof(bytes));
				put(bytes + at, values[i].bytes, values[i].n,
				    w % 2 == 0);
				CU_ASSERT_EQUAL(
				    found(values[i].kind, FV_TRACES_NUMBERS,
					widths[w / 2], bytes, sizeof(bytes)),
				    1);
			}
	end();
}

static void
four_bytes_are_found_within_values_and_across_narrow_ones(void)
{
	static const uint8_t octet[] = { 198, 51, 100, 77 };
	uint8_t bytes[64];
	size_t at, within;

	begin();
	build();
	for (at = 0; at + 4 <= sizeof(bytes); at++) {
		memset(bytes, 0, sizeof(bytes));
		put(bytes + at, octet, 4, at % 2 == 0);
		within = at % 8 <= 4;
		CU_ASSERT_EQUAL(found(FV_TRACES_IPV4, FV_TRACES_NUMBERS, 8,
				    bytes, sizeof(bytes)),
		    within);
		CU_ASSERT_EQUAL(found(FV_TRACES_IPV4, FV_TRACES_NUMBERS, 4,
				    bytes, sizeof(bytes)),
		    at % 4 == 0);
		CU_ASSERT_EQUAL(found(FV_TRACES_IPV4, FV_TRACES_NUMBERS, 1,
				    bytes, sizeof(bytes)),
		    1);
		CU_ASSERT_EQUAL(found(FV_TRACES_IPV4, FV_TRACES_BYTES, 1, bytes,
				    sizeof(bytes)),
		    1);
	}
	end();
}

static void
pieces_find_what_the_whole_finds(void)
{
	uint64_t state = 7;
	uint8_t bytes[4096];
	struct fv_traces_tally pieces;
	size_t i, at, n, lead;

	begin();
	build();
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)fv_random(&state);
	for (i = 0; i < 40; i++) {
		at = fv_random_below(&state, sizeof(bytes) - 32);
		put(bytes + at, mac, sizeof(mac), i % 2 == 0);
		at = fv_random_below(&state, sizeof(bytes) - 32);
		memcpy(bytes + at, "Annas-iPhone.local", 18);
		at = fv_random_below(&state, sizeof(bytes) - 32);
		memcpy(bytes + at, " 198.51.100.77 ", 15);
	}
	fv_traces_scan(
	    traces, FV_TRACES_NUMBERS, 1, bytes, sizeof(bytes), 0, 0, &tally);
	CU_ASSERT(tally.finds[FV_TRACES_MAC] > 10);
	CU_ASSERT(tally.finds[FV_TRACES_NAME] > 10);
	CU_ASSERT(tally.finds[FV_TRACES_IPV4_TEXT] > 10);
	CU_ASSERT_EQUAL_FATAL(fv_traces_tally_init(traces, &pieces, &err), 0);
	for (at = 0; at < sizeof(bytes); at += n) {
		n = 1 + fv_random_below(&state, 300);
		if (n > sizeof(bytes) - at)
			n = sizeof(bytes) - at;
		lead = at < FV_TRACES_LEAD ? at : FV_TRACES_LEAD;
		fv_traces_scan(traces, FV_TRACES_NUMBERS, 1, bytes + at - lead,
		    lead + n, lead, at, &pieces);
	}
	for (i = 0; i < FV_TRACES_KINDS; i++) {
		CU_ASSERT_EQUAL(pieces.finds[i], tally.finds[i]);
		CU_ASSERT_EQUAL(pieces.first[i], tally.first[i]);
	}
	CU_ASSERT_EQUAL(pieces.bytes, sizeof(bytes));
	fv_traces_tally_free(&pieces);
	end();
}

static void
what_names_nobody_is_not_looked_for(void)
{
	static const uint8_t group[] = { 0x01, 0x00, 0x5e, 0x12, 0x34, 0x56 };
	struct fv_traces_count count;

	CU_ASSERT_EQUAL_FATAL(fv_originals_init(&originals, &err), 0);
	enter("255.255.255.255");
	enter("0.0.0.0");
	enter("239.255.255.250");
	enter("ff02::fb");
	enter("::1");
	CU_ASSERT_EQUAL_FATAL(fv_originals_mac(&originals, group, &err), 0);
	build();
	fv_traces_counts(traces, &count);
	CU_ASSERT_EQUAL(count.nobody, 6);
	CU_ASSERT_EQUAL(count.ipv4 + count.ipv6 + count.macs, 0);
	CU_ASSERT_EQUAL(
	    in_text(FV_TRACES_IPV4_TEXT, "239.255.255.250 255.255.255.255"), 0);
	CU_ASSERT_EQUAL(in_text(FV_TRACES_MAC_TEXT, "01:00:5e:12:34:56"), 0);
	end();
}

static void
small_numbers_in_a_row_are_no_addresses(void)
{
	static const uint8_t plain[] = { 0, 0, 0, 0, 0, 1 };
	uint8_t bytes[32] = { 0 };
	struct fv_traces_count count;

	CU_ASSERT_EQUAL_FATAL(fv_originals_init(&originals, &err), 0);
	enter("10.0.0.1");
	enter("2001:db8::5");
	CU_ASSERT_EQUAL_FATAL(fv_originals_mac(&originals, plain, &err), 0);
	build();
	fv_traces_counts(traces, &count);
	CU_ASSERT_EQUAL(count.plain, 2); /* of IPv6, one half is not */
	bytes[5] = bytes[10] = 1;
	CU_ASSERT_EQUAL(
	    found(FV_TRACES_MAC, FV_TRACES_NUMBERS, 1, bytes, sizeof(bytes)),
	    0);
	bytes[7] = 10;
	CU_ASSERT_EQUAL(
	    found(FV_TRACES_IPV4, FV_TRACES_NUMBERS, 1, bytes, sizeof(bytes)),
	    0);
	/* In a value of its own, and as text, it is. */
	memset(bytes, 0, sizeof(bytes));
	bytes[8] = 10;
	bytes[11] = 1;
	CU_ASSERT_EQUAL(
	    found(FV_TRACES_IPV4, FV_TRACES_NUMBERS, 4, bytes, sizeof(bytes)),
	    1);
	CU_ASSERT_EQUAL(in_text(FV_TRACES_IPV4_TEXT, "10.0.0.1"), 1);
	CU_ASSERT_EQUAL(in_text(FV_TRACES_MAC_TEXT, "00:00:00:00:00:01"), 1);
	end();
}

static void
chance_is_what_the_formula_says(void)
{
	/* 1e9 bytes and 1,000 originals: 233 finds, as different ones 208. */
	CU_ASSERT_DOUBLE_EQUAL(fv_traces_chance(1000, 1000000000), 207.7, 0.1);
	CU_ASSERT_DOUBLE_EQUAL(
	    fv_traces_chance(1000, 1000000), 1000 * 1e6 / 4294967296.0, 1e-4);
	CU_ASSERT_DOUBLE_EQUAL(fv_traces_chance(0, 1000000), 0, 0);
	CU_ASSERT(fv_traces_chance(1000, UINT64_MAX) <= 1000);
}

/* Fill with ${n} IPv4 addresses of one network, which no column is about. */
static void
enter_network(uint64_t *state, int n)
{
	struct fv_raw_addr addr;
	uint8_t octet[4] = { 23, 150, 0, 0 };
	int i;

	for (i = 0; i < n; i++) {
		octet[2] = (uint8_t)fv_random(state);
		octet[3] = (uint8_t)fv_random(state);
		fv_raw_addr_set_ipv4(&addr, octet);
		CU_ASSERT_EQUAL_FATAL(
		    fv_originals_host(&originals, &addr, &err), 0);
	}
}

/*
 * Times in nanoseconds pass through each number of 32 bits that looks like a
 * time, so they meet addresses in 23.150.0.0/16 all the time.  The decoys
 * meet them as often, and the gate stays open; a column that meets the
 * originals alone closes it.
 */
static void
dense_columns_are_told_from_leaks(void)
{
	static uint64_t values[65536];
	const struct fv_raw_addr *host;
	uint64_t state = 11;
	size_t i;

	CU_ASSERT_EQUAL_FATAL(fv_originals_init(&originals, &err), 0);
	enter_network(&state, 500);
	build();
	for (i = 0; i < FV_COUNT(values); i++)
		values[i] = UINT64_C(0x1796000000000000) + ((uint64_t)i << 32) +
		    (fv_random(&state) & 0xffffffff);
	fv_traces_scan(traces, FV_TRACES_NUMBERS, 8, (const uint8_t *)values,
	    sizeof(values), 0, 0, &tally);
	fv_traces_settle(traces, &tally);
	CU_ASSERT(tally.met > 100);
	CU_ASSERT((double)tally.met <= tally.limit);
	fv_traces_tally_free(&tally);

	CU_ASSERT_EQUAL_FATAL(fv_traces_tally_init(traces, &tally, &err), 0);
	host = fv_originals_hosts(&originals);
	for (i = 0; i < FV_COUNT(values); i++)
		values[i] = fv_random(&state) & 0xffff;
	for (i = 0; i < 20; i++)
		values[i * 100] = (uint64_t)host[i].octet[12] << 24 |
		    (uint64_t)host[i].octet[13] << 16 |
		    (uint64_t)host[i].octet[14] << 8 | host[i].octet[15];
	fv_traces_scan(traces, FV_TRACES_NUMBERS, 8, (const uint8_t *)values,
	    sizeof(values), 0, 0, &tally);
	fv_traces_settle(traces, &tally);
	CU_ASSERT(tally.met >= 20);
	CU_ASSERT((double)tally.met > tally.limit);
	CU_ASSERT_EQUAL(tally.first[FV_TRACES_IPV4], 0);
	end();
}

static void
random_values_stay_below_the_limit(void)
{
	static uint64_t values[65536];
	uint64_t state = 3, round;
	struct fv_raw_addr addr;
	uint8_t octet[4];
	size_t i, k;

	CU_ASSERT_EQUAL_FATAL(fv_originals_init(&originals, &err), 0);
	for (i = 0; i < 20000; i++) {
		for (k = 0; k < 4; k++)
			octet[k] = (uint8_t)fv_random(&state);
		fv_raw_addr_set_ipv4(&addr, octet);
		CU_ASSERT_EQUAL_FATAL(
		    fv_originals_host(&originals, &addr, &err), 0);
	}
	build();
	for (round = 0; round < 8; round++) {
		for (i = 0; i < FV_COUNT(values); i++)
			values[i] = fv_random(&state);
		fv_traces_scan(traces, FV_TRACES_NUMBERS, 8,
		    (const uint8_t *)values, sizeof(values), 0, round * 65536,
		    &tally);
	}
	fv_traces_settle(traces, &tally);
	/* 40,000 values, 5 places in each of 524,288: 24 by chance. */
	CU_ASSERT(tally.mean > 20 && tally.mean < 40);
	CU_ASSERT(tally.met > 5 && (double)tally.met < tally.limit);
	end();
}

CU_TestInfo suite_traces[] = {
	{ "addresses are found in any spelling",
	    addresses_are_found_in_any_spelling },
	{ "other text is let go", other_text_is_let_go },
	{ "names are found as words, in any case",
	    names_are_found_as_words_in_any_case },
	{ "long values are found at every offset, in both orders",
	    long_values_are_found_at_every_offset_in_both_orders },
	{ "four bytes are found within values, and across narrow ones",
	    four_bytes_are_found_within_values_and_across_narrow_ones },
	{ "pieces find what the whole finds",
	    pieces_find_what_the_whole_finds },
	{ "what names nobody is not looked for",
	    what_names_nobody_is_not_looked_for },
	{ "small numbers in a row are no addresses",
	    small_numbers_in_a_row_are_no_addresses },
	{ "chance is what the formula says", chance_is_what_the_formula_says },
	{ "dense columns are told from leaks",
	    dense_columns_are_told_from_leaks },
	{ "random values stay below the limit",
	    random_values_stay_below_the_limit },
	CU_TEST_INFO_NULL,
};
