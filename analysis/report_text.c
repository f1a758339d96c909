#include "analysis/report_text.h"

#include <stdio.h>
#include <string.h>

#include "analysis/wording.h"

enum {
	INDENT = 2,
	GAP = 2,
	PAGE = FV_REPORT_TEXT_WIDTH,
	BAR_MAX = 24,
	BAR_MIN = 6,  /* shorter bars say nothing, and are left out */
	WRAP_MIN = 12 /* words are not squeezed below this */
};

/* What printing a value needs besides the value. */
struct pen {
	struct fv_textbuf *out;
	bool mask;
};

/* A table's layout. */
struct layout {
	size_t width[FV_RESULT_COLUMNS];      /* of the printed values */
	size_t least[FV_RESULT_COLUMNS];      /* without breaking a value */
	unsigned decimals[FV_RESULT_COLUMNS]; /* the most in the column */
	size_t bar[FV_RESULT_COLUMNS];        /* width of the bar, or 0 */
	fv_result_wide largest[FV_RESULT_COLUMNS];
};

/*
 * How many bytes of ${text} go on a line of ${width} columns: up to the
 * last space that fits, or as many as fit when no space does.
 */
static size_t
line_length(const char *text, size_t width)
{
	size_t n = 0, columns = 0, space = 0;

	while (text[n] != '\0') {
		if (((unsigned char)text[n] & 0xc0) != 0x80 &&
		    columns++ == width)
			break;
		if (text[n] == ' ')
			space = n;
		n++;
	}
	if (text[n] == '\0' || text[n] == ' ')
		return n;
	return space > 0 ? space : n;
}

/* A paragraph: ${first} before its first line, as many spaces after. */
static void
put_paragraph(struct fv_textbuf *out, const char *first, const char *text)
{
	size_t indent = strlen(first), n;

	fv_textbuf_text(out, first);
	do {
		n = line_length(text, PAGE - indent);
		fv_textbuf_bytes(out, text, n);
		fv_textbuf_text(out, "\n");
		text += n;
		text += strspn(text, " ");
		if (*text != '\0')
			fv_textbuf_repeat(out, ' ', indent);
	} while (*text != '\0');
}

/* The first ${bytes} of ${text} in ${width} columns, at either side. */
static void
put_padded(struct fv_textbuf *out, const char *text, size_t bytes, size_t width,
    bool right)
{
	size_t i, has = 0, pad;

	for (i = 0; i < bytes; i++)
		has += ((unsigned char)text[i] & 0xc0) != 0x80;
	pad = width > has ? width - has : 0;
	if (right)
		fv_textbuf_repeat(out, ' ', pad);
	fv_textbuf_bytes(out, text, bytes);
	if (!right)
		fv_textbuf_repeat(out, ' ', pad);
}

static bool
is_words(enum fv_result_type type)
{
	return type == FV_RESULT_TEXT || type == FV_RESULT_HOST;
}

/*
 * Facts: labels to the left, values to the right, and what the slides say.
 * A label that begins in lower case goes on from the one before it.  Words
 * that nothing follows may stand out to the right, or on a line of their own:
 * addresses are long.
 */
