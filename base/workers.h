#ifndef BASE_WORKERS_H
#define BASE_WORKERS_H

#include "base/attributes.h"
#include "base/err.h"

/*
 * A pool of threads for independent jobs.  Order is the caller's: it starts
 * jobs and waits for them one by one in the order in which it wants their
 * results, so what it writes never depends on who finished first.
 */
struct fv_workers;

enum fv_job_state { FV_JOB_IDLE, FV_JOB_QUEUED, FV_JOB_RUNNING, FV_JOB_DONE };

/*
 * A job: run(arg), once for each fv_workers_start.  The caller owns the
 * struct and what ${arg} points to, sets run and arg, zeroes the rest, and
 * touches neither between start and wait.
 */
struct fv_job {
	void (*run)(void *arg);
	void *arg;
	/* The pool's, under its lock. */
	enum fv_job_state state;
	struct fv_job *next;     /* in the queue */
	struct fv_job *follower; /* to be queued when this one is done */
};

/*
 * fv_workers_new(threads, err):
 * A pool that runs jobs on ${threads} threads: the caller's own, which
 * works while it waits, and ${threads} - 1 more.  With one (or none) all
 * jobs run in fv_workers_wait.  Returns NULL with ${err} set.
 */
struct fv_workers *fv_workers_new(
    unsigned threads, struct fv_err *err) FV_MUST_CHECK;

/* Queue ${job}; it must not be queued or running already. */
void fv_workers_start(struct fv_workers *workers, struct fv_job *job);

/*
 * fv_workers_start_after(workers, job, before):
 * The same, but ${job} begins when ${before}, which nothing else follows, is
 * done: jobs that must run one at a time, in order, on whatever thread.
 */
void fv_workers_start_after(
    struct fv_workers *workers, struct fv_job *job, struct fv_job *before);

/*
 * fv_workers_wait(workers, job):
 * Return once ${job} is done, running queued jobs meanwhile.  Returns at
 * once for a job that was never started.
 */
void fv_workers_wait(struct fv_workers *workers, struct fv_job *job);

/* End the threads, after all that is queued has run; NULL is fine. */
void fv_workers_free(struct fv_workers *workers);

/* How many processors this process may use: a sensible ${threads}. */
unsigned fv_workers_processors(void);

#endif
