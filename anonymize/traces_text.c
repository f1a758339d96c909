#include <arpa/inet.h>

#include "anonymize/traces_set.h"

/*
 * Addresses as text: 192.0.2.1, its four parts in reverse (as names of the
 * reverse DNS have them) and as one number of eight to ten digits or eight
 * hexadecimal ones; IPv6 in any spelling that inet_pton(3) takes, and as 32
 * hexadecimal digits; MACs with ":", "-", "." or nothing between, and EUI-64
 * of MACs likewise.  Letters in any case.
 */

/* The longest is IPv6 with an IPv4 address at its end. */
enum { TOKEN = INET6_ADDRSTRLEN };

/* The shortest: 1.2.3.4, and an IPv6 address that says something. */
enum { TOKEN_LEAST = 6 };

/* A run of characters that addresses are made of. */
struct run {
	const struct fv_traces *t;
	const uint8_t *at; /* of the part that is read now */
	const uint8_t *end;
	bool alone; /* nothing of it stands in front */
};

/* What a part of a run was read as. */
struct reading {
	enum fv_traces_kind kind;
	uint32_t four; /* of an IPv4 address: its value in the table, plus 1 */
	size_t length;
};

static int
hex(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* Characters that addresses are made of, and nothing else. */
static const bool token[UINT8_MAX + 1] = { ['0'] = true,
	['1'] = true,
	['2'] = true,
	['3'] = true,
	['4'] = true,
	['5'] = true,
	['6'] = true,
	['7'] = true,
	['8'] = true,
	['9'] = true,
	['a'] = true,
	['b'] = true,
	['c'] = true,
	['d'] = true,
	['e'] = true,
	['f'] = true,
	['A'] = true,
	['B'] = true,
	['C'] = true,
	['D'] = true,
	['E'] = true,
	['F'] = true,
	[':'] = true,
	['.'] = true,
	['-'] = true };

static size_t
count_hex(const struct run *r)
{
	size_t n = 0;

	while (r->at + n < r->end && hex(r->at[n]) != -1)
		n++;
	return n;
}

static bool
is_ipv4(const struct fv_traces *t, const uint8_t octet[4], struct reading *out)
{
	uint32_t value = fv_traces_find(t, &t->four, fv_traces_load(octet, 4));

	if (value == 0)
		return false;
	out->kind = FV_TRACES_IPV4_TEXT;
	out->four = value;
	return ((value - 1) & FV_TRACES_ORIGINAL) != 0;
}

static bool
is_ipv6(const struct fv_traces *t, const uint8_t octet[16], struct reading *out)
{
	struct fv_raw_addr addr;

	fv_raw_addr_set_ipv6(&addr, octet);
	out->kind = FV_TRACES_IPV6_TEXT;
	return fv_traces_names_somebody(&addr) &&
	    (fv_originals_has(&t->originals->hosts, &addr, sizeof(addr)) ||
		fv_originals_has(&t->originals->others, &addr, sizeof(addr)));
}

static bool
is_mac(const struct fv_traces *t, const uint8_t octet[6], struct reading *out)
{
	struct fv_originals_mac mac = { { 0 }, { 0 } };

	memcpy(mac.octet, octet, sizeof(mac.octet));
	out->kind = FV_TRACES_MAC_TEXT;
	return (mac.octet[0] & 1) == 0 && fv_traces_load(octet, 6) != 0 &&
	    fv_originals_has(&t->originals->macs, &mac, sizeof(mac));
}

static bool
is_eui64(const struct fv_traces *t, const uint8_t octet[8], struct reading *out)
{
	const uint8_t mac[6] = { octet[0] ^ 2, octet[1], octet[2], octet[5],
		octet[6], octet[7] };

	return octet[3] == 0xff && octet[4] == 0xfe && is_mac(t, mac, out);
}

/* Four numbers with dots between. */
static bool
read_dotted(const struct run *r, struct reading *out)
{
	const uint8_t *at = r->at;
	uint8_t octet[4];
	unsigned value;
	int part, digits;

	for (part = 0; part < 4; part++) {
		if (part > 0 && (at == r->end || *at++ != '.'))
			return false;
		value = 0;
		for (digits = 0; at < r->end && is_digit(*at); digits++) {
			if (digits == 3)
				return false;
			value = value * 10 + (unsigned)(*at++ - '0');
		}
		if (digits == 0 || value > UINT8_MAX)
			return false;
		octet[part] = (uint8_t)value;
	}
	out->length = (size_t)(at - r->at);
	return is_ipv4(r->t, octet, out);
}

/* One number that is an address, in ten digits or eight hexadecimal ones. */
static bool
read_number(const struct run *r, size_t n, struct reading *out)
{
	uint64_t value = 0;
	size_t i;
	uint8_t octet[4];

	for (i = 0; i < n; i++) {
		if (!is_digit(r->at[i]))
			return false;
		value = value * 10 + (uint64_t)(r->at[i] - '0');
	}
	for (i = 0; i < 4; i++)
		octet[i] = (uint8_t)(value >> (24 - 8 * i));
	return value <= UINT32_MAX && is_ipv4(r->t, octet, out);
}

/* Hexadecimal digits without anything between. */
static bool
read_bare(const struct run *r, size_t n, struct reading *out)
{
	uint8_t octet[16];
	size_t i;

	out->length = n;
	if (n >= 8 && n <= 10 && read_number(r, n, out))
		return true;
	if (n != 8 && n != 12 && n != 16 && n != 32)
		return false;
	for (i = 0; i < n / 2; i++)
		octet[i] =
		    (uint8_t)(hex(r->at[2 * i]) << 4 | hex(r->at[2 * i + 1]));
	switch (n) {
	case 8:
		return is_ipv4(r->t, octet, out);
	case 12:
		return is_mac(r->t, octet, out);
	case 16:
		return is_eui64(r->t, octet, out);
	default:
		return is_ipv6(r->t, octet, out);
	}
}

/*
 * Six or eight pairs of digits, or three or four fours, with one sign
 * between: what begins as eight may be six only if it ends there.
 */
static bool
read_grouped(const struct run *r, size_t each, struct reading *out)
{
	uint8_t octet[8], sign = 0;
	const uint8_t *at = r->at;
	size_t n = 0, i;

	while (n < 8) {
		if (n > 0) {
			if (at == r->end || (sign != 0 && *at != sign) ||
			    hex(*at) != -1)
				break;
			sign = *at++;
		}
		for (i = 0; i < each; i += 2, at += 2) {
			if (r->end - at < 2 || hex(at[0]) == -1 ||
			    hex(at[1]) == -1)
				return false;
			octet[n++] = (uint8_t)(hex(at[0]) << 4 | hex(at[1]));
		}
	}
	if (at < r->end && hex(*at) != -1)
		return false;
	out->length = (size_t)(at - r->at);
	return (n == 6 && is_mac(r->t, octet, out)) ||
	    (n == 8 && is_eui64(r->t, octet, out));
}

/*
 * The whole of what is left of a run, or without a port or the end of a
 * sentence behind it.
 */
static bool
read_ipv6(const struct run *r, struct reading *out)
{
	char text[TOKEN];
	uint8_t octet[16];
	size_t n = 0;
	int tries;

	if (r->at[0] == ':' && (r->at[1] != ':' || r->at[2] == ':'))
		return false;
	while (r->at + n < r->end && n < sizeof(text) - 1 && r->at[n] != '-') {
		text[n] = (char)r->at[n];
		n++;
	}
	for (tries = 0; n >= TOKEN_LEAST && tries < 3; tries++) {
		text[n] = '\0';
		if (strchr(text, ':') == NULL)
			return false;
		if (inet_pton(AF_INET6, text, octet) == 1) {
			out->length = n;
			return is_ipv6(r->t, octet, out);
		}
		if (hex((uint8_t)text[n - 1]) != -1)
			while (n > 0 && hex((uint8_t)text[n - 1]) != -1)
				n--;
		while (n > 0 && hex((uint8_t)text[n - 1]) == -1 &&
		    (n < 2 || text[n - 2] != ':'))
			n--;
	}
	return false;
}

/* What begins at r->at; false when it is no original. */
static bool
read_part(const struct run *r, struct reading *out)
{
	size_t n = count_hex(r);

	out->four = 0;
	if (read_dotted(r, out) || (r->alone && n >= 8 && read_bare(r, n, out)))
		return true;
	if ((n == 2 && read_grouped(r, 2, out)) ||
	    (n == 4 && read_grouped(r, 4, out)))
		return true;
	return read_ipv6(r, out);
}

/* Note a find; of a pseudonym's column, only what chance does not make. */
static void
note(enum fv_traces_mode mode, const struct reading *found, uint64_t row,
    struct fv_traces_tally *tally)
{
	uint32_t number;

	if (mode == FV_TRACES_PSEUDONYMS &&
	    found->kind == FV_TRACES_IPV4_TEXT) {
		fv_traces_note(tally, FV_TRACES_IPV4, row);
		number = (found->four - 1) >> FV_TRACES_FLAGS;
		tally->seen[number / 64] |= UINT64_C(1) << (number % 64);
		return;
	}
	fv_traces_note(tally, found->kind, row);
}

/* A decoy in a column of pseudonyms is to be counted, too. */
static bool
is_decoy(enum fv_traces_mode mode, const struct reading *found)
{
	return mode == FV_TRACES_PSEUDONYMS && found->four != 0;
}

void
fv_traces_find_text(const struct fv_traces *t, enum fv_traces_mode mode,
    size_t width, const uint8_t *bytes, size_t n, size_t lead, uint64_t row,
    struct fv_traces_tally *tally)
{
	const uint8_t *end = bytes + n, *from, *to;
	struct reading found;
	struct run r = { .t = t };
	uint32_t number;

	for (from = bytes; from < end; from = to + 1) {
		/* A run is six long: its sixth character is seen from here. */
		while (
		    end - from >= TOKEN_LEAST && !token[from[TOKEN_LEAST - 1]])
			from += TOKEN_LEAST;
		while (from < end && !token[*from])
			from++;
		for (to = from; to < end && token[*to];)
			to++;
		if (to - from < TOKEN_LEAST || (size_t)(to - bytes) <= lead)
			continue;
		r.end = to;
		for (r.at = from; to - r.at >= TOKEN_LEAST; r.at++) {
			r.alone = r.at == from || hex(r.at[-1]) == -1;
			if (!r.alone)
				continue;
			found.four = 0;
			if (read_part(&r, &found)) {
				if ((size_t)(r.at - bytes) + found.length <=
				    lead)
					continue;
				note(mode, &found,
				    fv_traces_row(width, lead, row,
					(size_t)(r.at - bytes)),
				    tally);
				r.at += found.length - 1;
			} else if (is_decoy(mode, &found)) {
				number = (found.four - 1) >> FV_TRACES_FLAGS;
				tally->seen[number / 64] |= UINT64_C(1)
				    << (number % 64);
			}
		}
	}
}
