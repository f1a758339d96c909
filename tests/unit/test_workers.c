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

/* Jobs that must not run at the same time, and in what order they did. */
struct line {
	atomic_uint inside;
	atomic_uint at_once; /* the most that were inside */
	unsigned next;
	unsigned out_of_order;
	struct fv_workers *workers;
};

struct link {
	struct fv_job job;
	struct fv_job other; /* that this one starts and waits for */
	struct line *line;
	unsigned number;
};

static void
nothing(void *arg)
{
	(void)arg;
}

static void
step(void *arg)
{
	struct link *l = arg;
	unsigned inside = atomic_fetch_add(&l->line->inside, 1) + 1;

	if (inside > atomic_load(&l->line->at_once))
		atomic_store(&l->line->at_once, inside);
	l->line->out_of_order += l->number != l->line->next++;
	fv_workers_start(l->line->workers, &l->other);
	fv_workers_wait(l->line->workers, &l->other);
	(void)atomic_fetch_sub(&l->line->inside, 1);
}

static void
jobs_behind_each_other_run_one_at_a_time_in_order(void)
{
	static struct link ring[4];
	struct line line;
	struct fv_err err;
	size_t p;
	unsigned i;

	for (p = 0; p < FV_COUNT(pools); p++) {
		memset(ring, 0, sizeof(ring));
		memset(&line, 0, sizeof(line));
		line.workers = fv_workers_new(pools[p], &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(line.workers);
		for (i = 0; i < FV_COUNT(ring); i++)
			ring[i] = (struct link){ .job = { .run = step },
				.other = { .run = nothing },
				.line = &line };
		for (i = 0; i < JOBS; i++) {
			ring[i % 4].job.arg = &ring[i % 4];
			ring[i % 4].number = i;
			fv_workers_start_after(line.workers, &ring[i % 4].job,
			    &ring[(i + 3) % 4].job);
			fv_workers_wait(line.workers, &ring[(i + 1) % 4].job);
		}
		/* The pool ends with what is behind others, too. */
		fv_workers_free(line.workers);
		CU_ASSERT_EQUAL(line.next, JOBS);
		CU_ASSERT_EQUAL(line.out_of_order, 0);
		CU_ASSERT_EQUAL(line.at_once, 1);
	}
}

CU_TestInfo suite_workers[] = {
	{ "jobs behind each other run one at a time, in order",
	    jobs_behind_each_other_run_one_at_a_time_in_order },
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
