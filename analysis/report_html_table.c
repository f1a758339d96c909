#include "analysis/report_html_table.h"

#include <string.h>

#include "analysis/markup.h"
#include "analysis/report_findings.h"
#include "analysis/report_html.h"
#include "analysis/wording.h"

static bool
is_words(enum fv_result_type type)
{
	return type == FV_RESULT_TEXT || type == FV_RESULT_HOST;
}

static void
put_value(const struct fv_result_cell *cell, bool mask, struct fv_textbuf *out)
{
	char text[FV_WORDING_SIZE];

	fv_markup_text(out, fv_wording_cell(cell, cell->decimals, mask, text));
}

/* What the slides print for ${cell}, and whether ours is that. */
static void
put_slides(const struct fv_result_cell *cell, const char *slides,
    struct fv_textbuf *out)
{
	fv_textbuf_text(out, "<td class=\"slides\">");
	if (slides == NULL) {
		fv_textbuf_text(out, "</td><td></td>");
		return;
	}
	fv_textbuf_text(out, "<span>slides: </span>");
	fv_markup_text(out, slides);
	fv_textbuf_text(out, "</td>");
	switch (fv_report_findings_match(cell, slides)) {
	case FV_REPORT_SAME:
		fv_textbuf_text(
		    out, "<td class=\"mark same\">&#10003; same</td>");
		break;
	case FV_REPORT_DIFFERS:
		fv_textbuf_text(
		    out, "<td class=\"mark differs\">&#8800; differs</td>");
		break;
	case FV_REPORT_UNJUDGED:
		fv_textbuf_text(out, "<td></td>");
		break;
	}
}

static void
put_fact(const struct fv_result_fact *f, bool mask, struct fv_textbuf *out)
{
	/* A label in lower case goes on from the one before it. */
	bool goes_on = *f->label >= 'a' && *f->label <= 'z';

	fv_textbuf_format(
	    out, "<tr><th scope=\"row\"%s>", goes_on ? " class=\"on\"" : "");
	fv_markup_text(out, f->label);
	fv_textbuf_format(out, "</th><td class=\"%s\">",
	    is_words(f->cell.type) ? "words" : "number");
	put_value(&f->cell, mask, out);
	fv_textbuf_text(out, "</td>");
	put_slides(&f->cell, f->slides, out);
	fv_textbuf_text(out, "</tr>\n");
}

void
fv_report_html_facts(
    const struct fv_result_section *s, bool mask, struct fv_textbuf *out)
{
	size_t i;

	if (s->nfacts == 0)
		return;
	fv_textbuf_format(out,
	    "<table class=\"facts\" aria-label=\"%s, figures\">\n<tbody>\n",
	    s->id);
	for (i = 0; i < s->nfacts; i++)
		put_fact(&s->fact[i], mask, out);
	fv_textbuf_text(out, "</tbody>\n</table>\n");
}

/* The bar of a cell, for readers without scripts. */
static void
put_bar(const struct fv_result_table *t, size_t row, size_t c,
    struct fv_textbuf *out)
{
	enum { WIDTH = 1000 };
	enum fv_result_bar bar = t->column[c].bar;
	fv_result_wide amount, largest = 0;
	size_t i, n, cells = fv_result_rows(t) * t->ncolumns;

	for (i = c; i < cells; i += t->ncolumns)
		if ((amount = fv_wording_amount(&t->cell[i], bar)) > largest)
			largest = amount;
	amount = fv_wording_amount(&t->cell[row * t->ncolumns + c], bar);
	n = fv_wording_bar(amount, largest, bar, WIDTH);
	fv_textbuf_format(out,
	    "<td class=\"bar\"><svg><rect width=\"%zu.%zu%%\"/></svg></td>",
	    n / 10, n % 10);
}

static void
put_head(const struct fv_result_table *t, struct fv_textbuf *out)
{
	const struct fv_result_column *col;
	size_t c;

	fv_textbuf_text(out, "<thead><tr>");
	for (c = 0; c < t->ncolumns; c++) {
		col = &t->column[c];
		fv_textbuf_format(out, "<th scope=\"col\"%s>",
		    is_words(col->type) ? " class=\"words\"" : "");
		fv_markup_text(out, col->heading);
		fv_textbuf_text(out, "</th>");
		if (col->bar != FV_RESULT_NO_BAR)
			fv_textbuf_format(out,
			    "<th class=\"bar\" aria-hidden=\"true\">%s</th>",
			    col->bar == FV_RESULT_BAR_LOG ? "log" : "linear");
	}
	fv_textbuf_text(out, "</tr></thead>\n");
}

/* Rows from ${from} up to ${to}, with the heading above. */
static void
put_rows(const struct fv_result_table *t, size_t from, size_t to, bool mask,
    struct fv_textbuf *out)
{
	const struct fv_result_cell *cell;
	size_t i, c;

