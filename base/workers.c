#include "base/workers.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"

/* More threads than this only wait for each other: a ceiling, not a goal. */
enum { THREADS_MAX = 256 };

/*
 * Invariants, under the lock:
 * 1. A job is QUEUED exactly while it is in the list from first to last, or
 *    the follower of a job that is QUEUED or RUNNING.
 * 2. A job that is RUNNING or DONE is in no list.
 */
struct fv_workers {
	pthread_mutex_t lock;
	pthread_cond_t queued;   /* a job came, or the end */
	pthread_cond_t finished; /* a job is done */
	struct fv_job *first;
	struct fv_job *last;
	unsigned waiting; /* threads in fv_workers_wait that nobody told yet */
	bool ending;
	unsigned nthreads;
	pthread_t thread[THREADS_MAX];
};

/* Who waits for a job may find it done, or another to run. */
static void
tell_waiting(struct fv_workers *w)
{
	if (w->waiting > 0)
		(void)pthread_cond_broadcast(&w->finished);
	w->waiting = 0;
}

static void
queue(struct fv_workers *w, struct fv_job *job)
{
	job->next = NULL;
	if (w->last == NULL)
		w->first = job;
	else
		w->last->next = job;
	w->last = job;
	(void)pthread_cond_signal(&w->queued);
	tell_waiting(w);
}

/* Take the oldest queued job and run it; called and left with the lock. */
static void
run_first(struct fv_workers *w)
{
	struct fv_job *job = w->first;

	w->first = job->next;
	if (w->first == NULL)
		w->last = NULL;
	job->state = FV_JOB_RUNNING;
	(void)pthread_mutex_unlock(&w->lock);
	job->run(job->arg);
	(void)pthread_mutex_lock(&w->lock);
	job->state = FV_JOB_DONE;
	if (job->follower != NULL)
		queue(w, job->follower);
	job->follower = NULL;
	tell_waiting(w);
}

static void *
work(void *arg)
{
	struct fv_workers *w = arg;

	(void)pthread_mutex_lock(&w->lock);
	for (;;) {
		while (w->first == NULL && !w->ending)
			(void)pthread_cond_wait(&w->queued, &w->lock);
		if (w->first == NULL)
			break;
		run_first(w);
	}
	(void)pthread_mutex_unlock(&w->lock);
	return NULL;
}

struct fv_workers *
fv_workers_new(unsigned threads, struct fv_err *err)
{
	struct fv_workers *w;
	int rc;

	if ((w = fv_memory_new(1, sizeof(*w), err)) == NULL)
		return NULL;
	(void)pthread_mutex_init(&w->lock, NULL);
	(void)pthread_cond_init(&w->queued, NULL);
	(void)pthread_cond_init(&w->finished, NULL);
	while (w->nthreads + 1 < threads && w->nthreads < THREADS_MAX) {
		rc = pthread_create(&w->thread[w->nthreads], NULL, work, w);
		if (rc != 0) {
			(void)fv_err_system(err, rc, "thread %u of %u",
			    w->nthreads + 1, threads);
			fv_workers_free(w);
			return NULL;
		}
		w->nthreads++;
	}
	return w;
}

static bool
is_under_way(const struct fv_job *job)
{
	return job->state == FV_JOB_QUEUED || job->state == FV_JOB_RUNNING;
}

void
fv_workers_start(struct fv_workers *w, struct fv_job *job)
{
	(void)pthread_mutex_lock(&w->lock);
	assert(!is_under_way(job));
	job->state = FV_JOB_QUEUED;
	queue(w, job);
	(void)pthread_mutex_unlock(&w->lock);
}

void
fv_workers_start_after(
    struct fv_workers *w, struct fv_job *job, struct fv_job *before)
{
	(void)pthread_mutex_lock(&w->lock);
	assert(!is_under_way(job) && before->follower == NULL);
	job->state = FV_JOB_QUEUED;
	if (is_under_way(before))
		before->follower = job;
	else
		queue(w, job);
	(void)pthread_mutex_unlock(&w->lock);
}

void
fv_workers_wait(struct fv_workers *w, struct fv_job *job)
{
	(void)pthread_mutex_lock(&w->lock);
	while (is_under_way(job)) {
		if (w->first != NULL) {
			run_first(w);
			continue;
		}
		w->waiting++;
		(void)pthread_cond_wait(&w->finished, &w->lock);
	}
	(void)pthread_mutex_unlock(&w->lock);
}

void
fv_workers_free(struct fv_workers *w)
{
	unsigned i;

	if (w == NULL)
		return;
	(void)pthread_mutex_lock(&w->lock);
	while (w->first != NULL)
		run_first(w);
	w->ending = true;
	(void)pthread_cond_broadcast(&w->queued);
	(void)pthread_mutex_unlock(&w->lock);
	for (i = 0; i < w->nthreads; i++)
		(void)pthread_join(w->thread[i], NULL);
	(void)pthread_cond_destroy(&w->finished);
	(void)pthread_cond_destroy(&w->queued);
	(void)pthread_mutex_destroy(&w->lock);
	free(w);
}

unsigned
fv_workers_processors(void)
{
	cpu_set_t set;
	int n;

	if (sched_getaffinity(0, sizeof(set), &set) == -1)
		return 1;
	n = CPU_COUNT(&set);
	return n < 1 ? 1 : (unsigned)n;
}
