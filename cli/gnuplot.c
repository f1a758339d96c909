#include "cli/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"

extern char **environ;

/* Run gnuplot with ${argv} in ${directory}, or here if that is NULL. */
static int
run(const char *directory, char *const *argv, struct fv_err *err)
{
	posix_spawn_file_actions_t actions;
	int fault, status = 0;
	pid_t pid;

	if ((fault = posix_spawn_file_actions_init(&actions)) != 0)
		return fv_err_system(err, fault, "gnuplot");
	fault = posix_spawn_file_actions_addopen(
	    &actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (fault == 0)
		fault = posix_spawn_file_actions_addopen(
		    &actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (fault == 0)
		fault = posix_spawn_file_actions_addopen(
		    &actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (fault == 0 && directory != NULL)
		fault =
		    posix_spawn_file_actions_addchdir_np(&actions, directory);
	if (fault == 0)
		fault = posix_spawnp(
		    &pid, "gnuplot", &actions, NULL, argv, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	if (fault != 0)
		return fv_err_system(err, fault, "gnuplot cannot be run");
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return fv_err_system(err, errno, "gnuplot");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return fv_err_set(err, FV_EIO,
		    "gnuplot failed on the plots: is it older than 5.2?");
	return 0;
}

/* A text that execve(2) does not write to, whatever its prototype says. */
static char *
argument(const char *text)
{
	char *argument;

	memcpy(&argument, &text, sizeof(argument));
	return argument;
}

int
fv_gnuplot_find(struct fv_err *err)
{
	char *const argv[] = { argument("gnuplot"), argument("--version"),
		NULL };

	if (run(NULL, argv, err) == -1)
		return fv_err_set(err, FV_EIO,
		    "--plots needs gnuplot, which is not installed (Debian: "
		    "gnuplot-nox)");
	return 0;
}

int
fv_gnuplot_run(const char *directory, const char *const *scripts, size_t n,
    struct fv_err *err)
{
	char **argv;
	size_t i;
	int rc;

	if ((argv = fv_memory_new(n + 3, sizeof(*argv), err)) == NULL)
		return -1;
	argv[0] = argument("gnuplot");
	argv[1] = argument("-d");
	for (i = 0; i < n; i++)
		argv[2 + i] = argument(scripts[i]);
	rc = run(directory, argv, err);
	free(argv);
	return rc;
}
