#include "convert/unpack_internal.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/*
 * What follows on place ${at}, where libarchive saw the end: of a pipe, first
 * what it was handed last and left.  Returns how many bytes there are in
 * ${bytes}, 0 at the end, -1 when they cannot be read.
 */
static ssize_t
read_rest(struct fv_unpack *u, uint64_t at, const uint8_t **bytes)
{
	size_t n;

	if (u->block == NULL) {
		*bytes = u->buffer;
		return pread(
		    u->packed.fd, u->buffer, FV_UNPACK_BLOCK, (off_t)at);
	}
	if (at >= u->handed) {
		*bytes = u->block;
		return fv_unpack_read(u);
	}
	/* Bytes of the block before it has copied, if any are left. */
	n = (size_t)(u->handed - at);
	if (n > u->nlast)
		n = u->nlast;
	*bytes = u->last + u->nlast - n;
	return (ssize_t)n;
}

/*
 * The first byte from ${at} on that is not zero.  Returns 1 with its place in
 * ${at}; 0 when there is none; -1 when the rest cannot be read.
 */
static int
find_rest(struct fv_unpack *u, uint64_t *at)
{
	const uint8_t *bytes;
	ssize_t got, i;

	while ((got = read_rest(u, *at, &bytes)) > 0) {
		for (i = 0; i < got; i++)
			if (bytes[i] != 0) {
				*at += (uint64_t)i;
				return 1;
			}
		*at += (uint64_t)got;
	}
	return (int)got;
}

/*
 * Behind the end of what is packed, zeros are padding.  Anything else was
 * appended, or is the next part of the file with its first bytes damaged,
 * which libarchive passes over: captures may be lost there.
 */
static int
check_padding(struct fv_unpack *u, uint64_t at, struct fv_err *err)
{
	int rc = find_rest(u, &at);

	if (rc == 0)
		return 0;
	return fv_err_set(err, FV_EFORMAT,
	    rc == -1
		? "byte %" PRIu64 ": the rest cannot be read"
		: "byte %" PRIu64 ": what is packed ended before, and "
		  "something follows that cannot be unpacked: it was appended, "
		  "or the file is damaged here",
	    at);
}

/*
 * A zip that is read from its beginning: libarchive looks for the next
 * member wherever it may stand, and says nothing of those whose header it did
 * not know.  The end tells how many there are (PKWARE's APPNOTE, 4.3.16),
 * unless a comment is behind it.
 */
static int
check_members(struct fv_unpack *u, uint64_t at, struct fv_err *err)
{
	static const uint8_t magic[4] = { 'P', 'K', 5, 6 };
	enum { END = 22, TOTAL = 10, MANY = 0xffff };
	uint8_t tail[END] = { 0 };
	const uint8_t *bytes;
	unsigned total;
	ssize_t got;
	size_t n;

	if (u->without_directory.code != FV_OK) {
		*err = u->without_directory;
		return -1;
	}
	while ((got = read_rest(u, at, &bytes)) > 0) {
		n = (size_t)got < END ? (size_t)got : END;
		memmove(tail, tail + n, END - n);
		memcpy(tail + END - n, bytes + got - n, n);
		at += (uint64_t)got;
	}
	total = tail[TOTAL] | (unsigned)tail[TOTAL + 1] << 8;
	if (memcmp(tail, magic, sizeof(magic)) != 0 || total == MANY ||
	    total == u->headers)
		return 0;
	return fv_err_set(err, FV_EFORMAT,
	    "byte %" PRIu64 " or before: %u members are said to be in the "
	    "archive, and %u were found",
	    at, total, u->headers);
}

int
fv_unpack_check_rest(struct fv_unpack *u, struct fv_err *err)
{
	const int format =
	    archive_format(u->archive) & ARCHIVE_FORMAT_BASE_MASK;
	int64_t end = archive_filter_bytes(u->archive, -1);

	if (end < 0 || format == ARCHIVE_FORMAT_EMPTY)
		return 0;
	if (format != ARCHIVE_FORMAT_ZIP)
		return check_padding(u, (uint64_t)end, err);
	return u->block == NULL ? 0 : check_members(u, (uint64_t)end, err);
}
