#include "cli/audit_run.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/audit_columns.h"
#include "cli/audit_internal.h"
#include "datasets/door.h"
#include "datasets/reader.h"
#include "datasets/schema.h"
#include "datasets/series.h"

static const char no_captures[] =
    "no captures were given: what must not be in it is not known";
/* The words of the format are in every dataset. */
static void
forgive_format(struct fv_traces *traces)
{
	const struct fv_attribute *a;
	const struct fv_column *c;
	const struct fv_flag *f;
	size_t i, k;

	for (a = fv_schema_attributes; a->name != NULL; a++)
		fv_traces_forgive(traces, a->name);
	for (i = 0; i < FV_TABLES; i++) {
		fv_traces_forgive(traces, fv_schema_tables[i].name);
		fv_traces_forgive(traces, fv_schema_tables[i].title);
		for (k = 0; k < fv_schema_biflow_tables[i].ncolumns; k++) {
			c = &fv_schema_tables[i].columns[k];
			fv_traces_forgive(traces, c->name);
			fv_traces_forgive(traces, c->description);
			if (c->technique != NULL)
				fv_traces_forgive(traces, c->technique);
			for (f = c->flags; f != NULL && f->meaning != NULL; f++)
				fv_traces_forgive(traces, f->meaning);
		}
	}
}

static int
prepare_search(struct fv_audit *a)
{
	struct fv_harvest *h = a->subject->harvest;

	if (h == NULL)
		return 0;
	if ((a->traces = fv_traces_new(&h->originals, a->err)) == NULL)
		return -1;
	forgive_format(a->traces);
	fv_traces_counts(a->traces, &a->v->searched);
	a->v->captures = h->read.captures.n;
	a->v->packets = h->read.packets;
	return fv_traces_tally_init(a->traces, &a->bytes, a->err);
}

static void
on_unknown(void *arg, const char *place)
{
	struct fv_audit *a = arg;

	fv_audit_verdict_find(
	    a->v, FV_AUDIT_STRUCTURE, "%s is not of the format", place);
}

/* A name or an attribute: few bytes, each place for itself. */
static void
on_value(void *arg, const char *place, const void *bytes, size_t n,
    size_t width, bool text)
{
	struct fv_audit *a = arg;
	struct fv_traces_tally tally;

	a->v->bytes += n;
	if (a->traces == NULL || a->failed || n == 0)
		return;
	if (fv_traces_tally_init(a->traces, &tally, a->err) == -1) {
		a->failed = true;
		return;
	}
	fv_traces_scan(a->traces, text ? FV_TRACES_TEXTS : FV_TRACES_NUMBERS,
	    width, bytes, n, 0, 0, &tally);
	fv_traces_settle(a->traces, &tally);
	fv_audit_columns_tell(&tally, place, text ? "byte" : "element", a->v);
	fv_traces_tally_free(&tally);
}

static void
on_bytes(void *arg, const uint8_t *bytes, size_t n, size_t lead)
{
	struct fv_audit *a = arg;

	a->v->bytes += n - lead;
	if (a->traces != NULL)
		fv_traces_scan(a->traces, FV_TRACES_BYTES, 1, bytes, n, lead,
		    a->bytes.bytes, &a->bytes);
}

static int
audit_structure(struct fv_audit *a)
{
	const struct fv_inventory_listener listener = { on_unknown, on_value,
		on_bytes, a };
	struct fv_audit_verdict *v = a->v;

	if (fv_inventory_take(
		a->fd, a->size, &listener, &v->inventory, a->err) == -1 ||
	    a->failed)
		return -1;
	if (v->inventory.times > 0)
		fv_audit_verdict_find(v, FV_AUDIT_STRUCTURE,
		    "%" PRIu64 " objects tell when they were made",
		    v->inventory.times);
	if (v->inventory.hidden > 0)
		fv_audit_verdict_find(v, FV_AUDIT_STRUCTURE,
		    "%" PRIu64
		    " stretches of packed values belong to no column: what was "
		    "deleted is still there",
		    v->inventory.hidden);
	fv_audit_verdict_pass(v, FV_AUDIT_STRUCTURE,
	    "%" PRIu64 " names, %" PRIu64 " attributes, %" PRIu64
	    " bytes of columns as packed, %" PRIu64 " other bytes",
	    v->inventory.names, v->inventory.attributes,
	    v->inventory.chunk_bytes, v->inventory.other_bytes);
	if (a->traces != NULL) {
		fv_traces_settle(a->traces, &a->bytes);
		fv_audit_columns_tell(&a->bytes,
		    "the file's bytes outside of columns", "byte", v);
	}
	return 0;
}

