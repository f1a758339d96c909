#include "tests/unit/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/bag_read.h"

static void
names_stay_inside_of_the_bag(void)
{
	static const char *const good[] = { "bagit.txt", "data/flows.h5",
		"data/a b/..c", "data/...", "data/caf\303\251",
		"d/\342\202\254", "a%0Ab" };
	static const char *const bad[] = { "", "/etc/passwd", "..", "../x",
		"data/../../x", "data/..", "data//x", "data/./x", "./x",
		"data/", "C:/x", "c:x", "data\\x", "a\nb", "a\rb", "a\tb",
		"a\033[2Jb", "a\177b", "a\200b", "a\300\257b", "a\355\240\200b",
		"a\302\205b", "a\364\220\200\200b", "a\342\202" };
	char length[FV_BAG_NAME + 2];
	struct fv_err err;
	size_t i;

	for (i = 0; i < FV_COUNT(good); i++)
		CU_ASSERT_EQUAL(fv_bag_name_check(good[i], &err), 0);
	for (i = 0; i < FV_COUNT(bad); i++) {
		CU_ASSERT_EQUAL(fv_bag_name_check(bad[i], &err), -1);
		CU_ASSERT_EQUAL(err.code, FV_EFORMAT);
	}
	memset(length, 'x', sizeof(length) - 1);
	length[sizeof(length) - 1] = '\0';
	CU_ASSERT_EQUAL(fv_bag_name_check(length, &err), -1);
	CU_ASSERT_EQUAL(fv_bag_name_check(length + 1, &err), 0);
}

/* 64 hexadecimal digits. */
#define HEX "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"

static void
a_manifest_is_read_in_every_form_that_the_rfc_allows(void)
{
	static const char text[] = HEX "  data/b\n" HEX " data/a b\r\n" HEX
				       "\t\tdata/c%0D%0a%25\r" HEX "  data/d";
	struct fv_bag_manifest m;
	struct fv_err err;

	CU_ASSERT_EQUAL(fv_bag_manifest_parse(text, sizeof(text) - 1 - 68,
			    FV_BAG_SHA256, &m, &err),
	    -1); /* CR and LF belong in no name of ours */
	CU_ASSERT_EQUAL_FATAL(
	    fv_bag_manifest_parse(text, 148, FV_BAG_SHA256, &m, &err), 0);
	CU_ASSERT_EQUAL(m.count, 2);
	CU_ASSERT_STRING_EQUAL(m.lines[0].name, "data/a b");
	CU_ASSERT_PTR_NULL(fv_bag_manifest_find(&m, "data/c"));
	CU_ASSERT_PTR_EQUAL(fv_bag_manifest_find(&m, "data/b"), &m.lines[1]);
	CU_ASSERT_EQUAL(m.lines[1].digest[31], 0xff);
	fv_bag_manifest_clear(&m);
	CU_ASSERT_EQUAL(
	    fv_bag_manifest_parse("", 0, FV_BAG_SHA512, &m, &err), 0);
	CU_ASSERT_EQUAL(m.count, 0);
	fv_bag_manifest_clear(&m);
}

static void
what_is_no_manifest_is_an_error_with_its_line(void)
{
	static const char *const bad[] = { "\n", HEX "\n", HEX "data/x\n",
		HEX "  \n", "zz" HEX "  data/x\n", HEX "  ../x\n",
		HEX "  data/%2e%2e/x\n", HEX "  data/x%\n", HEX "  data/x%0\n",
		HEX "  data/x%zz\n", HEX "  /x\n" };
	static const char nul[] = HEX "  data/x\0y\n";
	static const char twice[] = HEX "  data/x\n" HEX "  data/x\n";
	struct fv_bag_manifest m;
	struct fv_err err;
	size_t i;

	for (i = 0; i < FV_COUNT(bad); i++) {
		CU_ASSERT_EQUAL(fv_bag_manifest_parse(bad[i], strlen(bad[i]),
				    FV_BAG_SHA256, &m, &err),
		    -1);
		CU_ASSERT_EQUAL(strncmp(err.text, "line 1: ", 8), 0);
	}
	CU_ASSERT_EQUAL(fv_bag_manifest_parse(
			    nul, sizeof(nul) - 1, FV_BAG_SHA256, &m, &err),
	    -1);
	CU_ASSERT_EQUAL(fv_bag_manifest_parse(
			    twice, sizeof(twice) - 1, FV_BAG_SHA256, &m, &err),
	    -1);
	CU_ASSERT_STRING_EQUAL(err.text, "names data/x twice");
	/* A SHA-256 is no SHA-512. */
	CU_ASSERT_EQUAL(fv_bag_manifest_parse(
			    HEX "  data/x\n", 74, FV_BAG_SHA512, &m, &err),
	    -1);
}

