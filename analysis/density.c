/*
 * R29: where packets went over time, as density: destinations and ports
 * against time, of the suspicious host and of all.
 *
 * Time is cut into cells of 2^level hours from the epoch on, the finest that
 * put all rows into COLUMNS cells.  Which level that is depends on the first
 * and the last hour alone, and two cells of one level are one of the next, so
 * states that saw other rows merge into what one would have seen.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/registry.h"
#include "base/memory.h"

enum { TCP = 6, UDP = 17, PORTS = 65536, DAY_HOURS = 24 };
enum { COLUMNS = 256, ROWS = 64, PORT_STEP = PORTS / ROWS };

static const int64_t HOUR = INT64_C(3600000000000); /* ns */

/* What is drawn against time. */
enum { DESTINATION, SOURCE_PORT, DESTINATION_PORT, WHATS };

/* Of whom. */
enum { SUSPECT, ALL, WHOS };

/* Packets; the cell of time ${bin} is in column bin modulo COLUMNS. */
struct grid {
	uint64_t packets[COLUMNS][ROWS];
};

/* Invariant: last - first < COLUMNS, if any. */
struct state {
	bool inside_known;
	uint32_t host;
	const uint32_t *turn; /* of destinations: see fv_analysis_focus */
	uint64_t host_step;   /* how many destinations a cell has */
	bool any;
	unsigned level;
	int64_t first, last; /* cells of time */
	uint64_t sent[WHOS][COLUMNS];
	struct grid grid[WHOS][WHATS];
	struct grid scratch;
};

static void *
init(const struct fv_analysis_context *context, struct fv_err *err)
{
	struct state *s;

	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	s->inside_known = fv_analysis_inside_known(context);
	s->host = context->focus.suspect;
	s->turn = context->focus.turn;
	s->host_step = (context->focus.turns + ROWS - 1) / ROWS;
	return s;
}

/* ${value} over two to the ${n}, rounded down, as right shifts are. */
static int64_t
halve(int64_t value, unsigned n)
{
	return value < 0 ? ~(~value >> n) : value >> n;
}

static size_t
column(int64_t bin)
{
	return (size_t)((uint64_t)bin % COLUMNS);
}

/* Put the cells of ${from} into cells of twice the time, in ${to}. */
static void
fold(const struct state *s, const uint64_t *from, uint64_t *to, size_t rows)
{
	int64_t bin;
	size_t i;

	memset(to, 0, COLUMNS * rows * sizeof(*to));
	for (bin = s->first; bin <= s->last; bin++)
		for (i = 0; i < rows; i++)
			to[column(halve(bin, 1)) * rows + i] +=
			    from[column(bin) * rows + i];
}

static void
coarsen(struct state *s)
{
	uint64_t *scratch = s->scratch.packets[0];
	size_t who, what;

	for (who = 0; s->any && who < WHOS; who++) {
		fold(s, s->sent[who], scratch, 1);
		memcpy(s->sent[who], scratch, sizeof(s->sent[who]));
		for (what = 0; what < WHATS; what++) {
			fold(s, s->grid[who][what].packets[0], scratch, ROWS);
			memcpy(&s->grid[who][what], scratch,
			    sizeof(s->grid[who][what]));
		}
	}
	s->first = halve(s->first, 1);
	s->last = halve(s->last, 1);
	s->level++;
}

/* Make room for ${hour}; its cell of time. */
static int64_t
place(struct state *s, int64_t hour)
{
	int64_t bin = halve(hour, s->level), first, last;

	if (!s->any)
		s->first = s->last = bin;
	for (;;) {
		first = bin < s->first ? bin : s->first;
		last = bin > s->last ? bin : s->last;
		if (last - first < COLUMNS)
			break;
		coarsen(s);
		bin = halve(hour, s->level);
	}
	s->any = true;
	s->first = first;
	s->last = last;
	return bin;
}

static void
count(struct state *s, size_t who, size_t at, const size_t row[WHATS],
    bool ports, uint64_t packets)
{
	s->sent[who][at] += packets;
	s->grid[who][DESTINATION].packets[at][row[DESTINATION]] += packets;
	if (!ports)
		return;
	s->grid[who][SOURCE_PORT].packets[at][row[SOURCE_PORT]] += packets;
	s->grid[who][DESTINATION_PORT].packets[at][row[DESTINATION_PORT]] +=
	    packets;
}

