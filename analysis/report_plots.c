#include "analysis/report_plots.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Past so many bars they stand without their labels. */
enum { LABELLED = 24 };

/* Points of a picture are told apart at twice its pixels, and log steps. */
enum { WIDE = 1600, TALL = 65 * 32 };

/* Up to so many points are drawn as marks, more as dots. */
enum { FEW = 5000 };

void
fv_report_plots_name(
    const struct fv_report_chart *chart, char name[FV_REPORT_PLOTS_NAME])
{
	(void)snprintf(name, FV_REPORT_PLOTS_NAME, "%s-%s", chart->section->id,
	    fv_report_charts_name(chart));
}

/* A text in single quotes, in which gnuplot takes nothing but quotes apart. */
static void
put_quoted(struct fv_textbuf *out, const char *text)
{
	fv_textbuf_text(out, "'");
	for (; *text != '\0'; text++)
		if (*text == '\'')
			fv_textbuf_text(out, "''");
		else
			fv_textbuf_bytes(out, text, 1);
	fv_textbuf_text(out, "'");
}

/* A label in a data file stands in double quotes, which it may not hold. */
static void
put_label(struct fv_textbuf *out, const char *text)
{
	fv_textbuf_text(out, "\"");
	for (; *text != '\0'; text++)
		fv_textbuf_bytes(
		    out, *text == '"' || *text == '\\' ? "'" : text, 1);
	fv_textbuf_text(out, "\"");
}

static int
put_bars(const struct fv_report_chart *chart, bool mask, struct fv_textbuf *out,
    struct fv_err *err)
{
	const struct fv_result_table *t = chart->table;
	struct fv_textbuf label = { 0 };
	size_t i, rows = fv_result_rows(t);
	int rc = 0;

	fv_textbuf_format(
	    out, "# rank %s label\n", t->column[chart->column].name);
	for (i = 0; i < rows && rc == 0; i++) {
		fv_textbuf_format(out, "%zu ", i + 1);
		fv_textbuf_format(
		    out, "%.16g ", fv_report_charts_length(chart, i));
		label.length = 0;
		fv_textbuf_text(&label, "");
		fv_report_charts_label(chart, i, mask, &label);
		rc = fv_textbuf_done(&label, err);
		if (rc == 0)
			put_label(out, label.bytes);
		fv_textbuf_text(out, "\n");
	}
	fv_textbuf_free(&label);
	return rc;
}

/* Where in the picture a value is, at half of a pixel or finer. */
static size_t
height(uint64_t value, uint64_t largest, bool log)
{
	unsigned bits;

	if (!log)
		return (size_t)fv_result_scaled(value, largest, TALL);
	bits = value == 0 ? 0 : 64 - (unsigned)__builtin_clzll(value);
	/* By powers of two, and 32 steps in each. */
	return bits <= 6 ? (size_t)value
			 : bits * 32 + (size_t)(value >> (bits - 6) & 31);
}

/*
 * Points of ${f} that can be told apart.  x does not decrease, so what was
 * drawn is remembered for one column at a time.
 */
static void
put_apart(const struct fv_result_figure *f, const struct fv_report_chart *chart,
    struct fv_textbuf *out)
{
	uint64_t x, y, most_x = f->value[f->nvalues - 2], most_y = 1;
	size_t i, at, column, last = SIZE_MAX, left = 0;
	struct fv_textbuf kept = { 0 };
	bool seen[TALL + 1] = { false };
	struct fv_err err;

	for (i = 0; i < f->nvalues; i += 2)
		if (!chart->figure->drops || f->value[i] != chart->figure->drop)
			if (f->value[i + 1] > most_y)
				most_y = f->value[i + 1];
	for (i = 0; i < f->nvalues; i += 2) {
		x = f->value[i];
		y = f->value[i + 1];
		column = (size_t)fv_result_scaled(x, most_x, WIDE);
		if (column != last)
			memset(seen, 0, sizeof(seen));
		last = column;
		at = height(y > most_y ? most_y : y, most_y, chart->log);
		if (seen[at]) {
			left++;
			continue;
		}
		seen[at] = true;
		fv_textbuf_format(&kept, "%" PRIu64 " %" PRIu64 "\n", x, y);
	}
	if (left > 0)
		fv_textbuf_format(out,
		    "# %zu points are left out that fall on others in the "
		    "picture; all are in tables/\n",
		    left);
	if (fv_textbuf_done(&kept, &err) == 0)
		fv_textbuf_bytes(out, kept.bytes, kept.length);
	else if (out->err.code == FV_OK)
		out->err = err;
	fv_textbuf_free(&kept);
}

