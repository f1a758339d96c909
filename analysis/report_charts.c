#include "analysis/report_charts.h"

#include <inttypes.h>

#include "analysis/markup.h"
#include "analysis/wording.h"

static bool
is_amount(enum fv_result_type type)
{
	return type == FV_RESULT_COUNT || type == FV_RESULT_BYTES ||
	    type == FV_RESULT_SHARE || type == FV_RESULT_RATIO ||
	    type == FV_RESULT_DURATION;
}

/* The column that the table's author would draw; ncolumns if there is none. */
static size_t
bar_column(const struct fv_result_table *t)
{
	size_t c;

	for (c = 0; c < t->ncolumns; c++)
		if (t->column[c].bar != FV_RESULT_NO_BAR)
			return c;
	return t->ncolumns;
}

static size_t
add_bars(const struct fv_result_section *s, const struct fv_result_table *t,
    size_t column, size_t n, struct fv_report_chart *charts)
{
	bool below = false;
	size_t i;

	if (n == FV_REPORT_CHARTS_LIMIT)
		return n;
	for (i = column; i < t->ncells; i += t->ncolumns)
		below |= t->cell[i].negative;
	charts[n] = (struct fv_report_chart){ .section = s,
		.table = t,
		.column = column,
		.log =
		    t->column[column].bar != FV_RESULT_BAR_LINEAR && !below };
	return n + 1;
}

/*
 * A table of ten ports is not drawn beside a figure of all ports; one of which
 * people are shown a part is.  Where nothing asks to be drawn, the first
 * amounts of the first table are.
 */
size_t
fv_report_charts_of(const struct fv_result_section *s,
    struct fv_report_chart charts[FV_REPORT_CHARTS_LIMIT])
{
	const struct fv_result_table *t;
	size_t i, c, n = 0;

	for (i = 0; i < s->nfigures && n < FV_REPORT_CHARTS_LIMIT; i++)
		charts[n++] = (struct fv_report_chart){ .section = s,
			.figure = &s->figure[i],
			.log = s->figure[i].axis[s->figure[i].naxes - 1].log };
	for (i = 0; i < s->ntables; i++) {
		t = &s->table[i];
		c = bar_column(t);
		if (c == t->ncolumns || fv_result_rows(t) < 2 ||
		    (s->nfigures > 0 && t->shown == 0))
			continue;
		n = add_bars(s, t, c, n, charts);
	}
	for (i = 0; n == 0 && i < s->ntables; i++) {
		t = &s->table[i];
		for (c = 1; c < t->ncolumns && !is_amount(t->column[c].type);
		     c++)
			;
		if (c < t->ncolumns && fv_result_rows(t) > 1)
			n = add_bars(s, t, c, n, charts);
	}
	return n;
}

const char *
fv_report_charts_name(const struct fv_report_chart *chart)
{
	return chart->figure != NULL ? chart->figure->name : chart->table->name;
}

const char *
fv_report_charts_title(const struct fv_report_chart *chart)
{
	return chart->figure != NULL ? chart->figure->title
				     : chart->table->title;
}

/* A rank is where a bar stands, not what it is called. */
static bool
is_rank(const struct fv_result_column *column)
{
	return strcmp(column->name, "rank") == 0;
}

/*
 * Whether words of column ${c} make the label of a bar of column ${bar}: the
 * columns before the first amount do, or all that are no amounts, or all
 * before ${bar}.
 */
static bool
makes_label(const struct fv_result_table *t, size_t bar, size_t c)
{
	size_t i, leading = 0, others = 0;

	for (i = 0; i < t->ncolumns && !is_amount(t->column[i].type); i++)
		leading += !is_rank(&t->column[i]);
	if (leading > 0)
		return c < i && !is_rank(&t->column[c]);
	for (i = 0; i < t->ncolumns; i++)
		others +=
		    !is_amount(t->column[i].type) && !is_rank(&t->column[i]);
	if (others > 0)
		return !is_amount(t->column[c].type) && !is_rank(&t->column[c]);
	return c < bar && !is_rank(&t->column[c]);
}

