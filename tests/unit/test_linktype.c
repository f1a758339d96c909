#include "tests/unit/suites.h"

#include "base/attributes.h"
#include "convert/linktype.h"

static void
link_types_have_names(void)
{
	static const struct {
		uint32_t link_type;
		const char *name, *description;
	} rows[] = {
		{ 0, "NULL", "BSD loopback" },
		{ 1, "EN10MB", "Ethernet" },
		{ 9, "PPP", "PPP" },
		{ 12, "RAW", "Raw IP" },
		{ 50, "PPP_SERIAL", "PPP over serial" },
		{ 101, "RAW", "Raw IP" },
		{ 104, "C_HDLC", "Cisco HDLC" },
		{ 105, "IEEE802_11", "802.11" },
		{ 108, "LOOP", "OpenBSD loopback" },
		{ 113, "LINUX_SLL", "Linux cooked v1" },
		{ 127, "IEEE802_11_RADIO", "802.11 plus radiotap header" },
		{ 228, "IPV4", "Raw IPv4" },
		{ 276, "LINUX_SLL2", "Linux cooked v2" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CU_ASSERT_STRING_EQUAL(
		    fv_linktype_name(rows[i].link_type), rows[i].name);
		CU_ASSERT_STRING_EQUAL(
		    fv_linktype_description(rows[i].link_type),
		    rows[i].description);
	}
}

/* What a file says is what libpcap's number for it comes back as. */
static void
numbers_of_libpcap_become_those_of_files(void)
{
	static const uint16_t types[] = { 0, 1, 9, 50, 99, 101, 104, 105, 108,
		113, 127, 228, 229, 246, 258, 276 };
	size_t i;

	for (i = 0; i < FV_COUNT(types); i++)
		CU_ASSERT_EQUAL(
		    fv_linktype_of_dlt(fv_linktype_dlt(types[i])), types[i]);
}

static void
unknown_link_types_have_a_word_too(void)
{
	static const uint32_t unknown[] = { 9999, 65535, INT32_MAX,
		(uint32_t)INT32_MAX + 1, UINT32_MAX };
	size_t i;

	for (i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		CU_ASSERT_STRING_EQUAL(fv_linktype_name(unknown[i]), "unknown");
		CU_ASSERT_STRING_EQUAL(
		    fv_linktype_description(unknown[i]), "unknown");
	}
}

CU_TestInfo suite_linktype[] = {
	{ "numbers of libpcap become those of files",
	    numbers_of_libpcap_become_those_of_files },
	{ "link types have names", link_types_have_names },
	{ "unknown link types have a word too",
	    unknown_link_types_have_a_word_too },
	CU_TEST_INFO_NULL,
};
