#include "analysis/report_csv.h"

#include <inttypes.h>
#include <string.h>

static bool
has_whole(enum fv_result_type type)
{
	return type == FV_RESULT_SHARE || type == FV_RESULT_RATIO;
}

/*
 * A text, quoted where it must be; and where a spreadsheet would take it for
 * a formula, since site names are other people's.
 */
static void
put_text(struct fv_textbuf *out, const char *text)
{
	size_t n;

	if (strpbrk(text, ",\"\r\n") == NULL &&
	    (*text == '\0' || strchr("=+-@", *text) == NULL)) {
		fv_textbuf_text(out, text);
		return;
	}
	fv_textbuf_text(out, "\"");
	while (*text != '\0') {
		n = strcspn(text, "\"");
		fv_textbuf_bytes(out, text, n);
		text += n;
		if (*text == '"') {
			fv_textbuf_text(out, "\"\"");
			text++;
		}
	}
	fv_textbuf_text(out, "\"");
}

static void
put_integer(struct fv_textbuf *out, fv_result_wide value)
{
	char digits[48];
	size_t at = sizeof(digits) - 1;

	digits[at] = '\0';
	do {
		digits[--at] = (char)('0' + (int)(value % 10));
		value /= 10;
	} while (value > 0);
	fv_textbuf_text(out, digits + at);
}

/* The cell's value, without its whole. */
static void
put_value(struct fv_textbuf *out, const struct fv_result_cell *cell, bool mask)
{
	switch (cell->type) {
	case FV_RESULT_NONE:
		break;
	case FV_RESULT_TEXT:
		put_text(out, cell->text);
		break;
	case FV_RESULT_HOST:
		if (mask)
			put_integer(out, cell->part);
		else
			put_text(out, cell->text);
		break;
	default:
		fv_textbuf_text(out, cell->negative ? "-" : "");
		put_integer(out, cell->part);
		break;
	}
}

int
fv_report_csv_table(const struct fv_result_table *t, bool mask,
    struct fv_textbuf *out, struct fv_err *err)
{
	const struct fv_result_cell *cell;
	size_t i, c;

	for (c = 0; c < t->ncolumns; c++) {
		fv_textbuf_format(
		    out, "%s%s", c > 0 ? "," : "", t->column[c].name);
		if (has_whole(t->column[c].type))
			fv_textbuf_format(out, ",%s_whole", t->column[c].name);
	}
	fv_textbuf_text(out, "\r\n");
	for (i = 0; i < t->ncells; i++) {
		c = i % t->ncolumns;
		cell = &t->cell[i];
		fv_textbuf_text(out, c > 0 ? "," : "");
		put_value(out, cell, mask);
		if (has_whole(t->column[c].type)) {
			fv_textbuf_text(out, ",");
			if (has_whole(cell->type))
				put_integer(out, cell->whole);
		}
		if (c + 1 == t->ncolumns)
			fv_textbuf_text(out, "\r\n");
	}
	return fv_textbuf_done(out, err);
}

int
fv_report_csv_figure(const struct fv_result_figure *f, struct fv_textbuf *out,
    struct fv_err *err)
{
	size_t i;

	for (i = 0; i < f->naxes; i++)
		fv_textbuf_format(
		    out, "%s%s", i > 0 ? "," : "", f->axis[i].name);
	fv_textbuf_text(out, "\r\n");
	for (i = 0; i < f->nvalues; i++)
		fv_textbuf_format(out, "%" PRIu64 "%s", f->value[i],
		    (i + 1) % f->naxes == 0 ? "\r\n" : ",");
	return fv_textbuf_done(out, err);
}

int
fv_report_csv_facts(const struct fv_result *r, bool mask,
    struct fv_textbuf *out, struct fv_err *err)
{
	const struct fv_result_section *s;
	const struct fv_result_fact *f;
	size_t i;

	fv_textbuf_text(out, "section,name,value,whole,slides\r\n");
	for (s = r->section; s < r->section + r->nsections; s++)
		for (i = 0; i < s->nfacts; i++) {
			f = &s->fact[i];
			fv_textbuf_format(out, "%s,%s,", s->id, f->name);
			put_value(out, &f->cell, mask);
			fv_textbuf_text(out, ",");
			if (has_whole(f->cell.type))
				put_integer(out, f->cell.whole);
			fv_textbuf_text(out, ",");
			put_text(out, f->slides == NULL ? "" : f->slides);
			fv_textbuf_text(out, "\r\n");
		}
	return fv_textbuf_done(out, err);
}
