#include "base/sandbox.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/sandbox_filter.h"

/*
 * The address sanitizer maps terabytes that it never touches: there, no
 * limit on address space can be set.
 */
#if defined(__SANITIZE_ADDRESS__)
#define LIMITS_MEMORY 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LIMITS_MEMORY 0
#endif
#endif
#ifndef LIMITS_MEMORY
#define LIMITS_MEMORY 1
#endif

/* How a child ends that could not lock itself in, or was told to stop. */
enum { EXIT_DONE = 0, EXIT_UNHEARD = 97, EXIT_LIMITS = 98, EXIT_FILTER = 99 };

struct fv_sandbox {
	pid_t pid; /* -1: gone, and status says how */
	int status;
	int pipe;
	struct fv_sandbox_limits limits;
};

static bool without_filter;

void
fv_sandbox_forgo_filter(void)
{
	without_filter = true;
}

static bool
limit(__rlimit_resource_t resource, uint64_t value)
{
	const struct rlimit both = { value, value };

	return setrlimit(resource, &both) == 0;
}

/* Bytes that this process has mapped, or 0. */
static uint64_t
mapped(void)
{
	char text[64];
	unsigned long pages;
	ssize_t n;
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	(void)close(fd);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	if (sscanf(text, "%lu", &pages) != 1)
		return 0;
	return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/*
 * No core, no file that grows, no new descriptor; memory and time as asked.
 * SIGXCPU comes at the soft limit of time, SIGKILL a second later.
 */
static bool
set_limits(const struct fv_sandbox_limits *l)
{
	const struct rlimit cpu = { l->cpu_seconds, l->cpu_seconds + 1 };

	if (LIMITS_MEMORY && !limit(RLIMIT_AS, mapped() + l->memory))
		return false;
	return limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) &&
	    limit(RLIMIT_NOFILE, 0) && setrlimit(RLIMIT_CPU, &cpu) == 0;
}

/* Close all descriptors but two. */
static void
close_others(int a, int b)
{
	unsigned low = (unsigned)(a < b ? a : b);
	unsigned high = (unsigned)(a < b ? b : a);

	if (a < 0 || b < 0)
		low = high;
	if (low > 0)
		(void)close_range(0, low - 1, 0);
	if (high > low + 1)
		(void)close_range(low + 1, high - 1, 0);
	(void)close_range(high + 1, ~0U, 0);
}

/* Signals as in a new process: no handler of the parent's runs here. */
static void
reset_signals(void)
{
	sigset_t none;
	int number;

	for (number = 1; number < NSIG; number++)
		(void)signal(number, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static void
be_child(fv_sandbox_body *body, void *arg, int fd, int out, pid_t parent,
    const struct fv_sandbox_limits *limits)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_UNHEARD);
	reset_signals();
	/* A crash is the parent's to tell, not a core file's. */
	(void)prctl(PR_SET_DUMPABLE, 0);
	if (!set_limits(limits))
		_exit(EXIT_LIMITS);
	close_others(fd, out);
	if (!without_filter && fv_sandbox_filter_load(out) == -1)
		_exit(EXIT_FILTER);
	body(out, arg);
	_exit(EXIT_DONE);
}

struct fv_sandbox *
fv_sandbox_start(fv_sandbox_body *body, void *arg, int fd,
    const struct fv_sandbox_limits *limits, struct fv_err *err)
{
	struct fv_sandbox *s;
	pid_t parent = getpid();
	int ends[2];

	if ((s = fv_memory_new(1, sizeof(*s), err)) == NULL)
		return NULL;
	s->limits = *limits;
	if (pipe2(ends, O_CLOEXEC) == -1) {
		(void)fv_err_system(err, errno, "pipe");
		free(s);
		return NULL;
	}
	if ((s->pid = fork()) == 0)
		be_child(body, arg, fd, ends[1], parent, limits);
	(void)close(ends[1]);
	s->pipe = ends[0];
	if (s->pid == -1) {
		(void)fv_err_system(err, errno, "fork");
		(void)close(ends[0]);
		free(s);
		return NULL;
	}
	return s;
}

void
fv_sandbox_say(int out, const void *bytes, size_t n)
{
	const char *at = bytes;
	ssize_t written;

	while (n > 0) {
		written = write(out, at, n);
		if (written == -1 && errno == EINTR)
			continue;
		if (written <= 0)
			_exit(EXIT_UNHEARD);
		at += written;
		n -= (size_t)written;
	}
}

/* Wait for the end of the child, which is near or was ordered. */
static void
reap(struct fv_sandbox *s)
{
	while (s->pid != -1) {
		if (waitpid(s->pid, &s->status, 0) != -1) {
			s->pid = -1;
		} else if (errno != EINTR) {
			/* Somebody else reaped it: as if it had said all. */
			s->pid = -1;
			s->status = 0;
		}
	}
}

