#include "tests/unit/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "analysis/registry.h"
#include "analysis/report_json.h"
#include "tests/unit/trial.h"

static struct fv_result *
new_result(void)
{
	struct fv_err err;
	struct fv_result *r = fv_result_new("Report", &err);

	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	return r;
}

static char *
json_of(const struct fv_result *r, bool mask)
{
	struct fv_textbuf out = { 0 };
	struct fv_err err;

	CU_ASSERT_EQUAL_FATAL(fv_report_json_write(r, mask, &out, &err), 0);
	return out.bytes;
}

static const struct fv_result_figure cloud = {
	.name = "cloud",
	.title = "Cloud",
	.axis = { { "port", "port", false, 1, 0 },
	    { "days", "days", true, 86400, 0 } },
};

static const struct fv_result_figure again = {
	.name = "again",
	.title = "Again",
	.mark = FV_RESULT_DENSITY,
	.from = "R01",
	.axis = { { "x", "x", false, 1, 4 }, { "y", "y", false, 1, 8 },
	    { "z", "z", false, 1, 0 } },
};

static void
fill(struct fv_result *r)
{
	fv_result_section(r, "R01", "Title", "Statement \"quoted\".");
	fv_result_fact(r, "share", "Share", "1.7 %");
	fv_result_share(r, 57647, 3390980, 1);
	fv_result_fact(r, "none", "Share of nothing", NULL);
	fv_result_share(r, 0, 0, 2);
	fv_result_fact(r, "gini", "Gini", NULL);
	fv_result_ratio(r, 2, 3, 4);
	fv_result_fact(r, "huge", "Huge", NULL);
	fv_result_bytes(r, UINT64_MAX);
	fv_result_fact(r, "large", "Large", NULL);
	fv_result_count(r, INT64_MAX);
	fv_result_table(r, "hosts", "Hosts");
	fv_result_column(r, "host", "host", FV_RESULT_HOST, FV_RESULT_NO_BAR);
	fv_result_column(r, "n", "n", FV_RESULT_NUMBER, FV_RESULT_BAR_LOG);
	fv_result_host(r, 1, "192.0.2.1");
	fv_result_number(r, 80);
	fv_result_host(r, 2, "192.0.2.2");
	fv_result_none(r);
	fv_result_shown(r, 1, 7);
	fv_result_figure(r, &cloud);
	fv_result_drop(r, 80);
	fv_result_point(r, 22, UINT64_MAX, 0);
	fv_result_point(r, 80, 5, 0);
	fv_result_figure(r, &again);
	fv_result_note(r, "note");
}

