#include "analysis/occupancy.h"

#include <stdio.h>
#include <string.h>

enum { HOURS = 24, LENGTHS = 9, SITES = 8, DAYS_SHOWN = 31 };

/* What the hours of the day have. */
struct hourly {
	uint64_t hours, active, peak, starts, squares;
};

static void
by_hour(const struct fv_occupancy *f, const struct fv_occupancy_site *t,
    struct hourly h[HOURS])
{
	size_t i, k;

	memset(h, 0, HOURS * sizeof(*h));
	for (i = 0; i < f->hours; i++) {
		struct hourly *o = &h[fv_insiders_hour(
		    (f->from + (int64_t)i) * FV_INSIDERS_HOUR)];

		o->hours++;
		o->starts += t->starts[i];
		o->squares += (uint64_t)t->starts[i] * t->starts[i];
		for (k = i * FV_OCCUPANCY_FIVES;
		     k < (i + 1) * FV_OCCUPANCY_FIVES; k++) {
			o->active += t->curve[k];
			if (t->curve[k] > o->peak)
				o->peak = t->curve[k];
		}
	}
}

/*
 * Variance over mean of the sessions that begin in an hour, around the mean
 * of that hour of the day; in thousandths.  1 for arrivals that do not know
 * of each other (a Poisson process whose rate depends on the hour).
 */
static uint64_t
dispersion(const struct hourly h[HOURS])
{
	double variance = 0, mean = 0, n;
	size_t i;

	for (i = 0; i < HOURS; i++) {
		if (h[i].hours < 2)
			continue;
		n = (double)h[i].hours;
		mean += (double)h[i].starts / n;
		variance += ((double)h[i].squares -
				(double)h[i].starts * (double)h[i].starts / n) /
		    (n - 1);
	}
	return mean > 0 ? (uint64_t)(variance / mean * 1000 + 0.5) : 0;
}

static void
put_sites(const struct fv_occupancy *f, const struct fv_analysis_context *c,
    struct fv_result *r)
{
	struct hourly h[HOURS];
	const struct fv_occupancy_site *t;
	size_t i, k, busy;

