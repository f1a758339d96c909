#include "analysis/report_html.h"

#include <stdio.h>
#include <string.h>

#include "analysis/markup.h"
#include "analysis/report_assets.h"
#include "analysis/report_charts.h"
#include "analysis/report_findings.h"
#include "analysis/report_html_table.h"
#include "analysis/wording.h"

/* What writing a page needs besides the result. */
struct page {
	const struct fv_result *result;
	struct fv_textbuf *out;
	bool mask;
};

/*
 * The parts of a page: each begins with the first section whose id is not
 * below its own.  Hosts that are looked at closely have a part of their own,
 * with a section in it that comes late.
 */
static const struct part {
	const char *id;
	const char *anchor;
	const char *title;
	bool host; /* it is about one host, the fact "host" of its first */
	const char *late;
} parts[] = {
	{ "R00", "capture", "What was captured", false, "" },
	{ "R06", "volumes", "Who sends how much", false, "" },
	{ "R08", "loudest", "The loudest host", true, "" },
	{ "R09", "services", "Ports and services", false, "" },
	{ "R15", "destinations", "Who sends to how many", false, "" },
	{ "R16", "suspect", "The suspicious host", true, "R29" },
	{ "R27", "further", "Beyond the slides", false, "" },
};

/* Whether the section is in part number ${part}. */
static bool
is_in(const struct fv_result_section *s, size_t part)
{
	size_t i, at = 0;

	for (i = 0; i < FV_COUNT(parts); i++) {
		if (strcmp(s->id, parts[i].late) == 0)
			return i == part;
		if (strcmp(s->id, parts[i].id) >= 0)
			at = i;
	}
	return at == part;
}

/* Whether any section is. */
static bool
has_any(const struct fv_result *r, size_t part)
{
	size_t i;

	for (i = 0; i < r->nsections; i++)
		if (is_in(&r->section[i], part))
			return true;
	return false;
}

/* The policy allows what the page has in itself, by digest, and no more. */
static int
put_policy(struct fv_textbuf *out, struct fv_err *err)
{
	fv_textbuf_text(out,
	    "<meta http-equiv=\"Content-Security-Policy\" content=\""
	    "default-src 'none'; base-uri 'none'; form-action 'none'; "
	    "style-src ");
	if (fv_markup_source(fv_report_assets_style.bytes,
		fv_report_assets_style.length, out, err) == -1)
		return -1;
	fv_textbuf_text(out, "; script-src ");
	if (fv_markup_source(fv_report_assets_chart.bytes,
		fv_report_assets_chart.length, out, err) == -1)
		return -1;
	fv_textbuf_text(out, " ");
	if (fv_markup_source(fv_report_assets_script.bytes,
		fv_report_assets_script.length, out, err) == -1)
		return -1;
	fv_textbuf_text(out, "\">\n");
	return 0;
}