	put_head(t, out);
	fv_textbuf_text(out, "<tbody>\n");
	for (i = from; i < to; i++) {
		fv_textbuf_text(out, "<tr>");
		for (c = 0; c < t->ncolumns; c++) {
			cell = &t->cell[i * t->ncolumns + c];
			fv_textbuf_text(out,
			    is_words(t->column[c].type) ? "<td class=\"words\">"
							: "<td>");
			put_value(cell, mask, out);
			fv_textbuf_text(out, "</td>");
			if (t->column[c].bar != FV_RESULT_NO_BAR)
				put_bar(t, i, c, out);
		}
		fv_textbuf_text(out, "</tr>\n");
	}
	fv_textbuf_text(out, "</tbody>\n");
}

void
fv_report_html_table(const struct fv_result_section *s,
    const struct fv_result_table *t, bool mask, struct fv_textbuf *out)
{
	size_t rows = fv_result_rows(t), shown = fv_result_visible(t);
	size_t limit =
	    rows < FV_REPORT_HTML_ROWS ? rows : (size_t)FV_REPORT_HTML_ROWS;

	if (shown > limit)
		shown = limit;
	fv_textbuf_format(out,
	    "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
	    "aria-labelledby=\"%s-table-%s\">\n<table class=\"data\">\n"
	    "<caption id=\"%s-table-%s\">",
	    s->id, t->name, s->id, t->name);
	fv_markup_text(out, t->title);
	fv_textbuf_text(out, "</caption>\n");
	if (rows > 0)
		put_rows(t, 0, shown, mask, out);
	else
		fv_textbuf_text(out, "<tbody><tr><td>(none)</td></tr></tbody>");
	fv_textbuf_text(out, "</table>\n</div>\n");
	if (limit > shown) {
		fv_textbuf_format(out,
		    "<details class=\"more\"><summary>%zu more rows</summary>\n"
		    "<div class=\"scroll\"><table class=\"data\">\n",
		    limit - shown);
		put_rows(t, shown, limit, mask, out);
		fv_textbuf_text(out, "</table></div>\n</details>\n");
	}
	if (fv_result_total(t) == limit)
		return;
	fv_textbuf_format(out,
	    "<p class=\"left-out\">%zu more rows are left "
	    "out here",
	    fv_result_total(t) - limit);
	if (rows > limit)
		fv_textbuf_format(out,
		    "; the first %zu are in "
		    "<code>tables/%s-%s.csv</code> and "
		    "<code>report.json</code>",
		    rows, s->id, t->name);
	fv_textbuf_text(out, ".</p>\n");
}

void
fv_report_html_slides(
    const struct fv_result *r, bool mask, struct fv_textbuf *out)
{
	size_t i, k, same = 0, judged = 0, all = 0;
	const struct fv_result_fact *f;
	enum fv_report_match match;

	for (i = 0; i < r->nsections; i++)
		for (k = 0; k < r->section[i].nfacts; k++) {
			f = &r->section[i].fact[k];
			if (f->slides == NULL)
				continue;
			match = fv_report_findings_match(&f->cell, f->slides);
			all++;
			judged += match != FV_REPORT_UNJUDGED;
			same += match == FV_REPORT_SAME;
		}
	fv_textbuf_text(
	    out, "<section id=\"slides\">\n<h2>Beside the slides</h2>\n");
	if (all == 0) {
		fv_textbuf_text(out,
		    "<p>Nothing that the reference slides print is among "
		    "these results.</p>\n</section>\n");
		return;
	}
	fv_textbuf_format(out,
	    "<p>%zu of the %zu figures that the reference slides print are "
	    "the same here, to the digits they give. They measured another "
	    "network: a difference is a finding, not a fault. What they say "
	    "in words is left to the reader.</p>\n",
	    same, judged);
	fv_textbuf_text(out,
	    "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
	    "aria-label=\"Figures beside those of the slides\">\n"
	    "<table class=\"facts beside\">\n<thead><tr>"
	    "<th scope=\"col\">figure</th>"
	    "<th scope=\"col\" class=\"number\">here</th>"
	    "<th scope=\"col\">slides</th><th scope=\"col\">"
	    "<span class=\"unseen\">agreement</span></th></tr></thead>\n"
	    "<tbody>\n");
	for (i = 0; i < r->nsections; i++)
		for (k = 0; k < r->section[i].nfacts; k++) {
			f = &r->section[i].fact[k];
			if (f->slides == NULL)
				continue;
			fv_textbuf_format(out,
			    "<tr><th scope=\"row\"><a class=\"id\" "
			    "href=\"#%s\">%s</a> ",
			    r->section[i].id, r->section[i].id);
			fv_markup_text(out, f->label);
			fv_textbuf_text(out, "</th><td class=\"number\">");
			put_value(&f->cell, mask, out);
			fv_textbuf_text(out, "</td>");
			put_slides(&f->cell, f->slides, out);
			fv_textbuf_text(out, "</tr>\n");
		}
	fv_textbuf_text(out, "</tbody>\n</table>\n</div>\n</section>\n");
}
