#include "tests/unit/suites.h"

#include <string.h>

#include "base/attributes.h"
#include "datasets/prose.h"

static void
what_describes_a_dataset_goes_through(void)
{
	static const char *const good[] = {
		"",
		"A hotel's guest network, May 2026: 120 rooms; 1 Gbit/s.",
		"Z\xc3\xbcrich, \xe6\x9d\xb1\xe4\xba\xac, \xf0\x9f\x98\x80",
		"a /24 network and/or 5/6 of it, 12:30:15, 10-20",
		"see /flows, /hosts/address and `/captures`.",
		"such as 192.0.2.7, 198.51.100.1/24, 203.0.113.9:80",
		"such as 2001:db8::1 and 2001:db8::/32",
		"write to data@example.org or see https://example.org/a/b",
		"version 0.1.0; Debian 12.5; RFC 8493:",
		"::",
		"localhost tools; the local network; private.",
	};
	size_t i;

	for (i = 0; i < FV_COUNT(good); i++)
		CU_ASSERT_PTR_NULL(fv_prose_fault(good[i], false));
	CU_ASSERT_PTR_NULL(fv_prose_fault("one\n\ntwo", true));
}

static void
what_tells_of_the_house_does_not(void)
{
	static const struct {
		const char *text;
		const char *why;
	} bad[] = {
		{ "two\nlines", "more than one line" },
		{ "a tab\there", "control" },
		{ "an escape \x1b[31m", "control" },
		{ "a C1 control \xc2\x9b", "control" },
		{ "turned \xe2\x80\xae round", "control" },
		{ "zero\xe2\x80\x8bwidth", "control" },
		{ "latin \xe9", "UTF-8" },
		{ "too long \xc0\xaf", "UTF-8" },
		{ "too long \xe0\x80\xaf", "UTF-8" },
		{ "a surrogate \xed\xa0\x80", "UTF-8" },
		{ "past the end \xf4\x90\x80\x80", "UTF-8" },
		{ "cut \xe2\x80", "UTF-8" },
		{ "kept in /srv/captures", "path" },
		{ "(/home/x)", "path" },
		{ "=\"/etc\"", "path" },
		{ "~/x", "path" },
		{ "../x", "path" },
		{ "C:\\captures", "path" },
		{ "\\\\server\\share", "path" },
		{ "file:///x", "path" },
		{ "the gateway 10.1.0.1.", "IP address" },
		{ "10.1.0.0/16", "IP address" },
		{ "[172.16.0.1]:80", "IP address" },
		{ "8.8.8.8:53,", "IP address" },
		{ "fe80::1%eth0", "IP address" },
		{ "2001:4860:4860::8888", "IP address" },
		{ "00:00:5e:00:53:01", "link-layer" },
		{ "00-00-5E-00-53-01", "link-layer" },
		{ "0000.5e00.5301", "link-layer" },
		{ "on probe3.lan,", "host" },
		{ "PROBE.Local", "host" },
		{ "tap.home.arpa!", "host" },
		{ "by root@probe", "user" },
		{ "see https://probe.lan/x", "host" },
		{ "http://10.0.0.1:8080/x", "IP address" },
	};
	const char *why;
	size_t i;

	for (i = 0; i < FV_COUNT(bad); i++) {
		why = fv_prose_fault(bad[i].text, false);
		CU_ASSERT_PTR_NOT_NULL(why);
		CU_ASSERT(why != NULL && strstr(why, bad[i].why) != NULL);
	}
}

/* Every control character, alone. */
static void
no_control_character_goes_through(void)
{
	char text[] = "a?b";
	unsigned c;

	for (c = 1; c < 0x20; c++) {
		text[1] = (char)c;
		CU_ASSERT_PTR_NOT_NULL(fv_prose_fault(text, false));
		CU_ASSERT((fv_prose_fault(text, true) == NULL) == (c == '\n'));
	}
	text[1] = 0x7f;
	CU_ASSERT_PTR_NOT_NULL(fv_prose_fault(text, true));
}

CU_TestInfo suite_prose[] = {
	{ "what describes a dataset goes through",
	    what_describes_a_dataset_goes_through },
	{ "what tells of the house does not",
	    what_tells_of_the_house_does_not },
	{ "no control character goes through",
	    no_control_character_goes_through },
	CU_TEST_INFO_NULL,
};
