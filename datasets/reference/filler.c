#include "datasets/reference/filler.h"

#include <string.h>

#include "datasets/reference/bytes.h"
#include "datasets/reference/profile.h"

/*
 * A line that no text protocol takes for one of its own, and that ends, so
 * that none waits for more.
 */
static const char line[] = "no one's data, only filler txt\r\n";
enum { LINE = sizeof(line) - 1 };

static void
put_lines(uint8_t *at, size_t n)
{
	size_t k;

	for (; n > 0; at += k, n -= k) {
		k = n < LINE ? n : LINE;
		memcpy(at, line, k);
	}
}

enum {
	DNS_HEADER = 12,
	DNS_SUFFIX = 9 + 4,                      /* \7example\0, type, class */
	DNS_LEAST = DNS_HEADER + 2 + DNS_SUFFIX, /* a label of one letter */
	DNS_RECORD = 12                          /* before its data */
};

/* A question of ${length} bytes with its header. */
static size_t
put_question(uint8_t *at, uint32_t number, size_t length)
{
	size_t label;

	if (length < DNS_LEAST)
		length = DNS_LEAST;
	label = length - DNS_LEAST + 1;
	if (label > 63)
		label = 63;
	memset(at, 0, DNS_HEADER);
	fv_bytes_put16(at, number);
	fv_bytes_put16(at + 2, 0x0100); /* recursion desired */
	fv_bytes_put16(at + 4, 1);
	at += DNS_HEADER;
	*at++ = (uint8_t)label;
	memset(at, 'a' + (int)(number % 26), label);
	at += label;
	memcpy(at, "\7example\0\0\1\0\1", DNS_SUFFIX);
	return DNS_LEAST - 1 + label;
}

/* An answer: the question, and a text record that fills what is left. */
static size_t
put_answer(uint8_t *bytes, uint32_t number, size_t length)
{
	size_t at = put_question(bytes, number, DNS_LEAST + 3), data, k;

	if (length < at + DNS_RECORD + 2)
		length = at + DNS_RECORD + 2;
	fv_bytes_put16(bytes + 2, 0x8180);
	fv_bytes_put16(bytes + 6, 1);
	data = length - at - DNS_RECORD;
	fv_bytes_put16(bytes + at, 0xc00c); /* the name in the question */
	fv_bytes_put16(bytes + at + 2, 16); /* TXT */
	fv_bytes_put16(bytes + at + 4, 1);
	fv_bytes_put32(bytes + at + 6, 300);
	fv_bytes_put16(bytes + at + 10, (uint32_t)data);
	at += DNS_RECORD;
	for (; data > 0; data -= k, at += k) {
		/* Strings of up to 255, and never a lone length at the end. */
		k = data <= 256 ? data : 200;
		bytes[at] = (uint8_t)(k - 1);
		put_lines(bytes + at + 1, k - 1);
	}
	return at;
}

/* RFC 1002 4.2.12: a query for a name of letters, half-ASCII encoded. */
static size_t
put_netbios(uint8_t *at, uint32_t number)
{
	int i;

	memset(at, 0, DNS_HEADER);
	fv_bytes_put16(at, number);
	fv_bytes_put16(at + 2, 0x0110); /* recursion desired, broadcast */
	fv_bytes_put16(at + 4, 1);
	at[12] = 32;
	for (i = 0; i < 16; i++) {
		at[13 + 2 * i] = 'E';
		at[14 + 2 * i] = (uint8_t)('B' + (number + (uint32_t)i) % 8);
	}
	at[45] = 0;
	fv_bytes_put16(at + 46, 0x0020);
	fv_bytes_put16(at + 48, 0x0001);
	return 50;
}

static size_t
put_ntp(uint8_t *at, bool out, uint32_t number)
{
	memset(at, 0, 48);
	at[0] = out ? 0x23 : 0x24; /* version 4, client or server */
	at[1] = out ? 0 : 2;
	at[2] = 10;
	at[3] = 0xec;
	memcpy(at + 12, out ? "INIT" : "\300\0\2\1", 4);
	fv_bytes_put32(at + 40, 0xccb8a900u + number);
	return 48;
}

static size_t
put_dhcp(uint8_t *at, bool out, uint32_t number)
{
	static const uint8_t options[2][14] = {
		{ 99, 130, 83, 99, 53, 1, 5, 51, 4, 0, 0, 0x0e, 0x10, 255 },
		{ 99, 130, 83, 99, 53, 1, 3, 57, 2, 5, 220, 255 },
	};

	memset(at, 0, 300);
	at[0] = out ? 1 : 2;
	at[1] = 1;
	at[2] = 6;
	fv_bytes_put32(at + 4, number);
	memcpy(at + 236, options[out], sizeof(options[out]));
	return 300;
}

static size_t
put_ssdp(uint8_t *at, size_t length)
{
	static const char head[] = "M-SEARCH * HTTP/1.1\r\n"
				   "HOST:239.255.255.250:1900\r\n"
				   "MAN:\"ssdp:discover\"\r\n"
				   "MX:3\r\nST:";
	size_t n = sizeof(head) - 1;

	memcpy(at, head, n);
	while (n + 5 < length)
		at[n++] = 'x';
	memcpy(at + n, "y\r\n\r\n", 5);
	return n + 5;
}

/* RFC 4380 2.8: a bubble, an IPv6 header with nothing behind it. */
static size_t
put_teredo(uint8_t *at, uint32_t number)
{
	memset(at, 0, 40);
	at[0] = 0x60;
	at[6] = 59;
	at[7] = 21;
	fv_bytes_put16(at + 8, 0xfe80);
	fv_bytes_put32(at + 20, number);
	fv_bytes_put16(at + 24, 0xff02);
	at[39] = 2;
	return 40;
}

size_t
fv_filler_write(
    uint8_t content, bool out, uint32_t number, size_t length, uint8_t *bytes)
{
	switch ((enum fv_content)content) {
	case FV_CONTENT_DNS:
		return out ? put_question(bytes, number, length)
			   : put_answer(bytes, number, length);
	case FV_CONTENT_NETBIOS:
		return put_netbios(bytes, number);
	case FV_CONTENT_NTP:
		return put_ntp(bytes, out, number);
	case FV_CONTENT_DHCP:
		return put_dhcp(bytes, out, number);
	case FV_CONTENT_SSDP:
		return put_ssdp(bytes, length);
	case FV_CONTENT_TEREDO:
		return put_teredo(bytes, number);
	case FV_CONTENT_WIREGUARD:
		length = length < 32 ? 32 : length / 16 * 16;
		break;
	default:
		break;
	}
	put_lines(bytes, length);
	if (length < 16)
		return length;
	if (content == FV_CONTENT_ESP) {
		fv_bytes_put32(bytes, 0x5e000001); /* a security association */
		fv_bytes_put32(bytes + 4, number + 1);
	} else if (content == FV_CONTENT_OPENVPN) {
		bytes[0] = 0x30; /* data, version 1, key 0 */
	} else if (content == FV_CONTENT_WIREGUARD) {
		memcpy(bytes, "\4\0\0\0\1\0\0\0", 8);
		memset(bytes + 8, 0, 8);
		memcpy(bytes + 8,
		    &(uint8_t[4]){ (uint8_t)number, (uint8_t)(number >> 8) },
		    4);
	} else if (content == FV_CONTENT_QUIC) {
		bytes[0] = 0x40; /* RFC 9000 17.3: a short header */
	}
	return length;
}