void
fv_report_charts_label(const struct fv_report_chart *chart, size_t row,
    bool mask, struct fv_textbuf *out)
{
	const struct fv_result_table *t = chart->table;
	const struct fv_result_cell *cell;
	char text[FV_WORDING_SIZE];
	const char *words;
	bool first = true, range = false;
	size_t c;

	for (c = 0; c < t->ncolumns; c++) {
		if (!makes_label(t, chart->column, c))
			continue;
		cell = &t->cell[row * t->ncolumns + c];
		words = fv_wording_cell(cell, cell->decimals, mask, text);
		if (*words == '\0')
			continue;
		/* Amounts beside each other are the ends of a range. */
		if (!first)
			fv_textbuf_text(out, range ? " to " : " ");
		range = is_amount(cell->type);
		fv_textbuf_text(out, words);
		first = false;
	}
}

static void
put_member(struct fv_textbuf *out, const char *name, const char *text)
{
	fv_textbuf_format(out, "\"%s\":", name);
	fv_markup_json(out, text);
	fv_textbuf_text(out, ",");
}

static const char *
unit_of(enum fv_result_type type)
{
	switch (type) {
	case FV_RESULT_BYTES:
		return "bytes";
	case FV_RESULT_SHARE:
		return "percent";
	case FV_RESULT_DURATION:
		return "duration";
	default:
		return "count";
	}
}

double
fv_report_charts_length(const struct fv_report_chart *chart, size_t row)
{
	const struct fv_result_table *t = chart->table;
	const struct fv_result_cell *cell =
	    &t->cell[row * t->ncolumns + chart->column];
	double value = (double)cell->part;

	if (cell->type == FV_RESULT_SHARE)
		value *= 100;
	if (cell->type == FV_RESULT_SHARE || cell->type == FV_RESULT_RATIO)
		value = cell->whole == 0 ? 0 : value / (double)cell->whole;
	return cell->negative ? -value : value;
}

/* What stands below the bars: the headings that the labels are of. */
static void
put_category(const struct fv_report_chart *chart, struct fv_textbuf *out)
{
	const struct fv_result_table *t = chart->table;
	struct fv_textbuf words = { 0 };
	struct fv_err err;
	size_t c;

	for (c = 0; c < t->ncolumns; c++)
		if (makes_label(t, chart->column, c))
			fv_textbuf_format(&words, "%s%s",
			    words.length > 0 ? ", " : "", t->column[c].heading);
	if (fv_textbuf_done(&words, &err) == 0)
		put_member(out, "category", words.bytes);
	else if (out->err.code == FV_OK)
		out->err = err;
	fv_textbuf_free(&words);
}

static void
put_bars(const struct fv_report_chart *chart, bool mask, struct fv_textbuf *out)
{
	const struct fv_result_table *t = chart->table;
	struct fv_textbuf label = { 0 };
	struct fv_err err;
	size_t i, rows = fv_result_rows(t);

	put_member(out, "unit", unit_of(t->column[chart->column].type));
	put_member(out, "amount", t->column[chart->column].heading);
	put_category(chart, out);
	fv_textbuf_text(out, "\"labels\":[");
	for (i = 0; i < rows; i++) {
		label.length = 0;
		fv_textbuf_text(&label, "");
		fv_report_charts_label(chart, i, mask, &label);
		if (fv_textbuf_done(&label, &err) == -1) {
			if (out->err.code == FV_OK)
				out->err = err;
			break;
		}
		fv_textbuf_text(out, i > 0 ? "," : "");
		fv_markup_json(out, label.length == 0 ? "" : label.bytes);
	}
	fv_textbuf_free(&label);
	fv_textbuf_text(out, "],\"values\":[");
	for (i = 0; i < rows; i++) {
		fv_textbuf_text(out, i > 0 ? "," : "");
		fv_textbuf_format(
		    out, "%.16g", fv_report_charts_length(chart, i));
	}
	fv_textbuf_text(out, "]");
}