static void
audit_contents(struct fv_audit *a)
{
	struct fv_err err;

	/* The fault's text names a column, and no value. */
	if (fv_door_content(a->fd, a->size, &err) == -1)
		fv_audit_verdict_find(a->v, FV_AUDIT_CONTENTS, "%s", err.text);
	fv_audit_verdict_pass(a->v, FV_AUDIT_CONTENTS, "all rows were read");
}

static void
audit_cipher(struct fv_audit *a)
{
	struct fv_err err;
	unsigned tested;

	if (fv_audit_mapping_self_test(&tested, &err) == -1)
		fv_audit_verdict_find(a->v, FV_AUDIT_CIPHER, "%s", err.text);
	fv_audit_verdict_pass(
	    a->v, FV_AUDIT_CIPHER, "%u pairs of address and pseudonym", tested);
}

static int
audit_columns(struct fv_audit *a)
{
	struct fv_audit_verdict *v = a->v;
	const struct fv_traces_count *s = &v->searched;

	if (fv_audit_columns(
		a->reader, a->traces, a->subject->threads, v, a->err) == -1)
		return -1;
	fv_audit_verdict_pass(
	    v, FV_AUDIT_POLICY, "%" PRIu64 " columns", v->columns);
	if (a->traces == NULL)
		return 0;
	fv_audit_verdict_pass(v, FV_AUDIT_ADDRESSES,
	    "%zu addresses in %" PRIu64
	    " bytes; each column against what chance makes of it",
	    s->ipv4, v->bytes);
	fv_audit_verdict_pass(v, FV_AUDIT_IDENTIFIERS,
	    "%zu IPv6 addresses and %zu MACs in %" PRIu64 " bytes", s->ipv6,
	    s->macs, v->bytes);
	fv_audit_verdict_pass(v, FV_AUDIT_TEXTS, "%zu addresses and %zu MACs",
	    s->ipv4 + s->ipv6, s->macs);
	fv_audit_verdict_pass(v, FV_AUDIT_NAMES, "%zu names", s->names);
	return 0;
}

/* Whether a policy dropped a column of /captures. */
static bool
is_dropped(const struct fv_audit *a, const char *column)
{
	const struct fv_table *table = &fv_schema_tables[FV_TABLE_CAPTURES];
	int number = fv_schema_column(table, column);

	return number != -1 &&
	    fv_reader_dropped(a->reader, FV_TABLE_CAPTURES, (size_t)number);
}

/* What of one capture is otherwise than the dataset says. */
static void
compare_capture(struct fv_audit *a, uint64_t number,
    const struct fv_capture_row *here, const struct fv_capture_row *there)
{
	struct fv_audit_verdict *v = a->v;
	int i;

	if (here->side != there->side && !is_dropped(a, "side"))
		fv_audit_verdict_find(v, FV_AUDIT_CAPTURES,
		    "capture %" PRIu64
		    ": is labelled otherwise (--inbound, --outbound)",
		    number);
	if ((here->link_type != there->link_type &&
		!is_dropped(a, "link_type")) ||
	    (here->snapshot_length != there->snapshot_length &&
		!is_dropped(a, "snapshot_length")) ||
	    (here->interfaces != there->interfaces &&
		!is_dropped(a, "interfaces")))
		fv_audit_verdict_find(v, FV_AUDIT_CAPTURES,
		    "capture %" PRIu64
		    ": link type, snapshot length or interfaces differ",
		    number);
	for (i = 0; i < FV_COUNTERS; i++) {
		if (here->counter[i] == there->counter[i] ||
		    is_dropped(a, fv_counter_info[i].column))
			continue;
		fv_audit_verdict_find(v, FV_AUDIT_CAPTURES,
		    "capture %" PRIu64 ": %s is %" PRIu64 " here, and %" PRIu64
		    " in the dataset",
		    number, fv_counter_info[i].column, here->counter[i],
		    there->counter[i]);
	}
}

/* Devices are those of all packets where each packet is a record. */
static void
compare_counts(struct fv_audit *a)
{
	const struct fv_harvest *h = a->subject->harvest;
	const char *mode = fv_reader_text(a->reader, "record_mode");
	uint64_t hosts = fv_reader_rows(a->reader, FV_TABLE_HOSTS);
	uint64_t devices = fv_reader_rows(a->reader, FV_TABLE_DEVICES);
	uint64_t flows = fv_reader_rows(a->reader, FV_TABLE_FLOWS);

	if (h->originals.hosts.count != hosts)
		fv_audit_verdict_find(a->v, FV_AUDIT_CAPTURES,
		    "%zu hosts are in the captures, %" PRIu64 " in the dataset",
		    h->originals.hosts.count, hosts);
	if (mode == NULL || strcmp(mode, "primitive") != 0)
		return;
	if (h->read.packets != flows)
		fv_audit_verdict_find(a->v, FV_AUDIT_CAPTURES,
		    "%" PRIu64 " packets are in the captures, %" PRIu64
		    " in the dataset",
		    h->read.packets, flows);
	if (h->devices != devices && devices != 0)
		fv_audit_verdict_find(a->v, FV_AUDIT_CAPTURES,
		    "%" PRIu64 " senders are in the captures, %" PRIu64
		    " devices in the dataset",
		    h->devices, devices);
}

