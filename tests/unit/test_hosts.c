#include "tests/unit/suites.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/attributes.h"
#include "datasets/hosts.h"

/* The host row of an address. */
static struct fv_host
host_of(uint8_t version, const uint8_t octet[16])
{
	struct fv_published_addr addr;
	struct fv_host host;

	memcpy(addr.octet, octet, sizeof(addr.octet));
	addr.ip_version = version;
	memset(&host, 0x77, sizeof(host));
	fv_hosts_set_address(&host, &addr);
	return host;
}

static void
ipv4_is_dotted(void)
{
	static const struct {
		uint8_t octet[16];
		const char *text;
	} cases[] = {
		{ { [10] = 255, 255, 192, 0, 2, 1 }, "192.0.2.1" },
		{ { [10] = 255, 255, 0, 0, 0, 0 }, "0.0.0.0" },
		{ { [10] = 255, 255, 255, 255, 255, 255 }, "255.255.255.255" },
		{ { [10] = 255, 255, 10, 0, 0, 9 }, "10.0.0.9" },
	};
	struct fv_host host;
	size_t i;

	for (i = 0; i < FV_COUNT(cases); i++) {
		host = host_of(4, cases[i].octet);
		CU_ASSERT_STRING_EQUAL(host.address, cases[i].text);
		CU_ASSERT_EQUAL(host.ip_version, 4);
		CU_ASSERT_EQUAL(host.address_high, 0);
		CU_ASSERT_EQUAL(host.address_low >> 32, 0xffff);
		CU_ASSERT_EQUAL(host.address_low & 0xff, cases[i].octet[15]);
		CU_ASSERT_EQUAL(
		    host.address_low >> 24 & 0xff, cases[i].octet[12]);
	}
}

/* Each octet in each place, as the C library writes them. */
static void
ipv4_is_as_inet_ntop_says(void)
{
	uint8_t octet[16] = { [10] = 255, 255, 203, 0, 113, 7 };
	char text[INET_ADDRSTRLEN];
	struct fv_host host;
	unsigned place, value;

	for (place = 12; place < 16; place++)
		for (value = 0; value < 256; value++) {
			octet[place] = (uint8_t)value;
			host = host_of(4, octet);
			CU_ASSERT_PTR_NOT_NULL(
			    inet_ntop(AF_INET, octet + 12, text, sizeof(text)));
			CU_ASSERT_STRING_EQUAL(host.address, text);
		}
}

/* The rules of RFC 5952, section 4, by number, and 5 for v4-mapped. */
static void
ipv6_is_as_rfc_5952_says(void)
{
	static const struct {
		uint8_t octet[16];
		const char *text;
	} cases[] = {
		/* 4.1: no leading zeros; a field of zeros is 0 */
		{ { 0x20, 1, 0x0d, 0xb8, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6 },
		    "2001:db8:1:2:3:4:5:6" },
		/* 4.2.1: as short as can be */
		{ { 0x20, 1, 0x0d, 0xb8, [15] = 1 }, "2001:db8::1" },
		{ { 0x20, 1, 0x0d, 0xb8, [13] = 2, [15] = 1 },
		    "2001:db8::2:1" },
		/* 4.2.2: one field of zeros is not shortened */
		{ { 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1 },
		    "2001:db8:0:1:1:1:1:1" },
		/* 4.2.3: the longest run; of equal ones the first */
		{ { 0x20, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1 },
		    "2001:0:0:1::1" },
		{ { 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1 },
		    "2001:db8::1:0:0:1" },
		/* 4.3: lower case */
		{ { 0x20, 1, 0x0d, 0xb8, 0xab, 0xcd, 0xef, 0xab, 0xcd, 0xef,
		      0xab, 0xcd, 0xef, 0xab, 0xcd, 0xef },
		    "2001:db8:abcd:efab:cdef:abcd:efab:cdef" },
		/* 5: the mixed form behind the v4-mapped prefix */
		{ { [10] = 255, 255, 192, 0, 2, 1 }, "::ffff:192.0.2.1" },
		/* ends and edges */
		{ { 0 }, "::" },
		{ { [15] = 1 }, "::1" },
		{ { 0xff, 2, [15] = 1 }, "ff02::1" },
		{ { 0x20, 1, 0x0d, 0xb8 }, "2001:db8::" },
		{ { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
		      255, 255, 255, 255 },
		    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	};
	struct fv_host host;
	uint64_t high, low;
	size_t i, k;

	for (i = 0; i < FV_COUNT(cases); i++) {
		host = host_of(6, cases[i].octet);
		CU_ASSERT_STRING_EQUAL(host.address, cases[i].text);
		CU_ASSERT_EQUAL(host.ip_version, 6);
		for (high = low = 0, k = 0; k < 8; k++) {
			high = high << 8 | cases[i].octet[k];
			low = low << 8 | cases[i].octet[8 + k];
		}
		CU_ASSERT_EQUAL(host.address_high, high);
		CU_ASSERT_EQUAL(host.address_low, low);
	}
}

/* Text columns are compared and digested whole: the rest is NUL. */
static void
text_is_padded_with_nul(void)
{
	static const uint8_t octet[16] = { [10] = 255, 255, 192, 0, 2, 1 };
	struct fv_host host = host_of(4, octet);
	size_t i;

	for (i = strlen("192.0.2.1"); i < FV_ADDRESS_TEXT; i++)
		CU_ASSERT_EQUAL(host.address[i], 0);
}

/* Of the row, what is not the address stays as it was. */
static void
other_columns_are_left_alone(void)
{
	static const uint8_t octet[16] = { 0x20, 1, 0x0d, 0xb8 };
	struct fv_host host = host_of(6, octet);

	CU_ASSERT_EQUAL(host.site, 0x77777777);
	CU_ASSERT_EQUAL(host.address_class, 0x77);
	CU_ASSERT_EQUAL(host.internal, 0x77);
}

CU_TestInfo suite_hosts[] = {
	{ "IPv4 is as inet_ntop says", ipv4_is_as_inet_ntop_says },
	{ "IPv4 is dotted", ipv4_is_dotted },
	{ "IPv6 is as RFC 5952 says", ipv6_is_as_rfc_5952_says },
	{ "text is padded with NUL", text_is_padded_with_nul },
	{ "other columns are left alone", other_columns_are_left_alone },
	CU_TEST_INFO_NULL,
};
