#include "anonymize/key_ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* "ID created DATE destroyed DATE" and its line end. */
enum { LINE_TEXT = 128 };

/* Whether the key at ${path} is the one meant; its line in ${line}. */
static int
check(const char *path, const char *id, const char *date, char *line,
    struct fv_err *err)
{
	struct fv_key *key = fv_key_open(path, err);
	int rc = 0;

	if (key == NULL)
		return -1;
	if (strcmp(fv_key_id(key), id) != 0)
		rc = fv_err_set(err, FV_EKEY,
		    "%s: holds the key %s, not the one that was named; nothing "
		    "was deleted",
		    path, fv_key_id(key));
	else
		(void)snprintf(line, LINE_TEXT, "%s created %s destroyed %s\n",
		    id, fv_key_created(key), date);
	fv_key_free(key);
	return rc;
}

int
fv_key_ledger_destroy(const char *path, const char *ledger, const char *id,
    const char *date, struct fv_err *err)
{
	char line[LINE_TEXT];
	int fd, rc = 0;

	if (check(path, id, date, line, err) == -1)
		return -1;
	fd = open(ledger,
	    O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1)
		return fv_err_system(
		    err, errno, "%s: ledger not writable", ledger);
	if (unlink(path) == -1)
		rc = fv_err_system(err, errno, "%s: not deleted", path);
	/* One write: lines of two that destroy at once do not mix. */
	else if (write(fd, line, strlen(line)) != (ssize_t)strlen(line) ||
	    fsync(fd) == -1)
		rc = fv_err_system(err, errno,
		    "%s: the key is deleted, but this line could not be "
		    "written: %.*s",
		    ledger, (int)strcspn(line, "\n"), line);
	(void)close(fd);
	return rc;
}