int
fv_report_plots_data(const struct fv_result *r,
    const struct fv_report_chart *chart, bool mask, struct fv_textbuf *out,
    struct fv_err *err)
{
	const struct fv_result_figure *f;
	size_t i;

	if (chart->figure == NULL) {
		if (put_bars(chart, mask, out, err) == -1)
			return -1;
		return fv_textbuf_done(out, err);
	}
	f = fv_result_drawn(r, chart->figure);
	fv_textbuf_text(out, "#");
	for (i = 0; i < f->naxes; i++)
		fv_textbuf_format(out, " %s", f->axis[i].name);
	fv_textbuf_text(out, "\n");
	if (f->mark == FV_RESULT_POINTS && f->nvalues > 0) {
		put_apart(f, chart, out);
		return fv_textbuf_done(out, err);
	}
	for (i = 0; i < f->nvalues; i++)
		fv_textbuf_format(out, "%" PRIu64 "%s", f->value[i],
		    (i + 1) % f->naxes == 0 ? "\n" : " ");
	return fv_textbuf_done(out, err);
}

/* Lines that set the labels of both axes, and the scale of the amounts. */
static void
put_axes(
    const struct fv_report_chart *chart, bool lying, struct fv_textbuf *out)
{
	const struct fv_result_table *t = chart->table;
	const char *along = lying ? "x" : "y", *amount;
	bool share = chart->table != NULL &&
	    t->column[chart->column].type == FV_RESULT_SHARE;
	bool density = chart->figure != NULL && chart->figure->naxes == 3;

	amount = chart->figure != NULL ? chart->figure->axis[1].label
				       : t->column[chart->column].heading;
	fv_textbuf_format(out, "set format %s '%s'\nset %slabel ", along,
	    chart->log && !share && !density ? "%.0s%c" : "%g", along);
	put_quoted(out, amount);
	fv_textbuf_text(out, share ? " . ', %'\n" : "\n");
	if (chart->figure != NULL) {
		fv_textbuf_text(out, "set xlabel ");
		put_quoted(out, chart->figure->axis[0].label);
		fv_textbuf_text(out, "\n");
	} else if (!lying) {
		fv_textbuf_text(out, "set xlabel 'rank'\n");
	}
	if (density)
		fv_textbuf_format(out, "set cblabel '%s'\n%s",
		    chart->figure->axis[2].label,
		    chart->log ? "set logscale cb\n" : "");
	else if (chart->log)
		fv_textbuf_format(out, "set logscale %s\n", along);
}

/*
 * Where a logarithmic axis of bars begins: below the least of them, at a power
 * of ten or half of one, so that each is seen.
 */
static double
bottom(const struct fv_report_chart *chart)
{
	size_t i, rows = fv_result_rows(chart->table);
	double least = 0, value, power = 1;

	for (i = 0; i < rows; i++) {
		value = fv_report_charts_length(chart, i);
		if (value > 0 && (least == 0 || value < least))
			least = value;
	}
	if (least == 0)
		return 0.5;
	while (power > least)
		power /= 10;
	while (power * 10 <= least)
		power *= 10;
	return power / 2;
}

