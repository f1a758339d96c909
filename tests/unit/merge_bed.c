#include "tests/unit/merge_bed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/coverage.h"
#include "datasets/hosts.h"
#include "datasets/merge.h"
#include "tests/unit/rows.h"

enum { SITES = 4, CAPTURES = 64 };

/* Hosts that a site may have, internal ones first. */
enum { HOSTS = 100000 };

/* Numbers given so far, plus 1; 0: not seen. */
struct numbers {
	uint32_t *given;
	uint64_t *order;
	uint32_t count;
};

struct bed {
	struct fv_writer *writer;
	struct fv_err err;
	struct numbers sites, hosts, devices, stacks;
	struct fv_site site[SITES];
	struct fv_capture_row capture[CAPTURES];
	const struct merge_bed_settings *settings;
};

static void
must(const struct bed *b, int rc)
{
	if (rc == 0)
		return;
	(void)fprintf(stderr, "merge_bed: %s\n", b->err.text);
	abort();
}

static void
start(struct numbers *n, size_t most)
{
	n->given = calloc(most, sizeof(*n->given));
	n->order = calloc(most, sizeof(*n->order));
	if (n->given == NULL || n->order == NULL)
		abort();
}

static void
end(struct numbers *n)
{
	free(n->given);
	free(n->order);
}

static uint32_t
number(struct numbers *n, uint64_t thing)
{
	if (n->given[thing] == 0) {
		n->order[n->count] = thing;
		n->given[thing] = ++n->count;
	}
	return n->given[thing] - 1;
}

/* Which of all sites ${name} is: "a", "b", ... */
static uint64_t
site_of(const char *name)
{
	return (uint64_t)(name[0] - 'a');
}

static void
write_flows(struct bed *b, const struct merge_bed_capture *c, uint32_t capture)
{
	uint64_t i, base = site_of(c->site) * HOSTS;
	struct fv_flow f;

	for (i = 0; i < c->n; i++) {
		rows_flow(c->first + i, &f);
		if (b->settings->scattered)
			f.source = (uint32_t)((c->first + i) % HOSTS);
		f.source = number(&b->hosts, base + f.source);
		f.destination = number(&b->hosts, base + f.destination);
		f.source_device = number(&b->devices, f.source_device);
		if (f.stack != FV_NO_ROW)
			f.stack = number(&b->stacks, f.stack);
		f.capture = capture;
		if (b->settings->dangling && i + 1 == c->n)
			f.destination = 4000000000;
		must(b,
		    fv_writer_append(
			b->writer, FV_TABLE_FLOWS, &f, 1, &b->err));
	}
}

static void
set_capture(struct bed *b, const struct merge_bed_capture *c, uint32_t i)
{
	struct fv_capture_row *row = &b->capture[i];
	struct fv_flow f;

	rows_capture(0, row);
	row->site = number(&b->sites, site_of(c->site));
	memset(row->counter, 0, sizeof(row->counter));
	row->counter[FV_COUNT_READ] = row->counter[FV_COUNT_RECORDED] = c->n;
	row->first_time = row->last_time = 0;
	if (c->n == 0)
		return;
	rows_flow(c->first, &f);
	row->first_time = f.start_time;
	rows_flow(c->first + c->n - 1, &f);
	row->last_time = f.start_time;
}

static void
write_hosts(struct bed *b)
{
	struct fv_published_addr v6 = { { 0x20, 0x01, 0x0d, 0xb8 }, 6 };
	struct fv_published_addr v4 = {
		{ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 198, 18 }, 4
	};
	struct fv_published_addr *a;
	struct fv_host host;
	uint64_t id, site;
	uint32_t i;

	for (i = 0; i < b->hosts.count; i++) {
		site = b->hosts.order[i] / HOSTS;
		id = b->hosts.order[i] % HOSTS;
		memset(&host, 0, sizeof(host));
		a = id % 2 == 0 ? &v4 : &v6;
		a->octet[13] = (uint8_t)((a == &v4 ? 18 : 0) | id >> 16);
		a->octet[14] = (uint8_t)(id >> 8);
		a->octet[15] = (uint8_t)id;
		fv_hosts_set_address(&host, a);
		host.site = number(&b->sites, site);
		host.internal = id < ROWS_HOSTS / 50 && !b->settings->outside;
		must(b,
		    fv_writer_append(
			b->writer, FV_TABLE_HOSTS, &host, 1, &b->err));
	}
}

