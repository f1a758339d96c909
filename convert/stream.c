#include "convert/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int
fv_stream_open(struct fv_stream *stream, const char *path, struct fv_err *err)
{
	int fd;

	stream->fd = -1;
	if (strcmp(path, "-") == 0)
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	else
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return fv_err_system(err, errno, "cannot open");
	return fv_stream_open_fd(stream, fd, err);
}

/* Read until FV_STREAM_AHEAD bytes are there, or all that there are. */
static int
look(struct fv_stream *stream, struct fv_err *err)
{
	ssize_t got;

	while (stream->nahead < FV_STREAM_AHEAD) {
		got = read(stream->fd, stream->ahead + stream->nahead,
		    FV_STREAM_AHEAD - stream->nahead);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fv_err_system(err, errno, "cannot read");
		if (got == 0)
			break;
		stream->nahead += (size_t)got;
	}
	return 0;
}

int
fv_stream_open_fd(struct fv_stream *stream, int fd, struct fv_err *err)
{
	struct stat status;

	stream->fd = fd;
	stream->nahead = 0;
	if (fstat(fd, &status) != 0)
		(void)fv_err_system(err, errno, "cannot look at the file");
	else if (S_ISDIR(status.st_mode))
		(void)fv_err_system(err, EISDIR, "cannot read");
	else if (look(stream, err) == 0)
		return 0;
	fv_stream_close(stream);
	return -1;
}

bool
fv_stream_is_packed(const struct fv_stream *stream)
{
	static const struct {
		size_t at, length;
		const char *magic;
	} kinds[] = {
		{ 0, 2, "\x1f\x8b" }, /* gzip: RFC 1952 */
		{ 0, 3, "BZh" }, { 0, 6, "\xfd\x37zXZ\0" },
		{ 0, 4, "\x28\xb5\x2f\xfd" }, /* zstd: RFC 8878 */
		{ 0, 4, "\x04\x22\x4d\x18" }, /* lz4 */
		{ 0, 4, "PK\x03\x04" },
		{ 257, 5, "ustar" }, /* tar: POSIX, pax */
	};
	size_t i;

	for (i = 0; i < FV_COUNT(kinds); i++)
		if (stream->nahead >= kinds[i].at + kinds[i].length &&
		    memcmp(stream->ahead + kinds[i].at, kinds[i].magic,
			kinds[i].length) == 0)
			return true;
	return false;
}

void
fv_stream_close(struct fv_stream *stream)
{
	if (stream->fd >= 0)
		(void)close(stream->fd);
	stream->fd = -1;
}
