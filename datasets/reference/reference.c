#include "datasets/reference/reference.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/workers.h"
#include "datasets/reference/census.h"
#include "datasets/reference/day.h"
#include "datasets/reference/guests.h"
#include "datasets/reference/plan.h"
#include "datasets/reference/profile.h"
#include "datasets/reference/truth.h"

/*
 * Each job has two files open, the truth is one more, and base/outfile.h
 * knows sixteen.
 */
enum { THREADS_MOST = 7 };

/* A day of a site, done by whichever thread is free. */
struct job {
	struct fv_job job;
	struct fv_day *day;
	const struct fv_plan *plan;
	const char *directory; /* NULL: another part makes the captures */
	unsigned number;
	int rc;
	struct fv_err err;
};

/* What a site's days share while they are made. */
struct site {
	struct fv_guests *guests;
	struct fv_plan *plan;
};

struct run {
	const struct fv_reference_options *options;
	const struct fv_profile *profile;
	const char *directory;
	fv_reference_progress *progress;
	void *arg;
	struct fv_workers *workers;
	struct fv_writer *truth; /* NULL: another part writes it */
	struct fv_census census;
	struct job job[THREADS_MOST];
	unsigned njobs, next;
	unsigned days;
	unsigned done, total;
};

void
fv_reference_defaults(struct fv_reference_options *options)
{
	*options = (struct fv_reference_options){ .profile = "deck",
		.seed = 1,
		.scale = 1,
		.sites = 1,
		.suspect_users = 1,
		.snaplen = FV_REFERENCE_SNAPLEN,
		.threads = 1 };
}

static int
check_options(const struct fv_reference_options *o, struct fv_err *err)
{
	const struct fv_profile *p = fv_profile_find(o->profile);

	if (p == NULL)
		return fv_err_set(err, FV_EUSAGE,
		    "there is no profile \"%s\": deck or today", o->profile);
	/* Written so that a scale that is not a number fails too. */
	if (!(o->scale > 0 && o->scale <= FV_REFERENCE_SCALE_MOST))
		return fv_err_set(err, FV_EUSAGE,
		    "the scale must be above 0 and at most %g",
		    FV_REFERENCE_SCALE_MOST);
	if (o->days > p->days)
		return fv_err_set(err, FV_EUSAGE,
		    "the profile \"%s\" has %u days", o->profile, p->days);
	if (o->sites < 1 || o->sites > FV_REFERENCE_SITES_MOST)
		return fv_err_set(err, FV_EUSAGE, "there must be 1 to %d sites",
		    FV_REFERENCE_SITES_MOST);
	if (o->snaplen < FV_REFERENCE_SNAPLEN_LEAST ||
	    o->snaplen > FV_REFERENCE_SNAPLEN)
		return fv_err_set(err, FV_EUSAGE,
		    "the snapshot length must be %d to %d bytes",
		    FV_REFERENCE_SNAPLEN_LEAST, FV_REFERENCE_SNAPLEN);
	if (o->suspect_users < 1 || o->suspect_users > 2)
		return fv_err_set(err, FV_EUSAGE,
		    "the suspicious host must have one user or two");
	if (o->jitter > FV_REFERENCE_JITTER_MOST)
		return fv_err_set(err, FV_EUSAGE,
		    "the jitter must be at most %d microseconds",
		    FV_REFERENCE_JITTER_MOST);
	if (o->loss > FV_REFERENCE_MILLION || o->reorder > FV_REFERENCE_MILLION)
		return fv_err_set(err, FV_EUSAGE,
		    "no tap can miss or misplace more than all packets");
	if (o->parts > 0 && o->part >= o->parts)
		return fv_err_set(err, FV_EUSAGE,
		    "part %u of %u: parts count from 0", o->part, o->parts);
	return 0;
}

static bool
in_part(const struct run *r, unsigned site, unsigned day)
{
	unsigned parts = r->options->parts;

	return parts <= 1 ||
	    (site * r->profile->days + day) % parts == r->options->part;
}

static void
run_job(void *arg)
{
	struct job *j = arg;

	j->rc = fv_day_write(j->day, j->plan, j->number, j->directory, &j->err);
}

