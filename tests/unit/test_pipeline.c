#include "tests/unit/suites.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "anonymize/mapping.h"
#include "convert/pipeline.h"
#include "datasets/reader.h"
#include "tests/capgen/capfile.h"
#include "tests/capgen/traffic.h"
#include "tests/unit/scratch.h"

/* What a listener heard. */
struct heard {
	int faults;
	char text[FV_ERR_TEXT];
	uint64_t bytes;
	uint64_t packets;
};

/* A conversion with what it needs, and what came of it. */
struct trial {
	struct fv_scratch scratch;
	struct fv_key *key;
	struct fv_policy policy;
	struct fv_pipeline_options options;
	struct fv_pipeline_summary summary;
	struct heard heard;
	struct fv_err err;
	int rc;
};

static void
hear_fault(void *context, const char *text)
{
	struct heard *h = context;

	h->faults++;
	(void)strcpy(h->text, text);
}

static void
hear_progress(void *context, uint64_t bytes, uint64_t packets)
{
	struct heard *h = context;

	CU_ASSERT_TRUE(bytes >= h->bytes && packets >= h->packets);
	h->bytes = bytes;
	h->packets = packets;
}

static void
begin(struct trial *t, enum fv_record_mode records)
{
	uint8_t secret[FV_KEY_SIZE] = { 1, 2, 3 };

	memset(t, 0, sizeof(*t));
	fv_scratch_make(&t->scratch);
	CU_ASSERT(fv_policy_builtin(FV_POLICY_DEFAULT, &t->policy));
	t->key = fv_key_import(secret, &t->err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(t->key);
	t->options = (struct fv_pipeline_options){
		.records = records,
		.idle_timeout = INT64_C(300000000000),
		.active_timeout = INT64_C(1800000000000),
		.site = "here",
		.site_kind = "hotel",
		.policy = &t->policy,
		.threads = 2,
	};
}

static void
finish(struct trial *t)
{
	fv_key_free(t->key);
	fv_scratch_remove(&t->scratch);
}

/* Convert captures "a" (and "b") to "out". */
static void
convert(struct trial *t, size_t n)
{
	const struct fv_listener listener = { hear_fault, NULL, hear_progress,
		NULL, &t->heard };
	const struct fv_reading_input inputs[] = {
		{ .path = fv_scratch_path(&t->scratch, "a") },
		{ .path = fv_scratch_path(&t->scratch, "b"),
		    .side = FV_SIDE_INBOUND },
	};

	t->rc = fv_pipeline_run(inputs, n, t->key,
	    fv_scratch_path(&t->scratch, "out"), &t->options, &listener,
	    &t->summary, &t->err);
}

static void
write_capture(struct trial *t, const char *name, const struct fv_capfile *file)
{
	fv_capfile_write(file, fv_scratch_path(&t->scratch, name));
}

static void
write_mixed(struct trial *t, const char *name, size_t cut)
{
	struct fv_capfile *file = fv_capfile_new();

	fv_traffic_mixed(file);
	if (cut > 0)
		fv_capfile_cut(file, cut);
	write_capture(t, name, file);
	fv_capfile_free(file);
}

static struct fv_reader *
open_output(struct trial *t)
{
	struct fv_reader *reader;

	reader = fv_reader_open(fv_scratch_path(&t->scratch, "out"), &t->err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(reader);
	return reader;
}

static void
counters_stored_are_counters_told(void)
{
	struct fv_capture_row *rows;
	struct fv_reader *reader;
	struct trial t;

	begin(&t, FV_RECORDS_PRIMITIVE);
	write_mixed(&t, "a", 0);
	write_mixed(&t, "b", 0);
	convert(&t, 2);
	CU_ASSERT_EQUAL_FATAL(t.rc, 0);
	CU_ASSERT_EQUAL(t.heard.faults, 0);
	CU_ASSERT_EQUAL(t.summary.counter[FV_COUNT_READ], 64);
	CU_ASSERT_EQUAL(t.summary.counter[FV_COUNT_RECORDED], 42);
	CU_ASSERT_EQUAL(t.heard.packets, 42);
	reader = open_output(&t);
	CU_ASSERT_EQUAL(fv_reader_rows(reader, FV_TABLE_FLOWS), 42);
	CU_ASSERT_EQUAL_FATAL(fv_reader_rows(reader, FV_TABLE_CAPTURES), 2);
	rows = fv_reader_table(reader, FV_TABLE_CAPTURES, &t.err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(rows);
	CU_ASSERT_EQUAL(
	    memcmp(rows[0].counter, rows[1].counter, sizeof(rows[0].counter)),
	    0);
	CU_ASSERT_TRUE(fv_counters_balance(rows[0].counter));
	/* They begin at the same time: the label decides. */
	CU_ASSERT_EQUAL(rows[0].side, FV_SIDE_INBOUND);
	CU_ASSERT_EQUAL(rows[1].side, FV_SIDE_BOTH);
	CU_ASSERT_EQUAL(rows[0].link_type, 1);
	CU_ASSERT_EQUAL(rows[0].interfaces, 1);
	CU_ASSERT_EQUAL(rows[0].first_time, INT64_C(1262304000000000000));
	CU_ASSERT_EQUAL(
	    rows[0].last_time, INT64_C(1262304000000000000) + 20 * 1000000);
	free(rows);
	fv_reader_free(reader);
	finish(&t);
}

/* Host ${number} is the pseudonym of ${address}, and of its family. */
static void
expect_host(struct trial *t, const struct fv_host *host, const char *address)
{
	struct fv_published_addr published;
	struct fv_raw_addr raw;
	struct fv_mapping_options options = t->options.mapping;
	struct fv_mapping *mapping;
	struct fv_host expected = { 0 };
	uint8_t octet[16];

	if (inet_pton(AF_INET, address, octet) == 1) {
		fv_raw_addr_set_ipv4(&raw, octet);
	} else {
		CU_ASSERT_EQUAL(inet_pton(AF_INET6, address, octet), 1);
		fv_raw_addr_set_ipv6(&raw, octet);
	}
	options.scope.site = t->options.site;
	mapping = fv_mapping_new(t->key, &options, &t->err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(mapping);
	CU_ASSERT_EQUAL(
	    fv_mapping_map(mapping, &raw, 1, &published, &t->err), 0);
	fv_hosts_set_address(&expected, &published);
	CU_ASSERT_STRING_EQUAL(host->address, expected.address);
	CU_ASSERT_STRING_NOT_EQUAL(host->address, address);
	CU_ASSERT_EQUAL(host->ip_version, expected.ip_version);
	fv_mapping_free(mapping);
}

static void
both_ends_are_pseudonyms_in_both_families(void)
{
	struct fv_host *hosts;
	struct fv_reader *reader;
	uint32_t source[21], destination[21];
	struct trial t;

	begin(&t, FV_RECORDS_PRIMITIVE);
	write_mixed(&t, "a", 0);
	convert(&t, 1);
	CU_ASSERT_EQUAL_FATAL(t.rc, 0);
	CU_ASSERT_EQUAL(t.summary.hosts, 4);
	reader = open_output(&t);
	hosts = fv_reader_table(reader, FV_TABLE_HOSTS, &t.err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(hosts);
	CU_ASSERT_EQUAL(fv_reader_column(reader, FV_TABLE_FLOWS, FV_FLOW_SOURCE,
			    0, 21, source, &t.err),
	    0);
	CU_ASSERT_EQUAL(fv_reader_column(reader, FV_TABLE_FLOWS,
			    FV_FLOW_DESTINATION, 0, 21, destination, &t.err),
	    0);
	expect_host(&t, &hosts[source[0]], "192.0.2.1");
	expect_host(&t, &hosts[destination[0]], "198.51.100.2");
	expect_host(&t, &hosts[source[9]], "2001:db8::1");
	expect_host(&t, &hosts[destination[9]], "2001:db8:1::2");
	free(hosts);
	fv_reader_free(reader);
	finish(&t);
}

/* Packets and bytes of all rows. */
static void
sum_rows(struct trial *t, uint64_t *packets, uint64_t *bytes)
{
	struct fv_reader *reader = open_output(t);
	uint64_t rows = fv_reader_rows(reader, FV_TABLE_FLOWS), i, value[2];

	*packets = *bytes = 0;
	for (i = 0; i < rows; i++) {
		CU_ASSERT_EQUAL(fv_reader_column(reader, FV_TABLE_FLOWS,
				    FV_FLOW_PACKETS, i, 1, &value[0], &t->err),
		    0);
		CU_ASSERT_EQUAL(fv_reader_column(reader, FV_TABLE_FLOWS,
				    FV_FLOW_BYTES, i, 1, &value[1], &t->err),
		    0);
		*packets += value[0];
		*bytes += value[1];
	}
	fv_reader_free(reader);
}

static void
both_modes_count_the_same_packets_and_bytes(void)
{
	uint64_t packets[2], bytes[2];
	struct trial t;

	begin(&t, FV_RECORDS_PRIMITIVE);
	write_mixed(&t, "a", 0);
	convert(&t, 1);
	CU_ASSERT_EQUAL_FATAL(t.rc, 0);
	sum_rows(&t, &packets[0], &bytes[0]);
	t.options.records = FV_RECORDS_UNIFLOW;
	t.options.replace = true;
	convert(&t, 1);
	CU_ASSERT_EQUAL_FATAL(t.rc, 0);
	/* TCP, UDP, ICMP of both families; SCTP, GRE and a later fragment. */
	CU_ASSERT_EQUAL(t.summary.flows, 9);
	sum_rows(&t, &packets[1], &bytes[1]);
	CU_ASSERT_EQUAL(packets[0], 21);
	CU_ASSERT_EQUAL(packets[1], 21);
	CU_ASSERT_EQUAL(bytes[0], bytes[1]);
	finish(&t);
}

static void
damage_is_told_and_the_rest_kept(void)
{
	struct trial t;

	begin(&t, FV_RECORDS_UNIFLOW);
	write_mixed(&t, "a", 300);
	convert(&t, 1);
	CU_ASSERT_EQUAL_FATAL(t.rc, 0);
	CU_ASSERT_EQUAL(t.heard.faults, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(t.heard.text, "/a: byte "));
	CU_ASSERT_EQUAL(t.summary.counter[FV_COUNT_FAULTS], 1);
	CU_ASSERT_TRUE(t.summary.counter[FV_COUNT_BYTES_SKIPPED] > 0);
	CU_ASSERT_EQUAL(t.summary.counter[FV_COUNT_RECORDED], 3);
	finish(&t);
}

static void
what_is_no_capture_leaves_nothing(void)
{
	struct trial t;

	begin(&t, FV_RECORDS_UNIFLOW);
	write_mixed(&t, "a", 0);
	(void)fv_scratch_file(&t.scratch, "b", "no capture", 10, 0600);
	convert(&t, 2);
	CU_ASSERT_EQUAL(t.rc, -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(t.err.text, "/b: "));
	CU_ASSERT_EQUAL(fv_scratch_count(&t.scratch), 2);
	finish(&t);
}

static void
settings_are_stored_and_networks_are_not(void)
{
	struct fv_networks internal = { .count = 0 };
	struct fv_reader *reader;
	int64_t number = 0;
	struct trial t;

	begin(&t, FV_RECORDS_UNIFLOW);
	CU_ASSERT_EQUAL(fv_networks_add(&internal, "192.0.2.0/24", &t.err), 0);
	t.options.internal = &internal;
	write_mixed(&t, "a", 0);
	convert(&t, 1);
	CU_ASSERT_EQUAL_FATAL(t.rc, 0);
	reader = open_output(&t);
	CU_ASSERT_STRING_EQUAL(
	    fv_reader_text(reader, "record_mode"), "uniflow");
	CU_ASSERT_STRING_EQUAL(
	    fv_reader_text(reader, "anonymization_scheme"), "crypto-pan");
	CU_ASSERT_STRING_EQUAL(
	    fv_reader_text(reader, "key_id"), fv_key_id(t.key));
	CU_ASSERT_STRING_EQUAL(fv_reader_text(reader, "internal_rule"),
	    "networks named by the custodian");
	CU_ASSERT_STRING_EQUAL(fv_reader_text(reader, "time_coverage_start"),
	    "2010-01-01T00:00:00Z");
	CU_ASSERT_STRING_EQUAL(fv_reader_text(reader, "time_coverage_end"),
	    "2010-01-01T00:00:00.020000000Z");
	CU_ASSERT_TRUE(fv_reader_number(reader, "idle_timeout_ns", &number));
	CU_ASSERT_EQUAL(number, INT64_C(300000000000));
	fv_reader_free(reader);
	finish(&t);
}

CU_TestInfo suite_pipeline[] = {
	{ "counters stored are counters told",
	    counters_stored_are_counters_told },
	{ "both ends are pseudonyms in both families",
	    both_ends_are_pseudonyms_in_both_families },
	{ "both modes count the same packets and bytes",
	    both_modes_count_the_same_packets_and_bytes },
	{ "damage is told, and the rest kept",
	    damage_is_told_and_the_rest_kept },
	{ "what is no capture leaves nothing",
	    what_is_no_capture_leaves_nothing },
	{ "settings are stored, and networks are not",
	    settings_are_stored_and_networks_are_not },
	CU_TEST_INFO_NULL,
};