static int
put_head(const struct page *p, struct fv_err *err)
{
	struct fv_textbuf *out = p->out;

	fv_textbuf_text(out,
	    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n");
	if (put_policy(out, err) == -1)
		return -1;
	fv_textbuf_text(out,
	    "<meta name=\"viewport\" content=\"width=device-width, "
	    "initial-scale=1\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n"
	    "<meta name=\"referrer\" content=\"no-referrer\">\n"
	    "<meta name=\"generator\" content=\"flowveil " FV_VERSION "\">\n"
	    "<title>");
	fv_markup_text(out, p->result->title);
	fv_textbuf_text(out, "</title>\n<style>");
	fv_textbuf_bytes(
	    out, fv_report_assets_style.bytes, fv_report_assets_style.length);
	fv_textbuf_text(out, "</style>\n</head>\n<body>\n");
	return 0;
}

static void
put_contents(const struct page *p)
{
	const struct fv_result *r = p->result;
	size_t i, k;

	fv_textbuf_text(p->out,
	    "<nav aria-label=\"Contents\">\n"
	    "<p class=\"brand\"><a href=\"#top\">flowveil report</a></p>\n"
	    "<details open>\n<summary>Contents</summary>\n<ol>\n"
	    "<li><a href=\"#findings\">Main findings</a></li>\n"
	    "<li><a href=\"#slides\">Beside the slides</a></li>\n");
	for (k = 0; k < FV_COUNT(parts); k++) {
		if (!has_any(r, k))
			continue;
		fv_textbuf_format(p->out,
		    "<li class=\"part\"><a href=\"#%s\">%s</a><ol>\n",
		    parts[k].anchor, parts[k].title);
		for (i = 0; i < r->nsections; i++) {
			if (!is_in(&r->section[i], k))
				continue;
			fv_textbuf_format(p->out,
			    "<li><a href=\"#%s\"><span class=\"id\">%s</span> ",
			    r->section[i].id, r->section[i].id);
			fv_markup_text(p->out, r->section[i].title);
			fv_textbuf_text(p->out, "</a></li>\n");
		}
		fv_textbuf_text(p->out, "</ol></li>\n");
	}
	fv_textbuf_text(p->out, "</ol>\n</details>\n</nav>\n");
}

/* A figure of few words that stands out: the whole at a glance. */
static void
put_tile(
    const struct page *p, const char *id, const char *name, const char *label)
{
	const struct fv_result_fact *f =
	    fv_report_findings_fact(p->result, id, name);
	char text[FV_WORDING_SIZE];

	if (f == NULL || f->cell.type == FV_RESULT_NONE)
		return;
	fv_textbuf_text(p->out, "<div><dd>");
	fv_markup_text(
	    p->out, fv_wording_cell(&f->cell, f->cell.decimals, p->mask, text));
	fv_textbuf_format(p->out, "</dd><dt>%s</dt></div>\n", label);
}

static void
put_summary(const struct page *p)
{
	struct fv_textbuf *out = p->out;

	fv_textbuf_text(out, "<header id=\"top\">\n<h1>");
	fv_markup_text(out, p->result->title);
	fv_textbuf_text(out,
	    "</h1>\n<p class=\"lead\">Traffic of a network of convenience, "
	    "from packet headers alone. Every address is a pseudonym, and an "
	    "address is not a person.</p>\n<dl class=\"tiles\">\n");
	put_tile(p, "R00", "records", "flow records");
	put_tile(p, "R00", "record_mode", "is what a record counts");
	put_tile(p, "R06", "hosts", "hosts that sent outward");
	put_tile(p, "R00", "hosts", "addresses in all");
	put_tile(p, "R01", "period", "from first to last packet");
	fv_textbuf_text(out, "</dl>\n</header>\n");
	fv_textbuf_text(
	    out, "<section id=\"findings\">\n<h2>Main findings</h2>\n");
	fv_report_findings_html(p->result, p->mask, out);
	fv_textbuf_text(out, "</section>\n");
	fv_report_html_slides(p->result, p->mask, out);
}

static void
put_figures(const struct page *p, const struct fv_result_section *s)
{
	struct fv_report_chart charts[FV_REPORT_CHARTS_LIMIT];
	size_t i, n = fv_report_charts_of(s, charts);
	size_t number = fv_report_charts_number(p->result, s->id);

	for (i = 0; i < n; i++) {
		fv_textbuf_format(p->out,
		    "<figure class=\"chart\" id=\"%s-figure-%s\" "
		    "data-chart=\"%zu\">\n<figcaption>",
		    s->id, fv_report_charts_name(&charts[i]), number + i);
		fv_markup_text(p->out, fv_report_charts_title(&charts[i]));
		fv_textbuf_text(p->out, "</figcaption>\n</figure>\n");
	}
}

static void
put_section(const struct page *p, const struct fv_result_section *s)
{
	size_t i;

	fv_textbuf_format(p->out,
	    "<section class=\"result\" id=\"%s\" "
	    "aria-labelledby=\"%s-title\">\n<h3 id=\"%s-title\">"
	    "<a class=\"id\" href=\"#%s\">%s</a> ",
	    s->id, s->id, s->id, s->id, s->id);
	fv_markup_text(p->out, s->title);
	fv_textbuf_text(p->out, "</h3>\n<p class=\"statement\">");
	fv_markup_text(p->out, s->statement);
	fv_textbuf_text(p->out, "</p>\n");
	fv_report_html_facts(s, p->mask, p->out);
	put_figures(p, s);
	for (i = 0; i < s->ntables; i++)
		fv_report_html_table(s, &s->table[i], p->mask, p->out);
	for (i = 0; i < s->nnotes; i++) {
		fv_textbuf_text(p->out, "<p class=\"note\">");
		fv_markup_text(p->out, s->note[i]);
		fv_textbuf_text(p->out, "</p>\n");
	}
	fv_textbuf_text(p->out, "</section>\n");
}

/* Who the part is about, and what it did, at a glance. */
static void
put_host(const struct page *p, const struct part *part)
{
	const struct fv_result_fact *f =
	    fv_report_findings_fact(p->result, part->id, "host");
	char text[FV_WORDING_SIZE];

	if (f == NULL)
		return;
	fv_textbuf_text(p->out, "<p class=\"host\">");
	fv_markup_text(p->out, f->label);
	fv_textbuf_text(p->out, ": <strong>");
	fv_markup_text(p->out, fv_wording_cell(&f->cell, 0, p->mask, text));
	fv_textbuf_text(p->out, "</strong></p>\n<dl class=\"tiles\">\n");
	if (strcmp(part->anchor, "suspect") == 0) {
		put_tile(p, "R26", "verdict", "what it seems to be");
		put_tile(p, "R24", "packets", "packets sent");
		put_tile(p, "R16", "destinations", "destinations");
		put_tile(p, "R16", "networks", "IPv4 /16s they lie in");
		put_tile(p, "R18", "port", "source port used most");
		put_tile(p, "R21", "ports", "destination ports");
	} else {
		put_tile(p, "R08", "packets", "packets sent");
		put_tile(p, "R08", "bytes", "bytes sent");
		put_tile(
		    p, "R08", "destination_port", "first destination port");
	}
	fv_textbuf_text(p->out, "</dl>\n");
}

static void
put_results(const struct page *p)
{
	const struct fv_result *r = p->result;
	size_t i, k;

	for (k = 0; k < FV_COUNT(parts); k++) {
		if (!has_any(r, k))
			continue;
		fv_textbuf_format(p->out,
		    "<section class=\"part%s\" id=\"%s\">\n<h2>%s</h2>\n",
		    parts[k].host ? " of-host" : "", parts[k].anchor,
		    parts[k].title);
		if (parts[k].host)
			put_host(p, &parts[k]);
		for (i = 0; i < r->nsections; i++)
			if (is_in(&r->section[i], k))
				put_section(p, &r->section[i]);
		fv_textbuf_text(p->out, "</section>\n");
	}
}

static void
put_foot(const struct page *p)
{
	struct fv_textbuf *out = p->out;

	fv_textbuf_text(out,
	    "<footer>\n<p>Made by flowveil " FV_VERSION ". The page holds all "
	    "that it needs, and asks no network for anything. The complete "
	    "numbers are in <code>report.json</code> and, table by table, in "
	    "<code>tables/</code> beside it.</p>\n"
	    "<details><summary>Licence of Chart.js, which draws the "
	    "figures</summary>\n<pre>");
	fv_markup_text(out, fv_report_assets_licence.bytes);
	fv_textbuf_text(out, "</pre></details>\n</footer>\n</main>\n");
	fv_textbuf_text(
	    out, "<script type=\"application/json\" id=\"charts\">");
	fv_report_charts_json(p->result, p->mask, out);
	fv_textbuf_text(out, "</script>\n<script>");
	fv_textbuf_bytes(
	    out, fv_report_assets_chart.bytes, fv_report_assets_chart.length);
	fv_textbuf_text(out, "</script>\n<script>");
	fv_textbuf_bytes(
	    out, fv_report_assets_script.bytes, fv_report_assets_script.length);
	fv_textbuf_text(out, "</script>\n</body>\n</html>\n");
}

int
fv_report_html_write(const struct fv_result *result, bool mask_labels,
    struct fv_textbuf *out, struct fv_err *err)
{
	const struct page page = { result, out, mask_labels };

	if (fv_result_done(result, err) == -1 || put_head(&page, err) == -1)
		return -1;
	put_contents(&page);
	fv_textbuf_text(out, "<main>\n");
	put_summary(&page);
	put_results(&page);
	put_foot(&page);
	return fv_textbuf_done(out, err);
}