/* Wait for ${j} if it was started, and take what it tells. */
static int
finish_job(struct run *r, struct job *j, struct fv_err *err)
{
	const struct fv_day_told *told;
	size_t n;

	if (j->plan == NULL)
		return 0;
	fv_workers_wait(r->workers, &j->job);
	j->plan = NULL;
	if (j->rc == -1) {
		*err = j->err;
		return -1;
	}
	told = fv_day_told(j->day, &n);
	if (r->truth != NULL && fv_census_tell(&r->census, told, n, err) == -1)
		return -1;
	if (j->directory == NULL)
		return 0;
	r->done++;
	if (r->progress != NULL)
		r->progress(r->arg, r->done, r->total);
	return 0;
}

/*
 * All jobs end here, good or bad, before what they use is freed; oldest
 * first, as they tell the truth in order.
 */
static int
finish_all(struct run *r, int rc, struct fv_err *err)
{
	struct fv_err other;
	unsigned i;

	for (i = 0; i < r->njobs; i++)
		if (finish_job(r, &r->job[(r->next + i) % r->njobs],
			rc == 0 ? err : &other) == -1)
			rc = -1;
	return rc;
}

static int
make_days(struct run *r, const struct site *s, struct fv_err *err)
{
	unsigned day;
	struct job *j;
	bool ours;

	for (day = 0; day < r->days; day++) {
		ours = in_part(r, s->guests->site, day);
		if (!ours && r->truth == NULL)
			continue;
		j = &r->job[r->next];
		r->next = (r->next + 1) % r->njobs;
		if (finish_job(r, j, err) == -1)
			return -1;
		j->plan = s->plan;
		j->number = day;
		j->directory = ours ? r->directory : NULL;
		fv_workers_start(r->workers, &j->job);
	}
	return 0;
}

static int
make_site(struct run *r, unsigned number, struct fv_err *err)
{
	struct site s = { NULL, NULL };
	int rc = -1;

	s.guests = fv_guests_new(r->profile, r->options->seed, number,
	    r->options->suspect_users, err);
	if (s.guests == NULL)
		goto out;
	if ((s.plan = fv_plan_new(s.guests, r->options, err)) == NULL)
		goto out;
	if (r->truth != NULL &&
	    fv_census_begin(&r->census, r->truth, s.plan, r->options, err) ==
		-1)
		goto out;
	rc = finish_all(r, make_days(r, &s, err), err);
out:
	fv_plan_free(s.plan);
	fv_guests_free(s.guests);
	return rc;
}

static int
start_run(struct run *r, struct fv_err *err)
{
	unsigned threads = r->options->threads, i, site, day;

	r->profile = fv_profile_find(r->options->profile);
	r->days = r->options->days > 0 ? r->options->days : r->profile->days;
	for (site = 0; site < r->options->sites; site++)
		for (day = 0; day < r->days; day++)
			r->total += in_part(r, site, day);
	r->njobs = threads < 1       ? 1
	    : threads > THREADS_MOST ? THREADS_MOST
				     : threads;
	if ((r->workers = fv_workers_new(r->njobs, err)) == NULL)
		return -1;
	for (i = 0; i < r->njobs; i++) {
		r->job[i].job.run = run_job;
		r->job[i].job.arg = &r->job[i];
		r->job[i].day = fv_day_new(r->options, FV_DAY_WINDOW, err);
		if (r->job[i].day == NULL)
			return -1;
	}
	if (r->options->part > 0)
		return 0;
	r->truth = fv_truth_new(r->directory, r->profile, r->options, err);
	return r->truth == NULL ? -1 : 0;
}

int
fv_reference_generate(const struct fv_reference_options *options,
    const char *directory, fv_reference_progress *progress, void *arg,
    struct fv_err *err)
{
	struct run *r;
	unsigned site, i;
	int rc = -1;

	if (check_options(options, err) == -1)
		return -1;
	if ((r = fv_memory_new(1, sizeof(*r), err)) == NULL)
		return -1;
	r->options = options;
	r->directory = directory;
	r->progress = progress;
	r->arg = arg;
	if (start_run(r, err) == -1)
		goto out;
	for (site = 0; site < options->sites; site++)
		if (make_site(r, site, err) == -1)
			goto out;
	rc = r->truth == NULL ? 0 : fv_writer_commit(r->truth, err);
out:
	fv_writer_free(r->truth);
	for (i = 0; i < r->njobs; i++)
		fv_day_free(r->job[i].day);
	fv_workers_free(r->workers);
	free(r);
	return rc;
}
