#include "cli/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { CTRL_C = 3 };

/* Read a line of ${size} - 1 bytes at most, which the terminal hands over
 * when it is whole. */
static int
read_line(int tty, char *text, size_t size, size_t *length, struct fv_err *err)
{
	ssize_t n;

	do
		n = read(tty, text, size);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return fv_err_system(err, errno, "the terminal");
	if (n == 0 || text[n - 1] == CTRL_C)
		return fv_err_set(err, FV_EKEY, "no passphrase was given");
	if (text[n - 1] != '\n') {
		(void)tcflush(tty, TCIFLUSH);
		return fv_err_set(
		    err, FV_EKEY, "what was typed is too long a line");
	}
	*length = (size_t)n - 1;
	return 0;
}

int
fv_prompt_secret(const char *question, char *text, size_t size, size_t *length,
    struct fv_err *err)
{
	struct termios shown, mute;
	sigset_t deadly, before;
	int tty, rc;

	tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (tty == -1 || tcgetattr(tty, &shown) == -1) {
		if (tty != -1)
			(void)close(tty);
		return fv_err_set(err, FV_EKEY,
		    "there is no terminal to ask on: give the passphrase as "
		    "file:PATH, env:NAME or fd:NUMBER");
	}
	/*
	 * No signal may end us between the two changes of the terminal: those
	 * from the keyboard become bytes (Ctrl-C ends the line), those from
	 * elsewhere wait.
	 */
	(void)sigemptyset(&deadly);
	(void)sigaddset(&deadly, SIGINT);
	(void)sigaddset(&deadly, SIGTERM);
	(void)sigaddset(&deadly, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &deadly, &before);
	mute = shown;
	mute.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL | ISIG);
	mute.c_lflag |= ICANON;
	mute.c_cc[VEOL] = CTRL_C;
	if (tcsetattr(tty, TCSAFLUSH, &mute) == -1) {
		rc = fv_err_system(err, errno, "the terminal");
	} else {
		(void)!write(tty, question, strlen(question));
		rc = read_line(tty, text, size, length, err);
		(void)!write(tty, "\n", 1);
		(void)tcsetattr(tty, TCSAFLUSH, &shown);
	}
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	(void)close(tty);
	return rc;
}