static int
add(void *state, const struct fv_analysis_context *context,
    const struct fv_analysis_batch *batch, struct fv_err *err)
{
	const int64_t *start = batch->column[FV_FLOW_START_TIME];
	const uint32_t *source = batch->column[FV_FLOW_SOURCE];
	const uint32_t *destination = batch->column[FV_FLOW_DESTINATION];
	const uint8_t *direction = batch->column[FV_FLOW_DIRECTION];
	const uint8_t *protocol = batch->column[FV_FLOW_PROTOCOL];
	const uint16_t *from = batch->column[FV_FLOW_SOURCE_PORT];
	const uint16_t *to = batch->column[FV_FLOW_DESTINATION_PORT];
	const uint64_t *packets = batch->column[FV_FLOW_PACKETS];
	struct state *s = state;
	size_t i, at, row[WHATS];
	bool ports;

	(void)context;
	(void)err;
	for (i = 0; i < batch->rows; i++) {
		if (!fv_analysis_outward(direction[i], s->inside_known))
			continue;
		at = column(
		    place(s, start[i] / HOUR - (start[i] % HOUR < 0 ? 1 : 0)));
		row[DESTINATION] =
		    (size_t)(s->turn[destination[i]] / s->host_step);
		row[SOURCE_PORT] = from[i] / PORT_STEP;
		row[DESTINATION_PORT] = to[i] / PORT_STEP;
		/* Both 0: there were none, or they were not captured. */
		ports = (protocol[i] == TCP || protocol[i] == UDP) &&
		    (from[i] | to[i]) != 0;
		count(s, ALL, at, row, ports, packets[i]);
		if (source[i] == s->host)
			count(s, SUSPECT, at, row, ports, packets[i]);
	}
	return 0;
}

static void
add_grid(struct state *s, const struct state *f, struct grid *into,
    const struct grid *from)
{
	unsigned up = s->level - f->level;
	int64_t bin;
	size_t i;

	for (bin = f->first; bin <= f->last; bin++)
		for (i = 0; i < ROWS; i++)
			into->packets[column(halve(bin, up))][i] +=
			    from->packets[column(bin)][i];
}

static int
merge(void *into, const void *from, const struct fv_analysis_context *context,
    struct fv_err *err)
{
	const struct state *f = from;
	struct state *s = into;
	size_t who, what;
	int64_t bin;

	(void)context;
	(void)err;
	if (!f->any)
		return 0;
	while (s->level < f->level)
		coarsen(s);
	/* The first hours of cells stand for all hours in them. */
	(void)place(s, f->first * ((int64_t)1 << f->level));
	(void)place(s, f->last * ((int64_t)1 << f->level));
	for (who = 0; who < WHOS; who++) {
		for (bin = f->first; bin <= f->last; bin++)
			s->sent[who][column(halve(bin, s->level - f->level))] +=
			    f->sent[who][column(bin)];
		for (what = 0; what < WHATS; what++)
			add_grid(
			    s, f, &s->grid[who][what], &f->grid[who][what]);
	}
	return 0;
}

/* How many hours a cell has. */
static uint64_t
cell_hours(const struct state *s)
{
	return UINT64_C(1) << s->level;
}

static void
draw(const struct state *s, size_t who, size_t what, struct fv_result *r)
{
	static const struct {
		const char *name[WHOS];
		const char *title[WHOS];
		const char *axis;
		const char *label;
	} kinds[WHATS] = {
		[DESTINATION] = { { "host_destinations", "all_destinations" },
		    { "Packets of this host, by destination and time",
			"Packets of all hosts, by destination and time" },
		    "destination", "destination, by first appearance" },
		[SOURCE_PORT] = { { "host_source_ports", "all_source_ports" },
		    { "Packets of this host, by source port and time",
			"Packets of all hosts, by source port and time" },
		    "port", "source port" },
		[DESTINATION_PORT] = { { "host_destination_ports",
					   "all_destination_ports" },
		    { "Packets of this host, by destination port and time",
			"Packets of all hosts, by destination port and time" },
		    "port", "destination port" },
	};
	const uint64_t step = what == DESTINATION ? s->host_step : PORT_STEP;
	const struct fv_result_figure figure = {
		.name = kinds[what].name[who],
		.title = kinds[what].title[who],
		.mark = FV_RESULT_DENSITY,
		.axis = { { "hours", "days since the beginning", false,
			      DAY_HOURS, cell_hours(s) },
		    { kinds[what].axis, kinds[what].label, false, 1, step },
		    { "packets", "packets", true, 1, 0 } },
	};
	const struct grid *grid = &s->grid[who][what];
	int64_t bin;
	size_t i;

	fv_result_figure(r, &figure);
	for (bin = s->first; bin <= s->last; bin++)
		for (i = 0; i < ROWS; i++)
			if (grid->packets[column(bin)][i] > 0)
				fv_result_point(r,
				    (uint64_t)(bin - s->first) * cell_hours(s),
				    i * step, grid->packets[column(bin)][i]);
}