static void
put_facts(const struct pen *pen, const struct fv_result_section *s)
{
	size_t i, label = 0, value = 0, width;
	unsigned decimals = 0;
	char text[FV_WORDING_SIZE];
	const struct fv_result_fact *f;
	const char *shown;

	for (i = 0; i < s->nfacts; i++) {
		f = &s->fact[i];
		if (f->cell.type == FV_RESULT_SHARE &&
		    f->cell.decimals > decimals)
			decimals = f->cell.decimals;
		width = fv_textbuf_width(f->label) +
		    (*f->label >= 'a' && *f->label <= 'z' ? INDENT : 0);
		label = width > label ? width : label;
	}
	for (i = 0; i < s->nfacts; i++) {
		if (is_words(s->fact[i].cell.type) && s->fact[i].slides == NULL)
			continue;
		width = fv_textbuf_width(fv_wording_cell(
		    &s->fact[i].cell, decimals, pen->mask, text));
		value = width > value ? width : value;
	}
	for (i = 0; i < s->nfacts; i++) {
		f = &s->fact[i];
		width = *f->label >= 'a' && *f->label <= 'z' ? INDENT : 0;
		fv_textbuf_repeat(pen->out, ' ', INDENT + width);
		put_padded(
		    pen->out, f->label, strlen(f->label), label - width, false);
		shown = fv_wording_cell(&f->cell, decimals, pen->mask, text);
		width = fv_textbuf_width(shown);
		if (width > value && INDENT + label + GAP + width > PAGE) {
			fv_textbuf_trim(pen->out);
			fv_textbuf_text(pen->out, "\n");
			width = width < PAGE ? PAGE - width : 0;
			fv_textbuf_repeat(pen->out, ' ', width);
		} else {
			fv_textbuf_repeat(pen->out, ' ', GAP);
		}
		put_padded(pen->out, shown, strlen(shown), value, true);
		if (f->slides != NULL)
			fv_textbuf_format(
			    pen->out, "   (slides: %s)", f->slides);
		fv_textbuf_trim(pen->out);
		fv_textbuf_text(pen->out, "\n");
	}
}

/* The width of the longest word of ${text}. */
static size_t
longest_word(const char *text)
{
	size_t n, longest = 0;

	for (; *text != '\0'; text += n + strspn(text + n, " ")) {
		n = strcspn(text, " ");
		if (n > longest)
			longest = n;
	}
	return longest;
}

/* How wide each column is, by itself. */
static void
measure(
    const struct pen *pen, const struct fv_result_table *t, struct layout *l)
{
	const struct fv_result_cell *cell;
	char text[FV_WORDING_SIZE];
	fv_result_wide amount;
	size_t i, c, width, cells = fv_result_visible(t) * t->ncolumns;

	memset(l, 0, sizeof(*l));
	for (i = 0; i < cells; i++) {
		c = i % t->ncolumns;
		cell = &t->cell[i];
		if (cell->decimals > l->decimals[c])
			l->decimals[c] = cell->decimals;
		amount = fv_wording_amount(cell, t->column[c].bar);
		if (amount > l->largest[c])
			l->largest[c] = amount;
	}
	for (c = 0; c < t->ncolumns; c++)
		l->least[c] = longest_word(t->column[c].heading);
	for (i = 0; i < cells; i++) {
		c = i % t->ncolumns;
		width = fv_textbuf_width(fv_wording_cell(
		    &t->cell[i], l->decimals[c], pen->mask, text));
		if (width > l->least[c])
			l->least[c] = width;
	}
	for (c = 0; c < t->ncolumns; c++) {
		width = fv_textbuf_width(t->column[c].heading);
		l->width[c] = width > l->least[c] ? width : l->least[c];
	}
}

static size_t
total_width(const struct fv_result_table *t, const struct layout *l)
{
	size_t c, total = INDENT;

	for (c = 0; c < t->ncolumns; c++)
		total += l->width[c] + (c > 0 ? GAP : 0);
	return total;
}

/*
 * The column that a table which is too wide takes from next: headings go over
 * several lines first, then texts do, and addresses last.  The number of
 * columns if there is none.
 */
static size_t
to_squeeze(const struct fv_result_table *t, const struct layout *l)
{
	static const enum fv_result_type types[] = { FV_RESULT_TEXT,
		FV_RESULT_HOST };
	size_t c, i, widest = t->ncolumns;

	for (c = 0; c < t->ncolumns; c++)
		if (l->width[c] > l->least[c] &&
		    (widest == t->ncolumns || l->width[c] > l->width[widest]))
			widest = c;
	for (i = 0; i < FV_COUNT(types) && widest == t->ncolumns; i++)
		for (c = 0; c < t->ncolumns; c++)
			if (t->column[c].type == types[i] &&
			    l->width[c] > WRAP_MIN &&
			    (widest == t->ncolumns ||
				l->width[c] > l->width[widest]))
				widest = c;
	return widest;
}