static void
a_document_holds_what_the_result_holds(void)
{
	static const char want[] =
	    "{\"format\":\"flowveil-report 1.0\",\"title\":\"Report\","
	    "\"sections\":[{\"id\":\"R01\",\"title\":\"Title\","
	    "\"statement\":\"Statement \\\"quoted\\\".\",\"facts\":["
	    "{\"name\":\"share\",\"label\":\"Share\",\"type\":\"share\","
	    "\"value\":{\"part\":57647,\"whole\":3390980,\"percent\":1.7},"
	    "\"slides\":\"1.7 %\"},"
	    "{\"name\":\"none\",\"label\":\"Share of nothing\","
	    "\"type\":\"share\",\"value\":{\"part\":0,\"whole\":0,"
	    "\"percent\":null}},"
	    "{\"name\":\"gini\",\"label\":\"Gini\",\"type\":\"ratio\","
	    "\"value\":{\"part\":2,\"whole\":3,\"value\":0.6667}},"
	    "{\"name\":\"huge\",\"label\":\"Huge\",\"type\":\"bytes\","
	    "\"value\":\"18446744073709551615\"},"
	    "{\"name\":\"large\",\"label\":\"Large\",\"type\":\"count\","
	    "\"value\":9223372036854775807}],"
	    "\"tables\":[{\"name\":\"hosts\",\"title\":\"Hosts\","
	    "\"shown\":1,\"total\":7,"
	    "\"columns\":[{\"name\":\"host\",\"heading\":\"host\","
	    "\"type\":\"host\",\"bar\":\"none\"},{\"name\":\"n\","
	    "\"heading\":\"n\",\"type\":\"number\","
	    "\"bar\":\"logarithmic\"}],\"rows\":[{\"host\":{\"rank\":1,"
	    "\"label\":\"192.0.2.1\"},\"n\":80},{\"host\":{\"rank\":2,"
	    "\"label\":\"192.0.2.2\"},\"n\":null}]}],"
	    "\"figures\":[{\"name\":\"cloud\",\"title\":\"Cloud\","
	    "\"mark\":\"points\",\"axes\":[{\"name\":\"port\","
	    "\"label\":\"port\",\"scale\":\"linear\",\"unit\":1},"
	    "{\"name\":\"days\",\"label\":\"days\","
	    "\"scale\":\"logarithmic\",\"unit\":86400}],\"drop\":80,"
	    "\"values\":{\"port\":[22,80],"
	    "\"days\":[\"18446744073709551615\",5]}},"
	    "{\"name\":\"again\",\"title\":\"Again\","
	    "\"mark\":\"density\",\"axes\":[{\"name\":\"x\","
	    "\"label\":\"x\",\"scale\":\"linear\",\"unit\":1,\"step\":4},"
	    "{\"name\":\"y\",\"label\":\"y\",\"scale\":\"linear\","
	    "\"unit\":1,\"step\":8},{\"name\":\"z\",\"label\":\"z\","
	    "\"scale\":\"linear\",\"unit\":1}],\"from\":\"R01\"}],"
	    "\"notes\":[\"note\"]}]}";
	struct fv_result *r = new_result();
	json_t *root;
	char *text, *compact;

	fill(r);
	text = json_of(r, false);
	root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(root);
	compact = json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(15));
	CU_ASSERT_PTR_NOT_NULL_FATAL(compact);
	CU_ASSERT_STRING_EQUAL(compact, want);
	CU_ASSERT_EQUAL(text[strlen(text) - 1], '\n');
	/* Numbers of a figure stand on one line. */
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"port\": [22,80]"));
	free(compact);
	free(text);
	json_decref(root);
	fv_result_free(r);
}

static void
masked_labels_are_not_there(void)
{
	struct fv_result *r = new_result();
	char *text;

	fill(r);
	text = json_of(r, true);
	CU_ASSERT_PTR_NULL(strstr(text, "192.0.2"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"rank\": 2"));
	free(text);
	fv_result_free(r);
}

/*
 * The same rows under other addresses, as another key would give them: a
 * Gray code turns a bit by those before it, so that it keeps prefixes.
 */
static void
masked_reports_do_not_depend_on_addresses(void)
{
	struct fv_result *before, *after;
	struct trial rows;
	char *a, *b;
	size_t i, k;

	trial_make(&rows, 3000, 60, 9);
	for (i = 0; i < FV_REGISTRY_COUNT; i++) {
		before = trial_run(fv_registry[i], &rows, 2, TRIAL_FORWARD, 1);
		for (k = 0; k < 60; k++) {
			rows.host[k].address_low ^=
			    rows.host[k].address_low >> 1 ^ 0x5a5a5a5a;
			(void)snprintf(rows.host[k].address,
			    sizeof(rows.host[k].address), "2001:db8::%zx",
			    61 - k);
		}
		after = trial_run(fv_registry[i], &rows, 2, TRIAL_FORWARD, 1);
		a = json_of(before, true);
		b = json_of(after, true);
		CU_ASSERT_STRING_EQUAL(a, b);
		free(a);
		free(b);
		fv_result_free(before);
		fv_result_free(after);
	}
	trial_free(&rows);
}

static void
a_failed_result_is_not_rendered(void)
{
	struct fv_result *r = new_result();
	struct fv_textbuf out = { 0 };
	struct fv_err err;

	r->err.code = FV_ELIMIT;
	CU_ASSERT_EQUAL(fv_report_json_write(r, false, &out, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_ELIMIT);
	fv_textbuf_free(&out);
	fv_result_free(r);
}

CU_TestInfo suite_report_json[] = {
	{ "a document holds what the result holds",
	    a_document_holds_what_the_result_holds },
	{ "masked labels are not there", masked_labels_are_not_there },
	{ "masked reports do not depend on addresses",
	    masked_reports_do_not_depend_on_addresses },
	{ "a failed result is not rendered", a_failed_result_is_not_rendered },
	CU_TEST_INFO_NULL,
};
