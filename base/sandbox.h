#ifndef BASE_SANDBOX_H
#define BASE_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/err.h"

/*
 * A child process in which libraries read what strangers sent.  It keeps one
 * descriptor to read from and a pipe to answer through, and nothing else: a
 * seccomp filter (Linux) refuses every system call that opens, connects,
 * starts or signals anything, and limits hold its memory and time.  Whatever
 * becomes of it, the parent goes on, with an error that says what happened.
 *
 * The child is a fork: it sees the memory that the parent had, so nothing
 * that is worth stealing should be there, and no other thread may be at work:
 * a lock that it holds, malloc's in some runtimes, is held in the child for
 * ever.  Threads that wait for work do no harm.
 *
 * What comes through the pipe is foreign data: length and content are the
 * caller's to check.
 */
struct fv_sandbox;

struct fv_sandbox_limits {
	uint64_t memory;      /* bytes, besides what the parent has mapped */
	unsigned cpu_seconds; /* of the child's own computing */
	unsigned silence;     /* seconds the parent waits for the next byte */
};

/*
 * What runs inside: it answers by fv_sandbox_say, and returns.  It must not
 * write to ${out} in any other way.
 */
typedef void fv_sandbox_body(int out, void *arg);

/*
 * fv_sandbox_start(body, arg, fd, limits, err):
 * Run ${body} in a new child that keeps ${fd} (or none: -1).  Returns NULL
 * with ${err} set.  That the system refuses the filter shows when the child
 * is asked for its answer.
 */
struct fv_sandbox *fv_sandbox_start(fv_sandbox_body *body, void *arg, int fd,
    const struct fv_sandbox_limits *limits, struct fv_err *err) FV_MUST_CHECK;

/* In the child: send ${n} bytes; where nobody listens, the child ends. */
void fv_sandbox_say(int out, const void *bytes, size_t n);

/*
 * fv_sandbox_hear(sandbox, bytes, n, err):
 * Take the next ${n} bytes that the child said.  Returns 0, or -1 with ${err}
 * set when it ended or fell silent before: how, in words that fit behind the
 * name of a file.
 */
int fv_sandbox_hear(struct fv_sandbox *sandbox, void *bytes, size_t n,
    struct fv_err *err) FV_MUST_CHECK;

/* End the child, if it still runs, and free ${sandbox} (or NULL). */
void fv_sandbox_free(struct fv_sandbox *sandbox);

/*
 * fv_sandbox_run(work, arg, fd, limits, reply, size, err):
 * Run ${work} in a child, and bring back what it returned, the fault it set
 * (with control characters replaced), and, when it returned 0, the ${size}
 * bytes (up to FV_SANDBOX_REPLY) that it left at ${reply}: plain numbers,
 * which the caller checks.  Returns 0, or -1 with ${err} set.
 */
#define FV_SANDBOX_REPLY 4096
typedef int fv_sandbox_work(void *arg, void *reply, struct fv_err *err);
int fv_sandbox_run(fv_sandbox_work *work, void *arg, int fd,
    const struct fv_sandbox_limits *limits, void *reply, size_t size,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_sandbox_send_fault(out, err), fv_sandbox_take_fault(sandbox, err):
 * A fault from a child's body to its parent; what is taken is as foreign as
 * the rest, and made safe to print.  The latter always returns -1.
 */
void fv_sandbox_send_fault(int out, const struct fv_err *err);
int fv_sandbox_take_fault(struct fv_sandbox *sandbox, struct fv_err *err);

/*
 * fv_sandbox_forgo_filter():
 * From now on, do without the seccomp filter; limits stay.  For systems that
 * refuse it, by somebody's explicit wish.  Before any thread is started.
 */
void fv_sandbox_forgo_filter(void);

#endif