/* Squeeze columns until the table fits; then bars in what is left. */
static void
fit(const struct fv_result_table *t, struct layout *l)
{
	size_t c, bars = 0, room;

	while (total_width(t, l) > PAGE && (c = to_squeeze(t, l)) < t->ncolumns)
		l->width[c]--;
	for (c = 0; c < t->ncolumns; c++)
		bars += t->column[c].bar != FV_RESULT_NO_BAR;
	if (bars == 0 || total_width(t, l) + bars * (GAP + BAR_MIN) > PAGE)
		return;
	room = (PAGE - total_width(t, l)) / bars - GAP;
	for (c = 0; c < t->ncolumns; c++)
		if (t->column[c].bar != FV_RESULT_NO_BAR)
			l->bar[c] = room < BAR_MAX ? room : BAR_MAX;
}

/* What a bar shows, and on which scale, as far as it has room. */
static void
put_bar_heading(
    const struct pen *pen, const struct fv_result_column *col, size_t width)
{
	const char *scale = col->bar == FV_RESULT_BAR_LOG ? "log" : "linear";
	char text[FV_WORDING_SIZE];

	(void)snprintf(text, sizeof(text), "%s, %s", col->heading, scale);
	if (fv_textbuf_width(text) > width)
		(void)snprintf(text, sizeof(text), "%s", scale);
	fv_textbuf_repeat(pen->out, ' ', GAP);
	put_padded(pen->out, text, strlen(text), width, false);
}

/* How many lines ${heading} takes; and where its line ${n} begins. */
static size_t
heading_lines(const char *heading, size_t width, size_t n, const char **line)
{
	size_t lines = 0;

	while (*heading != '\0') {
		if (lines++ == n)
			*line = heading;
		heading += line_length(heading, width);
		heading += strspn(heading, " ");
	}
	return lines;
}

/* Line ${n} of ${of} of the headings, which stand on the rule. */
static void
put_heading_line(const struct pen *pen, const struct fv_result_table *t,
    const struct layout *l, size_t n, size_t of)
{
	const struct fv_result_column *col;
	const char *line;
	size_t c, lines;

	fv_textbuf_repeat(pen->out, ' ', INDENT);
	for (c = 0; c < t->ncolumns; c++) {
		col = &t->column[c];
		line = "";
		lines = heading_lines(col->heading, l->width[c], of, &line);
		if (n + lines >= of)
			(void)heading_lines(
			    col->heading, l->width[c], n + lines - of, &line);
		fv_textbuf_repeat(pen->out, ' ', c > 0 ? GAP : 0);
		put_padded(pen->out, line, line_length(line, l->width[c]),
		    l->width[c], !is_words(col->type));
	}
	for (c = 0; n + 1 == of && c < t->ncolumns; c++)
		if (l->bar[c] > 0)
			put_bar_heading(pen, &t->column[c], l->bar[c]);
	fv_textbuf_trim(pen->out);
	fv_textbuf_text(pen->out, "\n");
}

/* Heading, and a rule below each. */
static void
put_heading(const struct pen *pen, const struct fv_result_table *t,
    const struct layout *l)
{
	const char *line;
	size_t c, n, lines = 1;

	for (c = 0; c < t->ncolumns; c++) {
		n = heading_lines(
		    t->column[c].heading, l->width[c], SIZE_MAX, &line);
		if (n > lines)
			lines = n;
	}
	for (n = 0; n < lines; n++)
		put_heading_line(pen, t, l, n, lines);
	fv_textbuf_repeat(pen->out, ' ', INDENT);
	for (c = 0; c < t->ncolumns; c++) {
		fv_textbuf_repeat(pen->out, ' ', c > 0 ? GAP : 0);
		fv_textbuf_repeat(pen->out, '-', l->width[c]);
	}
	for (c = 0; c < t->ncolumns; c++)
		if (l->bar[c] > 0) {
			fv_textbuf_repeat(pen->out, ' ', GAP);
			fv_textbuf_repeat(pen->out, '-', l->bar[c]);
		}
	fv_textbuf_text(pen->out, "\n");
}

