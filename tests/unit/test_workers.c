#include "tests/unit/suites.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/workers.h"

enum { JOBS = 1000 };

static const unsigned pools[] = { 0, 1, 2, 8 };

/* What a job is given, and what it leaves. */
struct task {
	struct fv_job job;
	unsigned input;
	unsigned output;
	unsigned runs;
	pthread_t by;
	pthread_barrier_t *meeting;
};

static void
square(void *arg)
{
	struct task *t = arg;

	if (t->meeting != NULL)
		(void)pthread_barrier_wait(t->meeting);
	t->output = t->input * t->input;
	t->runs++;
	t->by = pthread_self();
}

static void
set_task(struct task *t, unsigned input)
{
	memset(t, 0, sizeof(*t));
	t->input = input;
	t->job.run = square;
	t->job.arg = t;
}

static void
results_come_in_the_order_of_waiting(void)
{
	static struct task task[JOBS];
	struct fv_workers *w;
	struct fv_err err;
	size_t p;
	unsigned i;

	for (p = 0; p < FV_COUNT(pools); p++) {
		w = fv_workers_new(pools[p], &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(w);
		for (i = 0; i < JOBS; i++) {
			set_task(&task[i], i);
			fv_workers_start(w, &task[i].job);
		}
		for (i = 0; i < JOBS; i++) {
			fv_workers_wait(w, &task[i].job);
			CU_ASSERT_EQUAL(task[i].output, i * i);
			CU_ASSERT_EQUAL(task[i].runs, 1);
		}
		fv_workers_free(w);
	}
}

/* Backwards, so that what is waited for stands last in the queue. */
static void
waiting_for_the_last_first(void)
{
	static struct task task[JOBS];
	struct fv_workers *w;
	struct fv_err err;
	size_t p;
	unsigned i;

	for (p = 0; p < FV_COUNT(pools); p++) {
		w = fv_workers_new(pools[p], &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(w);
		for (i = 0; i < JOBS; i++) {
			set_task(&task[i], i);
			fv_workers_start(w, &task[i].job);
		}
		for (i = JOBS; i-- > 0;) {
			fv_workers_wait(w, &task[i].job);
			CU_ASSERT_EQUAL(task[i].output, i * i);
		}
		fv_workers_free(w);
	}
}

/* Jobs that end only when all of them run at once. */
static void
as_many_run_at_once_as_there_are_threads(void)
{
	struct task task[8];
	pthread_barrier_t meeting;
	struct fv_workers *w;
	struct fv_err err;
	unsigned n, i, round;

	(void)alarm(60); /* in place of waiting for ever */
	for (n = 1; n <= 8; n++) {
		w = fv_workers_new(n, &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(w);
		(void)pthread_barrier_init(&meeting, NULL, n);
		for (round = 0; round < 20; round++) {
			for (i = 0; i < n; i++) {
				set_task(&task[i], i);
				task[i].meeting = &meeting;
				fv_workers_start(w, &task[i].job);
			}
			for (i = 0; i < n; i++) {
				fv_workers_wait(w, &task[i].job);
				CU_ASSERT_EQUAL(task[i].output, i * i);
			}
		}
		fv_workers_free(w);
		(void)pthread_barrier_destroy(&meeting);
	}
	(void)alarm(0);
}

static void
one_thread_is_the_callers_own(void)
{
	struct fv_workers *w;
	struct fv_err err;
	struct task task;
	unsigned n;

	for (n = 0; n <= 1; n++) {
		w = fv_workers_new(n, &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(w);
		set_task(&task, 3);
		fv_workers_start(w, &task.job);
		CU_ASSERT_EQUAL(task.runs, 0);
		fv_workers_wait(w, &task.job);
		CU_ASSERT_EQUAL(task.runs, 1);
		CU_ASSERT_TRUE(pthread_equal(task.by, pthread_self()));
		fv_workers_free(w);
	}
}

static void
a_job_may_be_started_again(void)
{
	struct fv_workers *w;
	struct fv_err err;
	struct task task;
	size_t p;
	unsigned i;

	for (p = 0; p < FV_COUNT(pools); p++) {
		w = fv_workers_new(pools[p], &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(w);
		set_task(&task, 0);
		for (i = 1; i <= 300; i++) {
			task.input = i;
			fv_workers_start(w, &task.job);
			fv_workers_wait(w, &task.job);
			CU_ASSERT_EQUAL(task.output, i * i);
			CU_ASSERT_EQUAL(task.runs, i);
			/* Waiting again is nothing. */
			fv_workers_wait(w, &task.job);
			CU_ASSERT_EQUAL(task.runs, i);
		}
		fv_workers_free(w);
	}
}

static void
waiting_for_what_never_started_returns(void)
{
	struct fv_workers *w;
	struct fv_err err;
	struct task idle, queued;

	w = fv_workers_new(1, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(w);
	set_task(&idle, 1);
	set_task(&queued, 2);
	fv_workers_start(w, &queued.job);
	fv_workers_wait(w, &idle.job);
	CU_ASSERT_EQUAL(idle.runs, 0);
	CU_ASSERT_EQUAL(queued.runs, 0);
	fv_workers_free(w);
	CU_ASSERT_EQUAL(queued.runs, 1);
	fv_workers_free(NULL);
}

static void
free_runs_all_that_is_queued(void)
{
	static struct task task[JOBS];
	struct fv_workers *w;
	struct fv_err err;
	size_t p;
	unsigned i;

	for (p = 0; p < FV_COUNT(pools); p++) {
		w = fv_workers_new(pools[p], &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(w);
		for (i = 0; i < JOBS; i++) {
			set_task(&task[i], i);
			fv_workers_start(w, &task[i].job);
		}
		fv_workers_free(w);
		for (i = 0; i < JOBS; i++)
			CU_ASSERT_EQUAL(task[i].runs, 1);
	}
}

static void
there_is_a_processor(void)
{
	CU_ASSERT(fv_workers_processors() >= 1);
}

CU_TestInfo suite_workers[] = {
	{ "results come in the order of waiting",
	    results_come_in_the_order_of_waiting },
	{ "waiting for the last first", waiting_for_the_last_first },
	{ "as many run at once as there are threads",
	    as_many_run_at_once_as_there_are_threads },
	{ "one thread is the caller's own", one_thread_is_the_callers_own },
	{ "a job may be started again", a_job_may_be_started_again },
	{ "waiting for what never started returns",
	    waiting_for_what_never_started_returns },
	{ "free runs all that is queued", free_runs_all_that_is_queued },
	{ "there is a processor", there_is_a_processor },
	CU_TEST_INFO_NULL,
};