size_t
fv_report_charts_number(const struct fv_result *r, const char *id)
{
	struct fv_report_chart charts[FV_REPORT_CHARTS_LIMIT];
	size_t i, n = 0;

	for (i = 0; i < r->nsections; i++) {
		if (strcmp(r->section[i].id, id) == 0)
			break;
		n += fv_report_charts_of(&r->section[i], charts);
	}
	return n;
}

/*
 * The cells of a grid, zeros and all: column by column, as many in each.  Most
 * have something in them, so this is shorter than where each is.
 */
static void
put_cells(const struct fv_result_figure *f, struct fv_textbuf *out)
{
	uint64_t across = f->axis[0].step, up = f->axis[1].step;
	uint64_t rows = 0, cell, next = 0;
	size_t i;

	for (i = 0; i < f->nvalues; i += f->naxes)
		if (f->value[i + 1] / up >= rows)
			rows = f->value[i + 1] / up + 1;
	fv_textbuf_format(out, ",\"rows\":%" PRIu64 ",\"cells\":[", rows);
	for (i = 0; i < f->nvalues; i += f->naxes) {
		cell = f->value[i] / across * rows + f->value[i + 1] / up;
		for (; next < cell; next++)
			fv_textbuf_text(out, next > 0 ? ",0" : "0");
		fv_textbuf_format(
		    out, "%s%" PRIu64, next > 0 ? "," : "", f->value[i + 2]);
		next++;
	}
	fv_textbuf_text(out, "]");
}

static void
put_points(const struct fv_result *r, const struct fv_result_figure *f,
    struct fv_textbuf *out)
{
	uint64_t last = 0;
	size_t i, k;

	fv_textbuf_text(out, "\"axes\":[");
	for (i = 0; i < f->naxes; i++) {
		fv_textbuf_text(out, i > 0 ? ",{" : "{");
		put_member(out, "label", f->axis[i].label);
		fv_textbuf_format(out,
		    "\"unit\":%" PRIu64 ",\"step\":%" PRIu64 "}",
		    f->axis[i].unit, f->axis[i].step);
	}
	fv_textbuf_text(out, "]");
	if (f->drops)
		fv_textbuf_format(out, ",\"drop\":%" PRIu64, f->drop);
	if (fv_result_drawn(r, f) != f) {
		fv_textbuf_format(
		    out, ",\"from\":%zu", fv_report_charts_number(r, f->from));
		return;
	}
	if (f->mark == FV_RESULT_DENSITY) {
		put_cells(f, out);
		return;
	}
	for (k = 0; k < f->naxes; k++) {
		fv_textbuf_format(out, ",\"%c\":[", "xyz"[k]);
		for (i = k; i < f->nvalues; i += f->naxes) {
			fv_textbuf_text(out, i > k ? "," : "");
			fv_textbuf_format(
			    out, "%" PRIu64, f->value[i] - (k == 0 ? last : 0));
			last = f->value[i];
		}
		fv_textbuf_text(out, "]");
	}
}

void
fv_report_charts_json(
    const struct fv_result *r, bool mask, struct fv_textbuf *out)
{
	struct fv_report_chart charts[FV_REPORT_CHARTS_LIMIT];
	const char *kind;
	size_t i, k, n, all = 0;

	fv_textbuf_text(out, "[");
	for (i = 0; i < r->nsections; i++) {
		n = fv_report_charts_of(&r->section[i], charts);
		for (k = 0; k < n; k++) {
			kind = charts[k].figure == NULL ? "bars"
			    : charts[k].figure->mark == FV_RESULT_DENSITY
			    ? "density"
			    : "points";
			fv_textbuf_text(out, all++ > 0 ? ",\n{" : "\n{");
			put_member(out, "kind", kind);
			put_member(out, "section", r->section[i].id);
			put_member(
			    out, "title", fv_report_charts_title(&charts[k]));
			fv_textbuf_format(out, "\"log\":%s,",
			    charts[k].log ? "true" : "false");
			if (charts[k].figure == NULL)
				put_bars(&charts[k], mask, out);
			else
				put_points(r, charts[k].figure, out);
			fv_textbuf_text(out, "}");
		}
	}
	fv_textbuf_text(out, "\n]");
}