static int
audit_captures(struct fv_audit *a)
{
	const struct fv_harvest *h = a->subject->harvest;
	uint64_t n = fv_reader_rows(a->reader, FV_TABLE_CAPTURES), i;
	struct fv_capture_row *rows;

	rows = fv_reader_table(a->reader, FV_TABLE_CAPTURES, a->err);
	if (rows == NULL)
		return -1;
	compare_counts(a);
	if (h->read.captures.n != n)
		fv_audit_verdict_find(a->v, FV_AUDIT_CAPTURES,
		    "%zu captures were given, %" PRIu64 " are in the dataset",
		    h->read.captures.n, n);
	else
		for (i = 0; i < n; i++)
			compare_capture(
			    a, i, &h->read.captures.row[i], &rows[i]);
	free(rows);
	fv_audit_verdict_pass(a->v, FV_AUDIT_CAPTURES,
	    "%zu captures in the order of the dataset, %" PRIu64
	    " packets, %zu hosts, every counter",
	    h->read.captures.n, h->read.packets, h->originals.hosts.count);
	return 0;
}

static char *
copy(const char *text)
{
	return text == NULL ? NULL : strdup(text);
}

/* The gates that need the captures, when there are none. */
static void
skip_captures(struct fv_audit *a)
{
	bool asked = !a->subject->without_captures;
	int i;

	for (i = FV_AUDIT_CAPTURES; i < FV_AUDIT_CLASSES; i++)
		fv_audit_verdict_skip(
		    a->v, (enum fv_audit_gate)i, asked, no_captures);
	fv_audit_hosts_skip(a, no_captures);
}

/*
 * The gates that hold the captures against their dataset.  One of a series has
 * a part of them, and numbers hosts by it.
 */
static int
hold_captures(struct fv_audit *a)
{
	static const char one_of_many[] =
	    "this dataset is one of a series: merge all of them, and audit "
	    "the result";
	struct fv_series series;

	if (fv_series_read(a->reader, &series, a->err) == -1)
		return -1;
	if (series.name[0] != '\0') {
		fv_audit_verdict_skip(
		    a->v, FV_AUDIT_CAPTURES, true, one_of_many);
		fv_audit_hosts_skip(a, one_of_many);
		return 0;
	}
	return audit_captures(a) == -1 ? -1 : fv_audit_hosts(a);
}

static int
audit_opened(struct fv_audit *a)
{
	struct fv_audit_verdict *v = a->v;

	v->format_version = copy(fv_reader_text(a->reader, "FORMAT_VERSION"));
	v->scheme = copy(fv_reader_text(a->reader, "anonymization_scheme"));
	v->key_id = copy(fv_reader_text(a->reader, "key_id"));
	v->content_digest = copy(fv_reader_text(a->reader, "content_digest"));
	v->with_captures = a->subject->harvest != NULL;
	v->spaces = copy(fv_reader_text(a->reader, "address_spaces"));
	a->canonical =
	    v->spaces == NULL || strcmp(v->spaces, FV_MAPPING_SPACES_ONE) == 0;
	if (prepare_search(a) == -1 || audit_structure(a) == -1)
		return -1;
	audit_contents(a);
	audit_cipher(a);
	if (a->subject->harvest == NULL)
		skip_captures(a);
	else if (hold_captures(a) == -1)
		return -1;
	return audit_columns(a);
}

int
fv_audit_run(const struct fv_audit_subject *subject, struct fv_audit_verdict *v,
    struct fv_err *err)
{
	struct fv_audit a = { .subject = subject, .v = v, .err = err };
	struct fv_door_found found;
	int rc = -1;

	fv_audit_verdict_init(v);
	if ((a.fd = fv_door_open_file(subject->dataset, &a.size, err)) == -1)
		return fv_err_within(err, "%s", subject->dataset);
	/*
	 * What is no dataset is told without its words: they may name what
	 * is in the file by names that must not be read.
	 */
	if (fv_door_structure(a.fd, a.size, &found, err) == -1 ||
	    (a.reader = fv_reader_open_fd(a.fd, a.size, err)) == NULL)
		(void)fv_err_set(err, FV_EFORMAT,
		    "%s: is not built as a dataset is; nothing in it was "
		    "audited ('flowveil dataset verify --unsigned' says why)",
		    subject->dataset);
	else
		rc = audit_opened(&a);
	fv_reader_free(a.reader);
	fv_traces_tally_free(&a.bytes);
	fv_traces_free(a.traces);
	(void)close(a.fd);
	return rc;
}
