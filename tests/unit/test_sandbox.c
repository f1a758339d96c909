#include "tests/unit/suites.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <seccomp.h>

#include "base/sandbox.h"

static const struct fv_sandbox_limits limits = { (uint64_t)64 << 20, 5, 5 };

static int
run(fv_sandbox_work *work, void *arg, int fd, struct fv_err *err)
{
	return fv_sandbox_run(work, arg, fd, &limits, NULL, 0, err);
}

static int
add_one(void *arg, void *reply, struct fv_err *err)
{
	(void)err;
	*(int *)reply = *(const int *)arg + 1;
	return 0;
}

static void
what_the_child_found_comes_back(void)
{
	int arg = 41, reply = 0;
	struct fv_err err;

	CU_ASSERT_EQUAL(fv_sandbox_run(add_one, &arg, -1, &limits, &reply,
			    sizeof(reply), &err),
	    0);
	CU_ASSERT_EQUAL(reply, 42);
}

static int
complain(void *arg, void *reply, struct fv_err *err)
{
	(void)arg;
	(void)reply;
	return fv_err_set(err, FV_ELIMIT, "too \033[2J\nmany");
}

static void
a_fault_comes_back_without_control_characters(void)
{
	struct fv_err err;

	CU_ASSERT_EQUAL(run(complain, NULL, -1, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_ELIMIT);
	CU_ASSERT_STRING_EQUAL(err.text, "too ?[2J?many");
}

static int
crash(void *arg, void *reply, struct fv_err *err)
{
	(void)arg;
	(void)reply;
	(void)err;
	__builtin_trap();
}

static int
give_up(void *arg, void *reply, struct fv_err *err)
{
	(void)arg;
	(void)reply;
	(void)err;
	_exit(7);
}

static int
call_abort(void *arg, void *reply, struct fv_err *err)
{
	(void)arg;
	(void)reply;
	(void)err;
	abort();
}

static void
the_parent_survives_a_child_that_does_not(void)
{
	struct fv_err err;

	CU_ASSERT_EQUAL(run(crash, NULL, -1, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EFORMAT);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "crashed (signal"));
	CU_ASSERT_EQUAL(run(call_abort, NULL, -1, &err), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "crashed (signal 6)"));
	CU_ASSERT_EQUAL(run(give_up, NULL, -1, &err), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "gave up"));
}

static int
spin(void *arg, void *reply, struct fv_err *err)
{
	volatile bool ends = false;

	(void)arg;
	(void)reply;
	(void)err;
	while (!ends)
		;
	return 0;
}

static void
a_child_that_never_ends_is_stopped(void)
{
	const struct fv_sandbox_limits computing = { 64 << 20, 1, 20 };
	const struct fv_sandbox_limits silence = { 64 << 20, 20, 1 };
	struct fv_err err;

	CU_ASSERT_EQUAL(
	    fv_sandbox_run(spin, NULL, -1, &computing, NULL, 0, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_ELIMIT);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "1 seconds of computing"));
	CU_ASSERT_EQUAL(
	    fv_sandbox_run(spin, NULL, -1, &silence, NULL, 0, &err), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "nothing for 1 seconds"));
}

/* What a sandboxed process must not do, each a bit when it can. */
static int
misbehave(void *arg, void *reply, struct fv_err *err)
{
	unsigned *can = reply;
	const int fd = *(const int *)arg;
	pid_t child;

	(void)err;
	*can = 0;
	if (open("/etc/hostname", O_RDONLY) != -1 || errno != EPERM)
		*can |= 1;
	if (socket(AF_INET, SOCK_STREAM, 0) != -1 || errno != EPERM)
		*can |= 2;
	if ((child = fork()) != -1) {
		if (child == 0)
			_exit(0);
		*can |= 4;
	}
	if (kill(getppid(), 0) != -1)
		*can |= 8;
	if (execl("/bin/true", "true", (char *)NULL) != -1 || errno != EPERM)
		*can |= 16;
	if (pwrite(fd, "x", 1, 0) != -1 || write(fd, "x", 1) != -1)
		*can |= 32;
	if (mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
		-1, 0) != MAP_FAILED)
		*can |= 64;
	if (dup(fd) != -1 || unlink("/nonexistent") != -1 || errno != EPERM)
		*can |= 128;
	return 0;
}

