#include "cli/anonymize_summary.h"

#include <inttypes.h>

#include <jansson.h>

/* Heading of each kind of counter that is told; READ heads the table. */
static const struct {
	enum fv_counter_kind kind;
	const char *heading;
} kinds[] = {
	{ FV_KIND_REJECTED, "left out, by reason" },
	{ FV_KIND_NOTE, "noted" },
	{ FV_KIND_FAULT, "damage" },
};

enum { LABEL_WIDTH = 48 };

static void
print_row(
    const char *indent, const char *label, uint64_t n, uint64_t of, FILE *to)
{
	(void)fprintf(to, "%s%-*s %12" PRIu64, indent,
	    indent[0] == '\0' ? LABEL_WIDTH + 2 : LABEL_WIDTH, label, n);
	if (of > 0)
		(void)fprintf(to, " %9.4f %%", 100.0 * (double)n / (double)of);
	(void)fputc('\n', to);
}

/* What a counter is called here; a conversion records, this writes. */
static const char *
label_of(int counter)
{
	switch (counter) {
	case FV_COUNT_IPV4:
		return "written packets of IPv4";
	case FV_COUNT_IPV6:
		return "written packets of IPv6";
	default:
		return fv_counter_info[counter].description;
	}
}

void
fv_anonymize_summary_text(const struct fv_packet_pipeline_summary *s, FILE *to)
{
	uint64_t read = s->counter[FV_COUNT_READ];
	bool headed;
	size_t k;
	int i;

	(void)fprintf(to, "captures %" PRIu64 ", bytes written %" PRIu64 "\n\n",
	    s->captures, s->bytes);
	print_row("", "packets read", read, read, to);
	print_row(
	    "", "packets written", s->counter[FV_COUNT_RECORDED], read, to);
	for (k = 0; k < FV_COUNT(kinds); k++) {
		headed = false;
		for (i = 0; i < FV_COUNTERS; i++) {
			if (fv_counter_info[i].kind != kinds[k].kind ||
			    s->counter[i] == 0)
				continue;
			if (!headed)
				(void)fprintf(to, "%s\n", kinds[k].heading);
			headed = true;
			print_row("  ", label_of(i), s->counter[i],
			    kinds[k].kind == FV_KIND_FAULT ? 0 : read, to);
		}
	}
}

/* The counters of one kind as an object; NULL when memory has run out. */
static json_t *
counters_of(
    const struct fv_packet_pipeline_summary *s, enum fv_counter_kind kind)
{
	json_t *all = json_object();
	int i, rc = 0;

	for (i = 0; i < FV_COUNTERS; i++)
		if (fv_counter_info[i].kind == kind)
			rc |=
			    json_object_set_new(all, fv_counter_info[i].column,
				json_integer((json_int_t)s->counter[i]));
	if (rc == 0)
		return all;
	json_decref(all);
	return NULL;
}

int
fv_anonymize_summary_json(
    const struct fv_packet_pipeline_summary *s, FILE *to, struct fv_err *err)
{
	json_t *all;
	int rc = 0;

	all = json_pack("{s:I, s:I, s:I, s:I, s:o, s:o, s:o}", "captures",
	    (json_int_t)s->captures, "bytes_written", (json_int_t)s->bytes,
	    "packets_read", (json_int_t)s->counter[FV_COUNT_READ],
	    "packets_written", (json_int_t)s->counter[FV_COUNT_RECORDED],
	    "left_out", counters_of(s, FV_KIND_REJECTED), "noted",
	    counters_of(s, FV_KIND_NOTE), "damage",
	    counters_of(s, FV_KIND_FAULT));
	if (all == NULL || json_dumpf(all, to, JSON_INDENT(2)) == -1)
		rc = fv_err_set(err, FV_EIO, "counters not printed");
	(void)fputc('\n', to);
	json_decref(all);
	return rc;
}