static void
write_others(struct bed *b, size_t ncaptures)
{
	const char *kind = b->settings->kind;
	struct fv_device device;
	struct fv_stack stack;
	struct fv_site site;
	uint32_t i;

	for (i = 0; i < b->devices.count; i++) {
		rows_device(b->devices.order[i], &device);
		must(b,
		    fv_writer_append(
			b->writer, FV_TABLE_DEVICES, &device, 1, &b->err));
	}
	for (i = 0; i < b->stacks.count; i++) {
		rows_stack(b->stacks.order[i], &stack);
		must(b,
		    fv_writer_append(
			b->writer, FV_TABLE_STACKS, &stack, 1, &b->err));
	}
	for (i = 0; i < b->sites.count; i++) {
		memset(&site, 0, sizeof(site));
		site.name[0] = (char)('a' + (int)b->sites.order[i]);
		(void)strcpy(site.kind, kind == NULL ? "hotel" : kind);
		must(b,
		    fv_writer_append(
			b->writer, FV_TABLE_SITES, &site, 1, &b->err));
	}
	must(b,
	    fv_writer_append(
		b->writer, FV_TABLE_CAPTURES, b->capture, ncaptures, &b->err));
}

static void
write_root(struct bed *b, size_t ncaptures)
{
	const struct merge_bed_settings *s = b->settings;
	const char *const text[][2] = {
		{ "record_mode",
		    s->records == NULL ? "primitive" : s->records },
		{ "key_id", s->key_id == NULL ? "0123" : s->key_id },
		{ "anonymization_scheme",
		    s->scheme == NULL ? "crypto-pan" : s->scheme },
		{ "release", s->release },
		{ "title", s->title == NULL ? "A month" : s->title },
		{ "license", "CC-BY-4.0" },
		{ "extra", s->extra },
	};
	size_t i;

	for (i = 0; i < FV_COUNT(text); i++)
		if (text[i][1] != NULL)
			must(b,
			    fv_writer_text(
				b->writer, text[i][0], text[i][1], &b->err));
	must(b, fv_writer_number(b->writer, "idle_timeout_ns", 7, &b->err));
	must(b, fv_coverage_write(b->writer, b->capture, ncaptures, &b->err));
}

void
merge_bed_convert(const char *path, const struct merge_bed_capture *captures,
    size_t n, const struct merge_bed_settings *settings)
{
	static const struct merge_bed_settings usual;
	const struct fv_writer_options options = { .threads = 1,
		.replace = true };
	struct bed b = { .settings = settings == NULL ? &usual : settings };
	uint32_t i;

	if (n > CAPTURES)
		abort();
	start(&b.sites, SITES);
	start(&b.hosts, (size_t)SITES * HOSTS);
	start(&b.devices, ROWS_DEVICES);
	start(&b.stacks, ROWS_STACKS);
	b.writer = fv_writer_new(path, &options, &b.err);
	must(&b, b.writer == NULL ? -1 : 0);
	for (i = 0; i < n; i++) {
		set_capture(&b, &captures[i], i);
		write_flows(&b, &captures[i], i);
	}
	write_hosts(&b);
	write_others(&b, n);
	write_root(&b, n);
	must(&b, fv_writer_commit(b.writer, &b.err));
	fv_writer_free(b.writer);
	end(&b.sites);
	end(&b.hosts);
	end(&b.devices);
	end(&b.stacks);
}

int
merge_bed_merge(const char *path, const char *const *parts, size_t n,
    unsigned threads, struct fv_err *err)
{
	const struct fv_merge_options options = {
		.threads = threads,
		.replace = true,
	};
	struct fv_merge_summary summary;

	return fv_merge_run(parts, n, path, &options, &summary, err);
}

bool
merge_bed_same(const char *a, const char *b)
{
	size_t na = 0, nb = 1;
	unsigned char *fa = rows_slurp(a, &na), *fb = rows_slurp(b, &nb);
	bool same =
	    fa != NULL && fb != NULL && na == nb && memcmp(fa, fb, na) == 0;

	free(fa);
	free(fb);
	return same;
}