	fv_result_table(r, "sites", "Sites");
	fv_result_column(r, "site", "site", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "addresses", "addr.", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(r, "mean", "mean", FV_RESULT_RATIO, FV_RESULT_NO_BAR);
	fv_result_column(r, "peak", "most", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "busy_hour", "busy h", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "sessions", "sessions", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "median", "median", FV_RESULT_DURATION, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "tenth", "tenth over", FV_RESULT_DURATION, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "dispersion", "disp.", FV_RESULT_RATIO, FV_RESULT_NO_BAR);
	for (i = 0; i < f->nsites; i++) {
		t = &f->site[i];
		if (t->sessions == 0)
			continue;
		by_hour(f, t, h);
		for (k = busy = 0; k < HOURS; k++)
			if (h[k].active *
				(h[busy].hours + (h[busy].hours == 0)) >
			    h[busy].active * (h[k].hours + (h[k].hours == 0)))
				busy = k;
		fv_result_text(r, "%s", i < c->nsites ? c->sites[i].name : "-");
		fv_result_count(r, t->addresses);
		fv_result_ratio(r, t->active, f->hours * FV_OCCUPANCY_FIVES, 2);
		fv_result_count(r, t->peak);
		fv_result_number(r, busy);
		fv_result_count(r, t->sessions);
		fv_result_duration(r, t->length[(t->sessions - 1) / 2]);
		fv_result_duration(r, t->length[(t->sessions - 1) * 9 / 10]);
		fv_result_ratio(r, dispersion(h), 1000, 2);
	}
}

static void
put_hours(const struct fv_occupancy *f, const struct fv_analysis_context *c,
    size_t site, struct fv_result *r)
{
	const struct fv_occupancy_site *t = &f->site[site];
	char title[FV_SITE_TEXT + 64], name[32];
	struct hourly h[HOURS];
	size_t i;

	by_hour(f, t, h);
	(void)snprintf(name, sizeof(name), "hours_%zu", site + 1);
	(void)snprintf(title, sizeof(title), "Hours of the release clock%s%s",
	    c->nsites > 1 ? ", " : "",
	    c->nsites > 1 ? c->sites[site].name : "");
	fv_result_table(r, name, title);
	fv_result_column(r, "hour", "hour", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	fv_result_column(r, "mean", "active addresses, mean", FV_RESULT_RATIO,
	    FV_RESULT_BAR_LINEAR);
	fv_result_column(r, "peak", "most", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "arrivals", "sessions begin", FV_RESULT_RATIO, FV_RESULT_NO_BAR);
	for (i = 0; i < HOURS; i++) {
		if (h[i].hours == 0)
			continue;
		fv_result_number(r, i);
		fv_result_ratio(
		    r, h[i].active, h[i].hours * FV_OCCUPANCY_FIVES, 2);
		fv_result_count(r, h[i].peak);
		fv_result_ratio(r, h[i].starts, h[i].hours, 2);
	}
}

/* Days are summed over sites; the most at once are of each site's own. */
static void
put_days(const struct fv_occupancy *f, struct fv_result *r)
{
	struct fv_occupancy_day sum;
	size_t i, k;

	fv_result_table(r, "days", "Days of the release clock");
	fv_result_column(r, "day", "day", FV_RESULT_NUMBER, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "addresses", "addresses", FV_RESULT_COUNT, FV_RESULT_BAR_LINEAR);
	fv_result_column(
	    r, "sessions", "sessions begin", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "peak", "most at once", FV_RESULT_COUNT, FV_RESULT_NO_BAR);
	fv_result_shown(r, DAYS_SHOWN, f->ndays);
	for (i = 0; i < f->ndays && i < FV_RESULT_ROWS_KEPT; i++) {
		sum = (struct fv_occupancy_day){ 0, 0, 0 };
		for (k = 0; k < f->nsites; k++) {
			sum.addresses += f->site[k].day[i].addresses;
			sum.sessions += f->site[k].day[i].sessions;
			sum.peak += f->site[k].day[i].peak;
		}
		fv_result_number(r, i + 1);
		fv_result_count(r, sum.addresses);
		fv_result_count(r, sum.sessions);
		fv_result_count(r, sum.peak);
	}
}

static void
put_lengths(
    const struct fv_occupancy *f, uint64_t sessions, struct fv_result *r)
{
	static const struct {
		const char *words;
		int64_t below; /* minutes */
	} bins[LENGTHS] = { { "below 1 min", 1 }, { "1 to 5 min", 5 },
		{ "5 to 15 min", 15 }, { "15 to 30 min", 30 },
		{ "30 to 60 min", 60 }, { "1 to 2 h", 120 },
		{ "2 to 5 h", 300 }, { "5 to 12 h", 720 },
		{ "12 h and more", INT64_MAX / FV_INSIDERS_MINUTE } };
	uint64_t n[LENGTHS] = { 0 }, length;
	size_t i, k, b;

	for (i = 0; i < f->nsites; i++)
		for (k = 0; k < f->site[i].sessions; k++) {
			length = f->site[i].length[k];
			for (b = 0; b + 1 < LENGTHS; b++)
				if (length < (uint64_t)(bins[b].below *
						 FV_INSIDERS_MINUTE))
					break;
			n[b]++;
		}
	fv_result_table(r, "lengths", "How long sessions are");
	fv_result_column(
	    r, "length", "length", FV_RESULT_TEXT, FV_RESULT_NO_BAR);
	fv_result_column(
	    r, "sessions", "sessions", FV_RESULT_COUNT, FV_RESULT_BAR_LINEAR);
	fv_result_column(
	    r, "share", "share", FV_RESULT_SHARE, FV_RESULT_NO_BAR);
	for (b = 0; b < LENGTHS; b++) {
		fv_result_text(r, "%s", bins[b].words);
		fv_result_count(r, n[b]);
		fv_analysis_share(r, n[b], sessions);
	}
}

void
fv_occupancy_put(const struct fv_occupancy *f,
    const struct fv_analysis_context *c, struct fv_result *r)
{
	uint64_t sessions = 0, addresses = 0;
	size_t i, shown = 0;

	for (i = 0; i < f->nsites; i++) {
		sessions += f->site[i].sessions;
		addresses += f->site[i].addresses;
	}
	fv_result_fact(
	    r, "addresses", "Internal addresses that sent any", "100");
	fv_result_count(r, addresses);
	fv_result_fact(r, "sessions", "Sessions of them", NULL);
	fv_result_count(r, sessions);
	fv_result_fact(r, "days", "Days of the release clock", NULL);
	fv_result_count(r, f->ndays);
	put_sites(f, c, r);
	for (i = 0; i < f->nsites && shown < SITES; i++) {
		if (f->site[i].sessions == 0)
			continue;
		put_hours(f, c, i, r);
		shown++;
	}
	put_days(f, r);
	put_lengths(f, sessions, r);
	fv_result_note(r,
	    "An address is active in five minutes in which it sent anything "
	    "outward; means are over all five minutes from the first hour to "
	    "the last, silent ones included; most at once is of each site, "
	    "summed. A session ends with a silence of "
	    "more than 30 minutes; its length is that of what was sent, so a "
	    "session of one packet has none.");
	fv_result_note(r,
	    "Hours and days are those of the release clock: UTC, and perhaps "
	    "moved by whole weeks when the data were released. Addresses are "
	    "neither devices nor people (R28c): a background of updates "
	    "counts like a guest at work.");
	fv_result_note(r,
	    "Disp. is the dispersion: the variance of sessions that begin in an hour, "
	    "around the mean of that hour of the day, over that mean: near 1 "
	    "if they begin independently of each other (a Poisson process "
	    "whose rate depends on the hour), above 1 if days differ or "
	    "sessions come in bursts. No law is fitted to lengths: sessions "
	    "are cut at silences, and stays are not seen.");
}
