#include "datasets/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

#include "base/memory.h"
#include "datasets/container.h"

struct fv_sink {
	int fd;
	hid_t driver;
	bool discarding;
	int failure; /* errno of the first one */
};

/*
 * Bytes that are gathered before they are written: chunks are of some ten
 * thousand and lie one behind the other, and what a file system asks for a
 * write is little more for a hundred of them.
 */
enum { HELD_MOST = 1 << 20, HASTEN_LEAST = HELD_MOST / 2 };

/*
 * An open file, as HDF5 sees it: its own part comes first.
 *
 * Invariant: the file has nothing newer than held has from held_at on.
 */
struct handle {
	H5FD_t hdf5;
	struct fv_sink *sink;
	haddr_t allocated; /* what HDF5 calls the end of allocation */
	haddr_t end;       /* of what was written */
	haddr_t held_at;
	size_t nheld;
	char *held;
};

/* Remember why, and go on without writing: HDF5 is not told. */
static void
fail(struct fv_sink *sink)
{
	sink->failure = errno;
	sink->discarding = true;
}

static H5FD_t *
open_file(const char *name, unsigned flags, hid_t access, haddr_t maxaddr)
{
	struct fv_sink *const *sink = H5Pget_driver_info(access);
	struct handle *h;

	(void)name;
	(void)flags;
	(void)maxaddr;
	if (sink == NULL || (h = calloc(1, sizeof(*h))) == NULL)
		return NULL;
	if ((h->held = malloc(HELD_MOST)) == NULL) {
		free(h);
		return NULL;
	}
	h->sink = *sink;
	return &h->hdf5;
}

static void
put(struct fv_sink *sink, haddr_t addr, const char *bytes, size_t size)
{
	ssize_t n;

	while (size > 0 && !sink->discarding) {
		n = pwrite(sink->fd, bytes, size, (off_t)addr);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			fail(sink);
			break;
		}
		bytes += n;
		addr += (haddr_t)n;
		size -= (size_t)n;
	}
}

static void
put_held(struct handle *h)
{
	put(h->sink, h->held_at, h->held, h->nheld);
	/*
	 * On its way to the disk while more is made, so that little is waited
	 * for at the end; a hint, which not every file takes.
	 */
	if (h->nheld >= HASTEN_LEAST)
		(void)sync_file_range(h->sink->fd, (off_t)h->held_at,
		    (off_t)h->nheld, SYNC_FILE_RANGE_WRITE);
	h->nheld = 0;
}

/* Whether any of ${size} bytes from ${addr} on are held. */
static bool
is_held(const struct handle *h, haddr_t addr, size_t size)
{
	return addr < h->held_at + h->nheld && h->held_at < addr + size;
}

static herr_t
close_file(H5FD_t *file)
{
	struct handle *h = (void *)file;

	put_held(h);
	free(h->held);
	free(h);
	return 0;
}

static int
compare(const H5FD_t *a, const H5FD_t *b)
{
	const struct handle *x = (const void *)a, *y = (const void *)b;

	return (x->sink->fd > y->sink->fd) - (x->sink->fd < y->sink->fd);
}

/* What HDF5 may do to write less often; as its own driver for files. */
static herr_t
query(const H5FD_t *file, unsigned long *flags)
{
	(void)file;
	*flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA |
	    H5FD_FEAT_DATA_SIEVE | H5FD_FEAT_AGGREGATE_SMALLDATA;
	return 0;
}

static haddr_t
get_allocated(const H5FD_t *file, H5FD_mem_t type)
{
	const struct handle *h = (const void *)file;

	(void)type;
	return h->allocated;
}

static herr_t
set_allocated(H5FD_t *file, H5FD_mem_t type, haddr_t addr)
{
	struct handle *h = (void *)file;

	(void)type;
	h->allocated = addr;
	return 0;
}

static haddr_t
get_end(const H5FD_t *file, H5FD_mem_t type)
{
	const struct handle *h = (const void *)file;

	(void)type;
	return h->end;
}

/* Bytes past the end are zero, as in any file. */
static herr_t
read_file(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t addr,
    size_t size, void *buffer)
{
	struct handle *h = (void *)file;
	char *at = buffer;
	ssize_t n;

	(void)type;
	(void)transfer;
	if (is_held(h, addr, size))
		put_held(h);
	while (size > 0) {
		n = pread(h->sink->fd, at, size, (off_t)addr);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && !h->sink->discarding)
			fail(h->sink);
		if (n == -1)
			return -1;
		if (n == 0)
			break;
		at += n;
		addr += (haddr_t)n;
		size -= (size_t)n;
	}
	memset(at, 0, size);
	return 0;
}

static herr_t
write_file(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t addr,
    size_t size, const void *buffer)
{
	struct handle *h = (void *)file;

	(void)type;
	(void)transfer;
	if (addr != h->held_at + h->nheld || size > HELD_MOST - h->nheld) {
		put_held(h);
		h->held_at = addr;
	}
	if (size > HELD_MOST) {
		put(h->sink, addr, buffer, size);
	} else {
		memcpy(h->held + h->nheld, buffer, size);
		h->nheld += size;
	}
	if (addr + size > h->end)
		h->end = addr + size;
	return 0;
}

/* Make the file as long as HDF5 has given out places in it. */
static herr_t
truncate_file(H5FD_t *file, hid_t transfer, hbool_t closing)
{
	struct handle *h = (void *)file;

	(void)transfer;
	(void)closing;
	put_held(h);
	if (h->allocated != h->end && !h->sink->discarding &&
	    ftruncate(h->sink->fd, (off_t)h->allocated) == -1)
		fail(h->sink);
	h->end = h->allocated;
	return 0;
}

static const H5FD_class_t driver = {
#if H5_VERSION_GE(1, 13, 0)
	.version = H5FD_CLASS_VERSION,
	.value = (H5FD_class_value_t)H5_VFD_RESERVED,
#endif
	.name = "flowveil",
	.maxaddr = (haddr_t)INT64_MAX, /* off_t */
	.fc_degree = H5F_CLOSE_WEAK,
	.fapl_size = sizeof(struct fv_sink *),
	.open = open_file,
	.close = close_file,
	.cmp = compare,
	.query = query,
	.get_eoa = get_allocated,
	.set_eoa = set_allocated,
	.get_eof = get_end,
	.read = read_file,
	.write = write_file,
	.truncate = truncate_file,
	.fl_map = H5FD_FLMAP_DICHOTOMY,
};

struct fv_sink *
fv_sink_new(int fd, struct fv_err *err)
{
	struct fv_sink *sink;

	if ((sink = fv_memory_new(1, sizeof(*sink), err)) == NULL)
		return NULL;
	sink->fd = fd;
	if ((sink->driver = H5FDregister(&driver)) < 0) {
		(void)fv_container_fault(err, "file driver");
		free(sink);
		return NULL;
	}
	return sink;
}

herr_t
fv_sink_use(struct fv_sink *sink, hid_t access)
{
	return H5Pset_driver(access, sink->driver, &sink);
}

void
fv_sink_discard(struct fv_sink *sink)
{
	sink->discarding = true;
}

int
fv_sink_failure(const struct fv_sink *sink)
{
	return sink->failure;
}

void
fv_sink_free(struct fv_sink *sink)
{
	if (sink == NULL)
		return;
	(void)H5FDunregister(sink->driver);
	free(sink);
}