/* In how many cells of time ${who} sent. */
static size_t
active(const struct state *s, size_t who)
{
	int64_t bin;
	size_t n = 0;

	for (bin = s->first; s->any && bin <= s->last; bin++)
		n += s->sent[who][column(bin)] > 0;
	return n;
}

static void
put_times(const struct state *s, struct fv_result *r)
{
	int64_t bin;

	fv_result_table(r, "times", "Packets over time");
	fv_result_column(r, "from", "since the beginning", FV_RESULT_DURATION,
	    FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "host", "this host", FV_RESULT_COUNT, FV_RESULT_BAR_LINEAR);
	fv_result_column(
	    r, "all", "all hosts", FV_RESULT_COUNT, FV_RESULT_BAR_LINEAR);
	fv_result_shown(r, 12, (size_t)(s->last - s->first) + 1);
	for (bin = s->first; bin <= s->last; bin++) {
		fv_result_duration(r,
		    (uint64_t)(bin - s->first) * cell_hours(s) *
			(uint64_t)HOUR);
		fv_result_count(r, s->sent[SUSPECT][column(bin)]);
		fv_result_count(r, s->sent[ALL][column(bin)]);
	}
}

static int
finish(const void *state, const struct fv_analysis_context *c,
    struct fv_result *r, struct fv_err *err)
{
	const struct state *s = state;
	size_t cells = s->any ? (size_t)(s->last - s->first) + 1 : 0;
	size_t who, what;

	(void)err;
	fv_result_section(r, "R29", "Destinations and Ports over Time",
	    "Packets sent outward, by time and by destination or port, of one "
	    "host and of all. Destinations stand in the order in which "
	    "any host first sent to them, since addresses have no order left.");
	(void)fv_analysis_suspect(r, c);
	if (!s->any) {
		fv_result_note(r, "No record was sent outward.");
		return 0;
	}
	fv_result_fact(r, "cell", "Time that a cell spans", NULL);
	fv_result_duration(r, cell_hours(s) * (uint64_t)HOUR);
	fv_result_fact(r, "addresses", "Destinations in a cell", NULL);
	fv_result_count(r, s->host_step);
	fv_result_fact(r, "ports", "Ports in a cell", NULL);
	fv_result_count(r, PORT_STEP);
	fv_result_fact(r, "active", "Cells of time in which it sent", NULL);
	fv_analysis_share(r, active(s, SUSPECT), cells);
	fv_result_fact(r, "active_all", "in which any host did", NULL);
	fv_analysis_share(r, active(s, ALL), cells);
	put_times(s, r);
	for (who = 0; who < WHOS; who++)
		for (what = 0; what < WHATS; what++)
			if (who == ALL || active(s, SUSPECT) > 0)
				draw(s, who, what, r);
	return 0;
}

const struct fv_analysis fv_density_analysis = {
	.ids = "R29",
	.name = "density",
	.description = "Which destinations and ports were sent to and from "
		       "over time.",
	.columns = FV_ANALYSIS_COLUMN(START_TIME) | FV_ANALYSIS_COLUMN(SOURCE) |
	    FV_ANALYSIS_COLUMN(DESTINATION) | FV_ANALYSIS_COLUMN(DIRECTION) |
	    FV_ANALYSIS_COLUMN(PROTOCOL) | FV_ANALYSIS_COLUMN(SOURCE_PORT) |
	    FV_ANALYSIS_COLUMN(DESTINATION_PORT) | FV_ANALYSIS_COLUMN(PACKETS),
	.closer = true,
	.needs = { &fv_destinations_analysis, &fv_appearance_analysis },
	.init = init,
	.add = add,
	.merge = merge,
	.finish = finish,
	.free = free,
};
