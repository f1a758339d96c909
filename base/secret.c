#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fill.h"

static int
write_all(int fd, const char *text, size_t n)
{
	ssize_t wrote;

	while (n > 0) {
		if ((wrote = write(fd, text, n)) == -1) {
			if (errno == EINTR)
				continue;
			return -1;
		}
		text += wrote;
		n -= (size_t)wrote;
	}
	return 0;
}

int
fv_secret_create(
    const char *path, const char *text, size_t n, struct fv_err *err)
{
	int fd, rc = 0;

	fd = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1)
		return fv_err_system(err, errno, "%s: key not created", path);
	/* fchmod: a umask may have taken even the owner's bits away. */
	if (fchmod(fd, 0600) == -1 || write_all(fd, text, n) == -1 ||
	    fsync(fd) == -1) {
		rc = fv_err_system(err, errno, "%s: key not written", path);
		(void)unlink(path);
	}
	(void)close(fd);
	return rc;
}

static int
check_file(int fd, struct fv_err *err)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return fv_err_system(err, errno, "key file");
	if (!S_ISREG(st.st_mode))
		return fv_err_set(err, FV_EKEY, "is not a regular file");
	if (st.st_uid != geteuid())
		return fv_err_set(err, FV_EKEY, "belongs to another user");
	if ((st.st_mode & 077) != 0)
		return fv_err_set(err, FV_EKEY,
		    "others may read or write it (mode %04o); make it 0600, "
		    "and if it was ever exposed, make a new key",
		    (unsigned)(st.st_mode & 07777));
	return 0;
}

int
fv_secret_open(const char *path, const char *hint, struct fv_err *err)
{
	/* O_NONBLOCK: a FIFO of that name must not make us wait for ever. */
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

	if (fd == -1) {
		int number = errno;

		(void)fv_err_system(err, number, "%s: key not readable%s%s%s",
		    path, number == ENOENT ? " (" : "",
		    number == ENOENT ? hint : "",
		    number == ENOENT      ? ")"
			: number == ELOOP ? " (symbolic links are refused)"
					  : "");
		if (number == ENOENT || number == ELOOP)
			err->code = FV_EKEY;
		return -1;
	}
	if (check_file(fd, err) == 0)
		return fd;
	(void)fv_err_within(err, "%s", path);
	(void)close(fd);
	return -1;
}

int
fv_secret_read(
    int fd, char *text, size_t size, size_t *length, struct fv_err *err)
{
	ssize_t used = fv_fill(fd, text, size);

	*length = used == -1 ? 0 : (size_t)used;
	if (used == -1)
		return fv_err_system(err, errno, "key not readable");
	if (*length == size)
		return fv_err_set(err, FV_EKEY, "too long for a key file");
	return 0;
}

/* Zeros over what ${path} holds; a file that is for reading only stays. */
static int
overwrite(const char *path, off_t size, struct fv_err *err)
{
	static const char zeros[512];
	int fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	int rc = 0;
	size_t n;

	if (fd == -1)
		return 0;
	for (; size > 0 && rc == 0; size -= (off_t)n) {
		n = size < (off_t)sizeof(zeros) ? (size_t)size : sizeof(zeros);
		rc = write_all(fd, zeros, n);
	}
	if (rc == -1 || fsync(fd) == -1)
		rc = fv_err_system(err, errno, "%s: not overwritten", path);
	(void)close(fd);
	return rc;
}

int
fv_secret_remove(const char *path, struct fv_err *err)
{
	struct stat st;
	int fd, rc;

	if ((fd = fv_secret_open(path, "nothing to remove", err)) == -1)
		return -1;
	rc = fstat(fd, &st);
	if (rc == -1)
		rc = fv_err_system(err, errno, "%s", path);
	else if (st.st_nlink > 1)
		rc = fv_err_set(err, FV_EKEY,
		    "%s: the file has %u names (hard links), and would go on "
		    "under the others: remove those first",
		    path, (unsigned)st.st_nlink);
	else if ((rc = overwrite(path,
		      st.st_size < FV_SECRET_LIMIT ? st.st_size
						   : FV_SECRET_LIMIT,
		      err)) == 0 &&
	    unlink(path) == -1)
		rc = fv_err_system(err, errno, "%s: not removed", path);
	(void)close(fd);
	return rc;
}

void
fv_secret_wipe(void *bytes, size_t n)
{
	explicit_bzero(bytes, n);
}
