#ifndef ANALYSIS_RESULT_H
#define ANALYSIS_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * What analyses found, free of any format: a result has sections, a section
 * has facts (one number under one name), tables and notes.  The report
 * formats render it; nothing here knows how.
 *
 * All numbers are integers.  A share is its part and its whole, and how
 * many decimals its percentage is stated to; so two results are equal
 * exactly when their reports are.
 *
 * An analysis builds a result front to back: begin a section, then facts
 * and tables, each followed by its values; what is added belongs to what
 * was begun last.  Builders return nothing.  The first failure sticks, what
 * follows does nothing, and fv_result_done tells.
 *
 * Texts are copied; bytes that are not UTF-8 and control characters become
 * question marks, so that no dataset can reach through to a terminal.
 */

enum fv_result_type {
	FV_RESULT_NONE,    /* nothing to say here: an empty cell */
	FV_RESULT_TEXT,    /* words */
	FV_RESULT_HOST,    /* an address, which reports can mask */
	FV_RESULT_NUMBER,  /* a code, such as a port: no amount */
	FV_RESULT_COUNT,   /* how many */
	FV_RESULT_BYTES,   /* how many bytes */
	FV_RESULT_SHARE,   /* part of whole, read as a percentage */
	FV_RESULT_RATIO,   /* part over whole, read as a number */
	FV_RESULT_DURATION /* nanoseconds */
};

/* Ratios need more than 64 bits: hosts times bytes. */
__extension__ typedef unsigned __int128 fv_result_wide;

/* A value. */
struct fv_result_cell {
	enum fv_result_type type;
	unsigned decimals;    /* SHARE (of the percentage), RATIO */
	const char *text;     /* TEXT, HOST (the published address) */
	fv_result_wide part;  /* the number; HOST: its rank, from 1 */
	fv_result_wide whole; /* SHARE, RATIO */
	bool negative;        /* RATIO: below 0 */
};

/* A value with a name. */
struct fv_result_fact {
	const char *name;   /* for programs: letters and underscores */
	const char *label;  /* for people */
	const char *slides; /* what the slides print for it, or NULL */
	struct fv_result_cell cell;
};

/* What a column's numbers may be drawn as, beside being printed. */
enum fv_result_bar {
	FV_RESULT_NO_BAR,
	FV_RESULT_BAR_LINEAR, /* from 0 to the largest of the column */
	FV_RESULT_BAR_LOG     /* from 1 to the largest, by powers of two */
};

struct fv_result_column {
	const char *name;
	const char *heading;
	enum fv_result_type type; /* of each cell that is not NONE */
	enum fv_result_bar bar;
};

/* More columns than this do not fit a page. */
#define FV_RESULT_COLUMNS 12

struct fv_result_table {
	const char *name;
	const char *title;
	size_t ncolumns;
	struct fv_result_column column[FV_RESULT_COLUMNS];
	struct fv_result_cell *cell; /* row by row */
	size_t ncells;
	size_t capacity;
	size_t shown; /* rows for people; the rest is data.  0: all */
	size_t total; /* rows that there would be; 0: as many as there are */
};

/*
 * A picture that needs more numbers than a table would print: a cloud of
 * points, or how much there is in each cell of a grid.
 */
enum fv_result_mark {
	FV_RESULT_POINTS, /* y at x */
	FV_RESULT_DENSITY /* z in the cell that begins at x, y */
};

struct fv_result_axis {
	const char *name;  /* for programs */
	const char *label; /* for people, with the unit */
	bool log;          /* the scale that it is worth drawing on first */
	uint64_t unit;     /* what values are divided by to be in the unit */
	uint64_t step;     /* DENSITY: how far a cell goes; else 0 */
};

/* x, y and, of DENSITY, z. */
#define FV_RESULT_AXES 3

struct fv_result_figure {
	const char *name;
	const char *title; /* what is measured, and over what */
	enum fv_result_mark mark;
	struct fv_result_axis axis[FV_RESULT_AXES];
	const char *from; /* NULL, or its points are those of the first figure
			     of the section with this id */
	bool drops;      /* the slides draw it without the points at x = drop */
	uint64_t drop;   /* and so do we, at first */
	uint64_t *value; /* naxes of each point; x does not decrease */
	size_t naxes;
	size_t nvalues;
	size_t capacity;
};

struct fv_result_section {
	const char *id;        /* of the slides' result: "R06" */
	const char *title;     /* in the slides' words where they have some */
	const char *statement; /* what is measured, and over what */
	struct fv_result_fact *fact;
	size_t nfacts, facts_capacity;
	struct fv_result_table *table;
	size_t ntables, tables_capacity;
	struct fv_result_figure *figure;
	size_t nfigures, figures_capacity;
	const char **note;
	size_t nnotes, notes_capacity;
};

struct fv_result_strings; /* where the texts lie */

struct fv_result {
	const char *title;
	struct fv_result_section *section;
	size_t nsections, sections_capacity;
	struct fv_result_strings *strings;
	struct fv_result_cell *pending; /* the begun fact's, until it is set */
	struct fv_err err;              /* FV_OK until something failed */
};

/* Ceilings that only a fault of ours can reach, but for the rows. */
#define FV_RESULT_SECTIONS_LIMIT 256
#define FV_RESULT_ITEMS_LIMIT 1024 /* facts, tables, notes of a section */
#define FV_RESULT_CELLS_LIMIT ((size_t)1 << 24)  /* of a table; 1 GiB */
#define FV_RESULT_POINTS_LIMIT ((size_t)1 << 20) /* of a figure */
#define FV_RESULT_TEXT_LIMIT 4096                /* bytes of one text */
#define FV_RESULT_DECIMALS_LIMIT 9