/* One row: as many lines as its longest words take. */
static void
put_row(const struct pen *pen, const struct fv_result_table *t,
    const struct layout *l, const struct fv_result_cell *cell)
{
	const char *rest[FV_RESULT_COLUMNS];
	char text[FV_RESULT_COLUMNS][FV_WORDING_SIZE];
	bool more = true, first = true;
	size_t c, n;

	for (c = 0; c < t->ncolumns; c++)
		rest[c] = fv_wording_cell(
		    &cell[c], l->decimals[c], pen->mask, text[c]);
	while (more) {
		more = false;
		fv_textbuf_repeat(pen->out, ' ', INDENT);
		for (c = 0; c < t->ncolumns; c++) {
			n = is_words(t->column[c].type)
			    ? line_length(rest[c], l->width[c])
			    : strlen(rest[c]);
			fv_textbuf_repeat(pen->out, ' ', c > 0 ? GAP : 0);
			put_padded(pen->out, rest[c], n, l->width[c],
			    !is_words(t->column[c].type));
			rest[c] += n;
			if (*rest[c] == ' ')
				rest[c] += strspn(rest[c], " ");
			more |= *rest[c] != '\0';
		}
		for (c = 0; first && c < t->ncolumns; c++) {
			if (l->bar[c] == 0)
				continue;
			n = fv_wording_bar(
			    fv_wording_amount(&cell[c], t->column[c].bar),
			    l->largest[c], t->column[c].bar, l->bar[c]);
			fv_textbuf_repeat(pen->out, ' ', GAP);
			fv_textbuf_repeat(pen->out, '#', n);
			/* Too little for a mark, and yet there. */
			if (n == 0 && cell[c].part > 0)
				fv_textbuf_repeat(pen->out, '.', n = 1);
			fv_textbuf_repeat(pen->out, ' ', l->bar[c] - n);
		}
		first = false;
		fv_textbuf_trim(pen->out);
		fv_textbuf_text(pen->out, "\n");
	}
}

static void
put_table(const struct pen *pen, const struct fv_result_table *t)
{
	struct layout l;
	size_t i;

	fv_textbuf_text(pen->out, "\n");
	put_paragraph(pen->out, "  ", t->title);
	if (fv_result_rows(t) == 0) {
		fv_textbuf_text(pen->out, "  (none)\n");
		return;
	}
	measure(pen, t, &l);
	fit(t, &l);
	put_heading(pen, t, &l);
	for (i = 0; i < fv_result_visible(t); i++)
		put_row(pen, t, &l, &t->cell[i * t->ncolumns]);
	if (fv_result_total(t) > i)
		fv_textbuf_format(
		    pen->out, "  ... and %zu more\n", fv_result_total(t) - i);
}

static void
put_section(const struct pen *pen, const struct fv_result_section *s)
{
	size_t i, width;

	fv_textbuf_text(pen->out, "\n\n");
	fv_textbuf_format(
	    pen->out, "%s%s%s\n", s->id, *s->id == '\0' ? "" : "  ", s->title);
	width = fv_textbuf_width(s->id) + fv_textbuf_width(s->title) +
	    (*s->id == '\0' ? 0 : 2);
	fv_textbuf_repeat(pen->out, '-', width < PAGE ? width : PAGE);
	fv_textbuf_text(pen->out, "\n");
	put_paragraph(pen->out, "", s->statement);
	if (s->nfacts > 0) {
		fv_textbuf_text(pen->out, "\n");
		put_facts(pen, s);
	}
	for (i = 0; i < s->ntables; i++)
		put_table(pen, &s->table[i]);
	for (i = 0; i < s->nnotes; i++) {
		fv_textbuf_text(pen->out, "\n");
		put_paragraph(pen->out, "  Note: ", s->note[i]);
	}
}

int
fv_report_text_write(const struct fv_result *result, bool mask_labels,
    struct fv_textbuf *out, struct fv_err *err)
{
	const struct pen pen = { out, mask_labels };
	size_t i, width = fv_textbuf_width(result->title);

	if (fv_result_done(result, err) == -1)
		return -1;
	fv_textbuf_format(out, "%s\n", result->title);
	fv_textbuf_repeat(out, '=', width < PAGE ? width : PAGE);
	fv_textbuf_text(out, "\n");
	for (i = 0; i < result->nsections; i++)
		put_section(&pen, &result->section[i]);
	return fv_textbuf_done(out, err);
}