/* The ends of the axes. */
static void
put_ranges(
    const struct fv_report_chart *chart, bool lying, struct fv_textbuf *out)
{
	const struct fv_result_figure *f = chart->figure;
	size_t i;

	if (f == NULL) {
		if (chart->log)
			fv_textbuf_format(out, "set %srange [%g:*]\n",
			    lying ? "x" : "y", bottom(chart));
		fv_textbuf_format(out,
		    lying ? "set yrange [%zu.5:0.5]\n"
			  : "set xrange [0.5:%zu.5]\n",
		    fv_result_rows(chart->table));
		return;
	}
	if (f->mark == FV_RESULT_POINTS && chart->log)
		fv_textbuf_text(out, "set yrange [0.5:*]\n");
	for (i = 0; i < 2; i++)
		if (strcmp(f->axis[i].name, "port") == 0 &&
		    (i == 0 || f->mark == FV_RESULT_DENSITY))
			fv_textbuf_format(out,
			    "set %srange [0:65536]\nset %stics 8192\n",
			    i == 0 ? "x" : "y", i == 0 ? "x" : "y");
}

static void
put_plot(const struct fv_result *r, const struct fv_report_chart *chart,
    const char *name, struct fv_textbuf *out)
{
	const struct fv_result_figure *f = chart->figure;
	double start = f == NULL && chart->log ? bottom(chart) : 0;
	const char *mark = "dots";

	/* Marks take room in the SVG, and hide each other. */
	if (f != NULL && fv_result_points(fv_result_drawn(r, f)) <= FEW)
		mark = "points pt 7 ps 0.3";

	if (f == NULL && fv_result_rows(chart->table) <= LABELLED) {
		fv_textbuf_format(out,
		    "set style fill solid noborder\n"
		    "plot '%s.dat' using (%g):1:(%g):2:($1-0.4):($1+0.4)"
		    ":ytic(3) with boxxyerror lc rgb '#4f93a8'\n",
		    name, start, start);
	} else if (f == NULL) {
		fv_textbuf_format(out,
		    "set style fill solid noborder\nset boxwidth 0.9\n"
		    "plot '%s.dat' using 1:2 with boxes lc rgb '#4f93a8'\n",
		    name);
	} else if (f->mark == FV_RESULT_DENSITY) {
		fv_textbuf_format(out,
		    "set palette defined (0 '#e3eef2', 1 '#0f4c63')\n"
		    "plot '%s.dat' using (($1+%g)/%" PRIu64 "):($2+%g):(%g)"
		    ":(%g):3 with boxxyerror fs solid noborder lc palette\n",
		    name, (double)f->axis[0].step / 2, f->axis[0].unit,
		    (double)f->axis[1].step / 2,
		    (double)f->axis[0].step / 2 / (double)f->axis[0].unit,
		    (double)f->axis[1].step / 2);
	} else if (f->drops) {
		fv_textbuf_format(out,
		    "plot '%s.dat' using ($1 == %" PRIu64 " ? NaN : $1/%" PRIu64
		    "):2 with %s lc rgb '#1f6f8b'\n",
		    name, f->drop, f->axis[0].unit, mark);
	} else {
		fv_textbuf_format(out,
		    "plot '%s.dat' using ($1/%" PRIu64
		    "):2 with %s lc rgb '#1f6f8b'\n",
		    name, f->axis[0].unit, mark);
	}
}

int
fv_report_plots_script(const struct fv_result *r,
    const struct fv_report_chart *chart, struct fv_textbuf *out,
    struct fv_err *err)
{
	bool lying =
	    chart->figure == NULL && fv_result_rows(chart->table) <= LABELLED;
	char name[FV_REPORT_PLOTS_NAME];

	fv_report_plots_name(chart, name);
	fv_textbuf_text(out, "# ");
	fv_textbuf_text(out, fv_report_charts_title(chart));
	fv_textbuf_format(out,
	    "\nreset\n"
	    "set terminal svg size 800,450 font 'Helvetica,13' name 'f' "
	    "noenhanced\n"
	    "set output '%s.svg'\nset title ",
	    name);
	put_quoted(out, fv_report_charts_title(chart));
	fv_textbuf_text(out,
	    "\nset key off\nset border 3\nset tics nomirror out\n"
	    "set grid back lc rgb '#dddddd'\nset datafile missing NaN\n");
	put_axes(chart, lying, out);
	put_ranges(chart, lying, out);
	put_plot(r, chart, name, out);
	fv_textbuf_text(out, "set output\n");
	return fv_textbuf_done(out, err);
}