static int
tell_signal(const struct fv_sandbox *s, int number, struct fv_err *err)
{
	switch (number) {
	case SIGXCPU:
	case SIGKILL:
		return fv_err_set(err, FV_ELIMIT,
		    "reading it took more than %u seconds of computing, or was "
		    "killed: it is damaged, or made to keep its reader busy",
		    s->limits.cpu_seconds);
	default:
		return fv_err_set(err, FV_EFORMAT,
		    "the process that read it crashed (signal %d): it is "
		    "damaged, or made to do harm",
		    number);
	}
}

/* The child ended without having said what it had to: how. */
static int
tell_end(struct fv_sandbox *s, struct fv_err *err)
{
	reap(s);
	if (WIFSIGNALED(s->status))
		return tell_signal(s, WTERMSIG(s->status), err);
	switch (WEXITSTATUS(s->status)) {
	case EXIT_LIMITS:
		return fv_err_set(err, FV_EIO,
		    "this system does not let a process limit its memory and "
		    "time, so nothing that others sent is read");
	case EXIT_FILTER:
		return fv_err_set(err, FV_EIO,
		    "this system refuses the filter of system calls (seccomp) "
		    "behind which foreign files are read; "
		    "FLOWVEIL_SANDBOX=limits reads them without it");
	default:
		return fv_err_set(err, FV_EFORMAT,
		    "the process that read it gave up: it is damaged, or made "
		    "to do harm");
	}
}

static int64_t
milliseconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Whether the pipe has something to read, or has ended, in time. */
static bool
wait_for_word(struct fv_sandbox *s)
{
	struct pollfd ready = { s->pipe, POLLIN, 0 };
	int64_t end = milliseconds() + (int64_t)s->limits.silence * 1000, left;
	int n;

	do {
		left = end - milliseconds();
		n = poll(&ready, 1, left > 0 ? (int)left : 0);
	} while (n == -1 && errno == EINTR);
	return n > 0;
}

int
fv_sandbox_hear(struct fv_sandbox *s, void *bytes, size_t n, struct fv_err *err)
{
	char *at = bytes;
	ssize_t got;

	while (n > 0) {
		if (!wait_for_word(s)) {
			(void)kill(s->pid, SIGKILL);
			reap(s);
			return fv_err_set(err, FV_ELIMIT,
			    "the process that read it said nothing for %u "
			    "seconds and was stopped: it is damaged, or made "
			    "to keep its reader busy",
			    s->limits.silence);
		}
		got = read(s->pipe, at, n);
		if (got == -1 && errno == EINTR)
			continue;
		if (got <= 0)
			return tell_end(s, err);
		at += got;
		n -= (size_t)got;
	}
	return 0;
}

void
fv_sandbox_free(struct fv_sandbox *s)
{
	if (s == NULL)
		return;
	(void)close(s->pipe);
	if (s->pid != -1) {
		(void)kill(s->pid, SIGKILL);
		reap(s);
	}
	free(s);
}

void
fv_sandbox_send_fault(int out, const struct fv_err *err)
{
	fv_sandbox_say(out, err, sizeof(*err));
}

/* A text from inside may hold anything that the file held. */
static void
tame(struct fv_err *err)
{
	unsigned char *at;

	err->text[FV_ERR_TEXT - 1] = '\0';
	for (at = (unsigned char *)err->text; *at != '\0'; at++)
		if (*at < 0x20 || *at >= 0x7f)
			*at = '?';
	if ((int)err->code <= FV_OK || (int)err->code > FV_ECRYPTO)
		err->code = FV_EFORMAT;
}

int
fv_sandbox_take_fault(struct fv_sandbox *s, struct fv_err *err)
{
	struct fv_err fault;

	if (fv_sandbox_hear(s, &fault, sizeof(fault), err) == 0) {
		tame(&fault);
		*err = fault;
	}
	return -1;
}

/* What fv_sandbox_run hands to the child. */
struct task {
	fv_sandbox_work *work;
	void *arg;
	size_t size;
};

static void
run_task(int out, void *arg)
{
	const struct task *task = arg;
	unsigned char reply[FV_SANDBOX_REPLY] = { 0 };
	struct fv_err err = { FV_OK, "" };
	uint8_t failed;

	failed = task->work(task->arg, reply, &err) != 0;
	fv_sandbox_say(out, &failed, sizeof(failed));
	if (failed != 0)
		fv_sandbox_send_fault(out, &err);
	else
		fv_sandbox_say(out, reply, task->size);
}

int
fv_sandbox_run(fv_sandbox_work *work, void *arg, int fd,
    const struct fv_sandbox_limits *limits, void *reply, size_t size,
    struct fv_err *err)
{
	struct task task = { work, arg, size };
	struct fv_sandbox *s;
	uint8_t failed;
	int rc = -1;

	assert(size <= FV_SANDBOX_REPLY);
	if ((s = fv_sandbox_start(run_task, &task, fd, limits, err)) == NULL)
		return -1;
	if (fv_sandbox_hear(s, &failed, sizeof(failed), err) == -1)
		goto out;
	rc = failed != 0 ? fv_sandbox_take_fault(s, err)
			 : fv_sandbox_hear(s, reply, size, err);
out:
	fv_sandbox_free(s);
	return rc;
}
