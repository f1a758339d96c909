#include "analysis/report_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
	INDENT = 2,
	GAP = 2,
	PAGE = FV_REPORT_TEXT_WIDTH,
	BAR_MAX = 24,
	BAR_MIN = 6,  /* shorter bars say nothing, and are left out */
	WRAP_MIN = 12 /* words are not squeezed below this */
};

/* Room for any printed number: 39 digits of 128 bits, commas, a unit. */
enum { NUMBER = 80 };

/* What printing a value needs besides the value. */
struct pen {
	struct fv_textbuf *out;
	bool mask;
};

/* A table's layout. */
struct layout {
	size_t width[FV_RESULT_COLUMNS];      /* of the printed values */
	unsigned decimals[FV_RESULT_COLUMNS]; /* the most in the column */
	size_t bar[FV_RESULT_COLUMNS];        /* width of the bar, or 0 */
	fv_result_wide largest[FV_RESULT_COLUMNS];
};

/* Decimal digits of ${value}, in groups of three. */
static void
print_grouped(fv_result_wide value, char text[NUMBER])
{
	char reversed[NUMBER];
	size_t n = 0, digits = 0, i;

	do {
		if (digits > 0 && digits % 3 == 0)
			reversed[n++] = ',';
		reversed[n++] = (char)('0' + (int)(value % 10));
		digits++;
		value /= 10;
	} while (value > 0);
	for (i = 0; i < n; i++)
		text[i] = reversed[n - 1 - i];
	text[n] = '\0';
}

/* ${value} as a decimal fraction: it counts units of 10^-decimals. */
static void
print_fixed(fv_result_wide value, unsigned decimals, char text[NUMBER])
{
	uint64_t unit = fv_result_power(decimals);
	size_t n;

	print_grouped(value / unit, text);
	n = strlen(text);
	if (decimals > 0)
		(void)snprintf(text + n, NUMBER - n, ".%0*" PRIu64,
		    (int)decimals, (uint64_t)(value % unit));
}

/* Bytes with three digits: 999 B, 1.00 kB, 12.3 MB. */
static void
print_bytes(fv_result_wide value, char text[NUMBER])
{
	static const char *const unit[] = { "B ", "kB", "MB", "GB", "TB", "PB",
		"EB" };
	fv_result_wide scale = 1, shown = value;
	unsigned decimals = 0;
	size_t i = 0, n;

	/* Look at the rounded figure: 999,999 is 1.00 MB, not 1000 kB. */
	while (i + 1 < FV_COUNT(unit) &&
	    fv_result_scaled(value, scale, 1) >= 1000) {
		scale *= 1000;
		i++;
		decimals = 2;
		while (decimals > 0 &&
		    fv_result_scaled(value, scale, fv_result_power(decimals)) >=
			1000)
			decimals--;
	}
	shown = fv_result_scaled(value, scale, fv_result_power(decimals));
	print_fixed(shown, decimals, text);
	n = strlen(text);
	(void)snprintf(text + n, NUMBER - n, " %s", unit[i]);
}

static void
print_duration(fv_result_wide nanoseconds, char text[NUMBER])
{
	uint64_t ms = (uint64_t)fv_result_scaled(nanoseconds, 1000000, 1);
	uint64_t s = ms / 1000, days = s / 86400;

	if (days > 0)
		(void)snprintf(text, NUMBER,
		    "%" PRIu64 " d %02" PRIu64 ":%02" PRIu64 ":%02" PRIu64,
		    days, s / 3600 % 24, s / 60 % 60, s % 60);
	else if (s >= 60)
		(void)snprintf(text, NUMBER,
		    "%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64, s / 3600,
		    s / 60 % 60, s % 60);
	else
		(void)snprintf(
		    text, NUMBER, "%" PRIu64 ".%03" PRIu64 " s", s, ms % 1000);
}

/*
 * A value as text, in ${text} or a string of the result.  Shares are padded
 * behind to ${decimals}, so that decimal points stand below each other.
 */
static const char *
print_cell(const struct pen *pen, const struct fv_result_cell *cell,
    unsigned decimals, char text[NUMBER])
{
	uint64_t factor = fv_result_power(cell->decimals);
	unsigned pad =
	    decimals > cell->decimals ? decimals - cell->decimals : 0;
	size_t n;

	text[0] = '\0';
	switch (cell->type) {
	case FV_RESULT_NONE:
		break;
	case FV_RESULT_TEXT:
		return cell->text;
	case FV_RESULT_HOST:
		if (!pen->mask)
			return cell->text;
		(void)snprintf(
		    text, NUMBER, "host %" PRIu64, (uint64_t)cell->part);
		break;
	case FV_RESULT_NUMBER:
		(void)snprintf(text, NUMBER, "%" PRIu64, (uint64_t)cell->part);
		break;
	case FV_RESULT_COUNT:
		print_grouped(cell->part, text);
		break;
	case FV_RESULT_BYTES:
		print_bytes(cell->part, text);
		break;
	case FV_RESULT_SHARE:
		if (cell->whole == 0)
			return "-";
		print_fixed(
		    fv_result_scaled(cell->part, cell->whole, 100 * factor),
		    cell->decimals, text);
		n = strlen(text);
		(void)snprintf(text + n, NUMBER - n, " %%%*s", (int)pad, "");
		break;
	case FV_RESULT_RATIO:
		if (cell->whole == 0)
			return "-";
		print_fixed(fv_result_scaled(cell->part, cell->whole, factor),
		    cell->decimals, text);
		break;
	case FV_RESULT_DURATION:
		print_duration(cell->part, text);
		break;
	}
	return text;
}

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
 * A label that begins in lower case goes on from the one before it.
 */