static void
a_manifest_without_end_is_cut_at_a_limit(void)
{
	const size_t lines = FV_BAG_FILES + 1, width = 80;
	char *text = malloc(lines * width + 1);
	struct fv_bag_manifest m;
	struct fv_err err;
	size_t i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	for (i = 0; i < lines; i++)
		(void)sprintf(text + i * width, "%s  data/%08zu\n", HEX, i);
	CU_ASSERT_EQUAL(
	    fv_bag_manifest_parse(text, lines * width, FV_BAG_SHA256, &m, &err),
	    -1);
	CU_ASSERT_EQUAL(err.code, FV_ELIMIT);
	free(text);
}

static void
the_declaration_is_the_one_of_version_1(void)
{
	static const char *const good[] = {
		"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
		"BagIt-Version: 1.0\r\nTag-File-Character-Encoding: UTF-8\r\n",
		"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8",
	};
	static const char *const bad[] = { "", "BagIt-Version: 1.0\n",
		"BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n",
		"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-16\n",
		"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n\n" };
	struct fv_err err;
	size_t i;

	for (i = 0; i < FV_COUNT(good); i++)
		CU_ASSERT_EQUAL(
		    fv_bag_declaration_check(good[i], strlen(good[i]), &err),
		    0);
	for (i = 0; i < FV_COUNT(bad); i++)
		CU_ASSERT_EQUAL(
		    fv_bag_declaration_check(bad[i], strlen(bad[i]), &err), -1);
}

static void
the_oxum_is_two_numbers_once(void)
{
	static const char *const bad[] = { "Payload-Oxum: 1\n",
		"Payload-Oxum: 1.\n", "Payload-Oxum: .1\n", "Payload-Oxum:\n",
		"Payload-Oxum: 1.2.3\n", "Payload-Oxum: -1.2\n",
		"Payload-Oxum: 99999999999999999999.1\n",
		"Payload-Oxum: 1.1\nPayload-Oxum: 1.1\n" };
	static const char good[] = "Source-Organization: x\r\n"
				   "Payload-Oxum:\t279164409832.1198\r\n";
	struct fv_bag_oxum oxum;
	struct fv_err err;
	size_t i;

	CU_ASSERT_EQUAL(
	    fv_bag_info_parse(good, sizeof(good) - 1, &oxum, &err), 0);
	CU_ASSERT(
	    oxum.given && oxum.bytes == 279164409832 && oxum.files == 1198);
	CU_ASSERT_EQUAL(fv_bag_info_parse("A: b\n", 5, &oxum, &err), 0);
	CU_ASSERT_FALSE(oxum.given);
	for (i = 0; i < FV_COUNT(bad); i++)
		CU_ASSERT_EQUAL(
		    fv_bag_info_parse(bad[i], strlen(bad[i]), &oxum, &err), -1);
}

CU_TestInfo suite_bag_read[] = {
	{ "names stay inside of the bag", names_stay_inside_of_the_bag },
	{ "a manifest is read in every form that the RFC allows",
	    a_manifest_is_read_in_every_form_that_the_rfc_allows },
	{ "what is no manifest is an error with its line",
	    what_is_no_manifest_is_an_error_with_its_line },
	{ "a manifest without end is cut at a limit",
	    a_manifest_without_end_is_cut_at_a_limit },
	{ "the declaration is the one of version 1",
	    the_declaration_is_the_one_of_version_1 },
	{ "the Oxum is two numbers, once", the_oxum_is_two_numbers_once },
	CU_TEST_INFO_NULL,
};
