#include "anonymize/key_destroy.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "anonymize/key.h"
#include "base/secret.h"

/* What the file at ${path} says, if it is the key ${id}. */
static int
check_id(const char *path, const char *id, struct fv_key_facts *facts,
    struct fv_err *err)
{
	char text[FV_KEY_FILE_LIMIT + 1];
	size_t n;
	int rc;

	rc = fv_key_load(path, text, &n, err);
	if (rc == 0 && (rc = fv_key_inspect(text, n, facts, err)) == -1)
		(void)fv_err_within(err, "%s", path);
	fv_secret_wipe(text, sizeof(text));
	if (rc == 0 && strcmp(facts->id, id) != 0)
		return fv_err_set(err, FV_EKEY,
		    "%s: this is another key, with the id %s: nothing was "
		    "removed",
		    path, facts->id);
	return rc;
}

static int
open_ledger(const char *path, struct fv_err *err)
{
	struct stat st;
	int fd;

	fd = open(path,
	    O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK,
	    0600);
	if (fd == -1)
		return fv_err_system(err, errno, "%s: ledger not opened", path);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_uid == geteuid() && (st.st_mode & 022) == 0)
		return fd;
	(void)close(fd);
	return fv_err_set(err, FV_EKEY,
	    "%s: a ledger is a regular file of yours that nobody else may "
	    "write",
	    path);
}

/* The folder that ${path} is in reaches the disk, as far as that goes. */
static void
sync_folder(const char *path)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - path) + 1;
	int fd;

	if (n >= sizeof(folder))
		return;
	memcpy(folder, path, n);
	folder[n] = '\0';
	fd = open(n == 0 ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return;
	(void)fsync(fd);
	(void)close(fd);
}

static int
record(int fd, const struct fv_key_facts *facts, const char *today,
    const char *ledger, struct fv_err *err)
{
	char line[160];
	int n = snprintf(line, sizeof(line), "%s destroyed %s created %s %s\n",
	    today, facts->id, facts->created,
	    facts->wrapped ? "wrapped" : "clear");

	/* One call: lines of two runs at once do not mix. */
	errno = ENOSPC;
	if (write(fd, line, (size_t)n) != n || fsync(fd) == -1)
		return fv_err_system(
		    err, errno, "destroyed, but not recorded in %s", ledger);
	return 0;
}

int
fv_key_destroy(const char *path, const char *id, const char *ledger,
    const char *today, struct fv_err *err)
{
	struct fv_key_facts facts;
	int fd, rc;

	if (check_id(path, id, &facts, err) == -1 ||
	    (fd = open_ledger(ledger, err)) == -1)
		return -1;
	if ((rc = fv_secret_remove(path, err)) == 0) {
		sync_folder(path);
		rc = record(fd, &facts, today, ledger, err);
		sync_folder(ledger);
	}
	(void)close(fd);
	return rc;
}