static void
put_facts(const struct pen *pen, const struct fv_result_section *s)
{
	size_t i, label = 0, value = 0, width;
	unsigned decimals = 0;
	char text[NUMBER];
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
		width = fv_textbuf_width(
		    print_cell(pen, &s->fact[i].cell, decimals, text));
		value = width > value ? width : value;
	}
	for (i = 0; i < s->nfacts; i++) {
		f = &s->fact[i];
		width = *f->label >= 'a' && *f->label <= 'z' ? INDENT : 0;
		fv_textbuf_repeat(pen->out, ' ', INDENT + width);
		put_padded(
		    pen->out, f->label, strlen(f->label), label - width, false);
		shown = print_cell(pen, &f->cell, decimals, text);
		fv_textbuf_repeat(pen->out, ' ', GAP);
		put_padded(pen->out, shown, strlen(shown), value, true);
		if (f->slides != NULL)
			fv_textbuf_format(
			    pen->out, "   (slides: %s)", f->slides);
		fv_textbuf_trim(pen->out);
		fv_textbuf_text(pen->out, "\n");
	}
}

/* How wide each column is, by itself. */
static void
measure(
    const struct pen *pen, const struct fv_result_table *t, struct layout *l)
{
	const struct fv_result_cell *cell;
	char text[NUMBER];
	size_t i, c, width;

	memset(l, 0, sizeof(*l));
	for (i = 0; i < t->ncells; i++) {
		c = i % t->ncolumns;
		cell = &t->cell[i];
		if (cell->decimals > l->decimals[c])
			l->decimals[c] = cell->decimals;
		if (cell->part > l->largest[c])
			l->largest[c] = cell->part;
	}
	for (c = 0; c < t->ncolumns; c++)
		l->width[c] = fv_textbuf_width(t->column[c].heading);
	for (i = 0; i < t->ncells; i++) {
		c = i % t->ncolumns;
		width = fv_textbuf_width(
		    print_cell(pen, &t->cell[i], l->decimals[c], text));
		if (width > l->width[c])
			l->width[c] = width;
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

/* Squeeze the widest words until the table fits; then bars in what is left. */
static void
fit(const struct fv_result_table *t, struct layout *l)
{
	size_t c, widest, bars = 0, room;

	while (total_width(t, l) > PAGE) {
		widest = t->ncolumns;
		for (c = 0; c < t->ncolumns; c++)
			if (is_words(t->column[c].type) &&
			    (widest == t->ncolumns ||
				l->width[c] > l->width[widest]))
				widest = c;
		if (widest == t->ncolumns || l->width[widest] <= WRAP_MIN)
			break;
		l->width[widest]--;
	}
	for (c = 0; c < t->ncolumns; c++)
		bars += t->column[c].bar != FV_RESULT_NO_BAR;
	if (bars == 0 || total_width(t, l) + bars * (GAP + BAR_MIN) > PAGE)
		return;
	room = (PAGE - total_width(t, l)) / bars - GAP;
	for (c = 0; c < t->ncolumns; c++)
		if (t->column[c].bar != FV_RESULT_NO_BAR)
			l->bar[c] = room < BAR_MAX ? room : BAR_MAX;
}

/*
 * The logarithm to base 2, times 256, by straight lines between powers of
 * two (at most 0.09 off, a fraction of a character of any bar).
 */
static uint64_t
log2_256(fv_result_wide value)
{
	unsigned bits = 0;

	while (value >> bits > 1)
		bits++;
	if (bits <= 8)
		return bits * 256 + (uint64_t)(((value << 8) >> bits) & 255);
	return bits * 256 + (uint64_t)((value >> (bits - 8)) & 255);
}

/* How long a bar for ${value} is; what is there at all shows. */
static size_t
bar_length(fv_result_wide value, fv_result_wide largest, enum fv_result_bar bar,
    size_t width)
{
	size_t n;

	if (value == 0 || largest == 0)
		return 0;
	if (bar == FV_RESULT_BAR_LOG)
		/* One more than both, so that 1 has a bar as well. */
		n = (size_t)fv_result_scaled(
		    log2_256(value + 1), log2_256(largest + 1), width);
	else
		n = (size_t)fv_result_scaled(value, largest, width);
	return n == 0 ? 1 : n;
}

/* Heading, and a rule below each. */
static void
put_heading(const struct pen *pen, const struct fv_result_table *t,
    const struct layout *l)
{
	const struct fv_result_column *col;
	size_t c;

	fv_textbuf_repeat(pen->out, ' ', INDENT);
	for (c = 0; c < t->ncolumns; c++) {
		col = &t->column[c];
		fv_textbuf_repeat(pen->out, ' ', c > 0 ? GAP : 0);
		put_padded(pen->out, col->heading, strlen(col->heading),
		    l->width[c], !is_words(col->type));
	}
	fv_textbuf_trim(pen->out);
	fv_textbuf_text(pen->out, "\n");
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
	char text[FV_RESULT_COLUMNS][NUMBER];
	bool more = true, first = true;
	size_t c, n;

	for (c = 0; c < t->ncolumns; c++)
		rest[c] = print_cell(pen, &cell[c], l->decimals[c], text[c]);
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
			n = bar_length(cell[c].part, l->largest[c],
			    t->column[c].bar, l->bar[c]);
			fv_textbuf_repeat(pen->out, ' ', GAP);
			fv_textbuf_repeat(pen->out, '#', n);
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
	for (i = 0; i < t->ncells; i += t->ncolumns)
		put_row(pen, t, &l, &t->cell[i]);
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