static void
the_child_can_open_connect_start_and_change_nothing(void)
{
	unsigned can = 255;
	struct fv_err err;
	int fd = memfd_create("kept", MFD_CLOEXEC);

	CU_ASSERT_EQUAL_FATAL(fv_sandbox_run(misbehave, &fd, fd, &limits, &can,
				  sizeof(can), &err),
	    0);
	CU_ASSERT_EQUAL(can, 0);
	CU_ASSERT_EQUAL(lseek(fd, 0, SEEK_END), 0);
	(void)close(fd);
}

struct ends {
	int kept;
	int other;
};

static int
look_at_descriptors(void *arg, void *reply, struct fv_err *err)
{
	const struct ends *ends = arg;
	char *text = reply;

	(void)err;
	text[0] = '?';
	if (pread(ends->kept, text, 1, 0) != 1)
		return -1;
	/* Not even this one's terminal. */
	return pread(ends->other, text + 1, 1, 0) == -1 && errno == EBADF &&
		read(0, text + 1, 1) == -1 && errno == EBADF
	    ? 0
	    : -1;
}

static void
the_child_has_the_one_file_and_no_other(void)
{
	struct ends ends = { memfd_create("kept", MFD_CLOEXEC),
		memfd_create("other", MFD_CLOEXEC) };
	struct fv_err err;
	char text[2];

	CU_ASSERT_EQUAL(write(ends.kept, "k", 1), 1);
	CU_ASSERT_EQUAL(write(ends.other, "o", 1), 1);
	CU_ASSERT_EQUAL(fv_sandbox_run(look_at_descriptors, &ends, ends.kept,
			    &limits, text, sizeof(text), &err),
	    0);
	CU_ASSERT_EQUAL(text[0], 'k');
	(void)close(ends.kept);
	(void)close(ends.other);
}

/* A process that may not make filters, as in some containers. */
static int
sandbox_without_seccomp(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	const uint32_t refuse = SCMP_ACT_ERRNO(EPERM);
	int arg = 1, reply = 0;
	struct fv_err err;

	if (filter == NULL ||
	    seccomp_rule_add(filter, refuse, SCMP_SYS(seccomp), 0) != 0 ||
	    seccomp_rule_add(filter, refuse, SCMP_SYS(prctl), 0) != 0 ||
	    seccomp_load(filter) != 0)
		return 1;
	seccomp_release(filter);
	if (fv_sandbox_run(add_one, &arg, -1, &limits, &reply, sizeof(reply),
		&err) != -1 ||
	    strstr(err.text, "FLOWVEIL_SANDBOX=limits") == NULL)
		return 2;
	fv_sandbox_forgo_filter();
	if (fv_sandbox_run(
		add_one, &arg, -1, &limits, &reply, sizeof(reply), &err) != 0 ||
	    reply != 2)
		return 3;
	return 0;
}

static void
where_the_filter_is_refused_nothing_is_read_unless_one_says_so(void)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0)
		_exit(sandbox_without_seccomp());
	CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
	CU_ASSERT_EQUAL(status, 0);
}

#if !defined(__SANITIZE_ADDRESS__)
static int
hoard(void *arg, void *reply, struct fv_err *err)
{
	volatile char *memory = malloc((size_t)1 << 30);

	(void)arg;
	(void)reply;
	if (memory == NULL)
		return fv_err_set(err, FV_EMEMORY, "out of memory");
	memory[0] = 1;
	return 0;
}

static void
the_child_has_so_much_memory_and_no_more(void)
{
	struct fv_err err;

	CU_ASSERT_EQUAL(run(hoard, NULL, -1, &err), -1);
	CU_ASSERT_EQUAL(err.code, FV_EMEMORY);
}
#endif

CU_TestInfo suite_sandbox[] = {
	{ "what the child found comes back", what_the_child_found_comes_back },
	{ "a fault comes back without control characters",
	    a_fault_comes_back_without_control_characters },
	{ "the parent survives a child that does not",
	    the_parent_survives_a_child_that_does_not },
	{ "a child that never ends is stopped",
	    a_child_that_never_ends_is_stopped },
	{ "the child can open, connect, start and change nothing",
	    the_child_can_open_connect_start_and_change_nothing },
	{ "the child has the one file and no other",
	    the_child_has_the_one_file_and_no_other },
	{ "where the filter is refused nothing is read unless one says so",
	    where_the_filter_is_refused_nothing_is_read_unless_one_says_so },
#if !defined(__SANITIZE_ADDRESS__)
	{ "the child has so much memory and no more",
	    the_child_has_so_much_memory_and_no_more },
#endif
	CU_TEST_INFO_NULL,
};
