#include "tests/unit/suites.h"

#include <string.h>

#include "anonymize/succession.h"
#include "tests/unit/addresses.h"

/* Two publishers; the first one has rows. */
struct trial {
	struct fv_key *key;
	struct fv_publisher *from;
	struct fv_publisher *to;
	struct fv_flow row[4];
	struct fv_err err;
};

static struct fv_publisher *
publisher(struct trial *t)
{
	struct fv_publisher *pub = fv_publisher_new(
	    NULL, 0, t->key, &(struct fv_key_scope){ "here", NULL }, &t->err);

	CU_ASSERT_PTR_NOT_NULL_FATAL(pub);
	return pub;
}

static struct fv_flow
row_of(struct trial *t, struct fv_publisher *pub, const char *source,
    const char *destination, uint8_t device, uint16_t window)
{
	const struct fv_publisher_input input = { FV_SIDE_BOTH, 0 };
	struct fv_raw_packet p;
	struct fv_flow row;

	memset(&p, 0, sizeof(p));
	p.source = fv_raw_address(source);
	p.destination = fv_raw_address(destination);
	if (device != 0) {
		p.has |= FV_HAS_SOURCE_MAC;
		p.source_mac.octet[5] = device;
	}
	if (window != 0) {
		p.has |= FV_HAS_SYN;
		p.syn.window = window;
	}
	CU_ASSERT_EQUAL_FATAL(
	    fv_publisher_rows(pub, &input, &p, 1, &row, &t->err), 0);
	return row;
}

static void
setup(struct trial *t)
{
	t->key = fv_key_of_hex(FV_REFERENCE_KEY);
	t->from = publisher(t);
	t->to = publisher(t);
	t->row[0] = row_of(t, t->from, "10.0.0.1", "192.0.2.1", 1, 100);
	t->row[1] = row_of(t, t->from, "10.0.0.2", "192.0.2.1", 2, 0);
	t->row[2] = row_of(t, t->from, "10.0.0.3", "2001:db8::1", 0, 200);
	t->row[3] = row_of(t, t->from, "10.0.0.2", "10.0.0.1", 3, 300);
}

static void
teardown(struct trial *t)
{
	fv_publisher_free(t->from);
	fv_publisher_free(t->to);
	fv_key_free(t->key);
}

/* Let rows ${a} and ${b} go on, marked in this order. */
static void
succeed(struct trial *t, int a, int b)
{
	struct fv_succession *s = fv_succession_new(t->from, t->to, &t->err);

	CU_ASSERT_PTR_NOT_NULL_FATAL(s);
	fv_succession_mark(s, &t->row[a]);
	fv_succession_mark(s, &t->row[b]);
	CU_ASSERT_EQUAL_FATAL(fv_succession_number(s, &t->err), 0);
	fv_succession_change(s, &t->row[a]);
	fv_succession_change(s, &t->row[b]);
	fv_succession_free(s);
}

static void
rows_go_on_as_the_new_publisher_makes_them(void)
{
	struct fv_flow again[2];
	struct trial t;

	setup(&t);
	succeed(&t, 2, 3);
	again[0] = row_of(&t, t.to, "10.0.0.3", "2001:db8::1", 0, 200);
	again[1] = row_of(&t, t.to, "10.0.0.2", "10.0.0.1", 3, 300);
	CU_ASSERT_EQUAL(t.row[2].source, again[0].source);
	CU_ASSERT_EQUAL(t.row[2].destination, again[0].destination);
	CU_ASSERT_EQUAL(t.row[2].stack, again[0].stack);
	CU_ASSERT_EQUAL(t.row[2].source_device, FV_NO_ROW);
	CU_ASSERT_EQUAL(t.row[3].source, again[1].source);
	CU_ASSERT_EQUAL(t.row[3].destination, again[1].destination);
	CU_ASSERT_EQUAL(t.row[3].stack, again[1].stack);
	CU_ASSERT_EQUAL(t.row[3].source_device, again[1].source_device);
	/* And nobody else came along. */
	CU_ASSERT_EQUAL(fv_publisher_hosts(t.to), 4);
	CU_ASSERT_EQUAL(fv_publisher_devices(t.to), 1);
	CU_ASSERT_EQUAL(fv_publisher_stacks(t.to), 2);
	teardown(&t);
}

static void
numbers_follow_the_first_appearance(void)
{
	struct trial t;

	setup(&t);
	/* The later row is marked first. */
	succeed(&t, 3, 0);
	CU_ASSERT_EQUAL(t.row[0].source, 0);      /* 10.0.0.1 */
	CU_ASSERT_EQUAL(t.row[0].destination, 1); /* 192.0.2.1 */
	CU_ASSERT_EQUAL(t.row[3].source, 2);      /* 10.0.0.2 */
	CU_ASSERT_EQUAL(t.row[3].destination, 0);
	CU_ASSERT_EQUAL(t.row[0].source_device, 0);
	CU_ASSERT_EQUAL(t.row[3].source_device, 1);
	CU_ASSERT_EQUAL(t.row[0].stack, 0);
	CU_ASSERT_EQUAL(t.row[3].stack, 1);
	teardown(&t);
}

static void
what_is_known_already_keeps_its_number(void)
{
	struct trial t;

	setup(&t);
	(void)row_of(&t, t.to, "198.51.100.1", "10.0.0.2", 3, 0);
	succeed(&t, 3, 1);
	CU_ASSERT_EQUAL(t.row[3].source, 1);
	CU_ASSERT_EQUAL(t.row[3].source_device, 0);
	CU_ASSERT_EQUAL(fv_publisher_hosts(t.to), 4);
	CU_ASSERT_EQUAL(fv_publisher_devices(t.to), 2);
	teardown(&t);
}

CU_TestInfo suite_succession[] = {
	{ "rows go on as the new publisher makes them",
	    rows_go_on_as_the_new_publisher_makes_them },
	{ "numbers follow the first appearance",
	    numbers_follow_the_first_appearance },
	{ "what is known already keeps its number",
	    what_is_known_already_keeps_its_number },
	CU_TEST_INFO_NULL,
};