/* An empty result.  Returns NULL with ${err} set. */
struct fv_result *fv_result_new(
    const char *title, struct fv_err *err) FV_MUST_CHECK;

/* Begin a section. */
void fv_result_section(struct fv_result *r, const char *id, const char *title,
    const char *statement);

/* Add a note to the section. */
void fv_result_note(struct fv_result *r, const char *fmt, ...) FV_PRINTF(2, 3);

/*
 * fv_result_fact(r, name, label, slides):
 * Begin a fact; the next value is its value.  ${slides} is what the slides
 * print for it, or NULL.
 */
void fv_result_fact(struct fv_result *r, const char *name, const char *label,
    const char *slides);

/* Begin a table, and give it its columns; then values, row by row. */
void fv_result_table(struct fv_result *r, const char *name, const char *title);
void fv_result_column(struct fv_result *r, const char *name,
    const char *heading, enum fv_result_type type, enum fv_result_bar bar);

/*
 * fv_result_shown(r, rows, total):
 * Of the table begun last, people are shown the first ${rows} only, out of
 * ${total}; of those, FV_RESULT_ROWS_KEPT are added at most, unless each of
 * them is a finding.
 */
#define FV_RESULT_ROWS_KEPT 1000
void fv_result_shown(struct fv_result *r, size_t rows, size_t total);

/*
 * fv_result_figure(r, figure):
 * Begin a figure as ${figure} describes it, of which texts are copied; it
 * has no points yet.
 */
void fv_result_figure(
    struct fv_result *r, const struct fv_result_figure *figure);

/* Of the figure begun last, points at ${x} are taken out at first. */
void fv_result_drop(struct fv_result *r, uint64_t x);

/* A point of the figure begun last; ${z} is for DENSITY. */
void fv_result_point(struct fv_result *r, uint64_t x, uint64_t y, uint64_t z);

/* Values; each is of the type of its name and of its column. */
void fv_result_none(struct fv_result *r);
void fv_result_text(struct fv_result *r, const char *fmt, ...) FV_PRINTF(2, 3);
void fv_result_host(struct fv_result *r, size_t rank, const char *address);
void fv_result_number(struct fv_result *r, uint64_t value);
void fv_result_count(struct fv_result *r, uint64_t value);
void fv_result_bytes(struct fv_result *r, uint64_t value);
void fv_result_share(
    struct fv_result *r, uint64_t part, uint64_t whole, unsigned decimals);
void fv_result_ratio(struct fv_result *r, fv_result_wide part,
    fv_result_wide whole, unsigned decimals);
/* A ratio that may be below 0. */
void fv_result_signed_ratio(
    struct fv_result *r, int64_t part, uint64_t whole, unsigned decimals);
void fv_result_duration(struct fv_result *r, uint64_t nanoseconds);

/*
 * fv_result_fine(part, whole):
 * How many decimals show the percentage of ${part} in ${whole} well: two,
 * or as many as its first digit needs, as the slides print 65 %, 0.09 % and
 * 0.00003 %.  None for a part of 0, so that "0 %" always means none at all.
 */
unsigned fv_result_fine(uint64_t part, uint64_t whole);

/*
 * fv_result_scaled(part, whole, factor):
 * ${part} times ${factor} over ${whole}, rounded half up; 0 for a whole of
 * 0.  The caller sees to it that the product fits.
 */
static inline fv_result_wide
fv_result_scaled(fv_result_wide part, fv_result_wide whole, uint64_t factor)
{
	fv_result_wide quotient, rest;

	if (whole == 0)
		return 0;
	quotient = part * factor / whole;
	rest = part * factor % whole;
	return quotient + (rest >= whole - rest ? 1 : 0);
}

/* Ten to the power of ${n}, up to FV_RESULT_DECIMALS_LIMIT + 2. */
static inline uint64_t
fv_result_power(unsigned n)
{
	uint64_t power = 1;

	while (n-- > 0)
		power *= 10;
	return power;
}

/*
 * Put the sections in order of their ids, which is the order of the slides;
 * what is added next belongs to the last of them.
 */
void fv_result_sort(struct fv_result *r);

/* Whether all that was added is there: 0, or -1 with ${err} set. */
int fv_result_done(const struct fv_result *r, struct fv_err *err) FV_MUST_CHECK;

void fv_result_free(struct fv_result *r);

/* How many rows ${table} has. */
static inline size_t
fv_result_rows(const struct fv_result_table *table)
{
	return table->ncolumns == 0 ? 0 : table->ncells / table->ncolumns;
}

/* How many of them people are shown. */
static inline size_t
fv_result_visible(const struct fv_result_table *table)
{
	size_t rows = fv_result_rows(table);

	return table->shown == 0 || table->shown > rows ? rows : table->shown;
}

/* How many rows there would be if all had been kept. */
static inline size_t
fv_result_total(const struct fv_result_table *table)
{
	return table->total == 0 ? fv_result_rows(table) : table->total;
}

static inline size_t
fv_result_points(const struct fv_result_figure *figure)
{
	return figure->nvalues / figure->naxes;
}

/* The figure that has the points of ${figure}: itself, or where they are. */
static inline const struct fv_result_figure *
fv_result_drawn(
    const struct fv_result *r, const struct fv_result_figure *figure)
{
	size_t i;

	for (i = 0; figure->from != NULL && i < r->nsections; i++)
		if (r->section[i].nfigures > 0 &&
		    strcmp(r->section[i].id, figure->from) == 0)
			return &r->section[i].figure[0];
	return figure;
}

#endif
