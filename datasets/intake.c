#include "datasets/intake.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

#include "base/memory.h"
#include "datasets/container.h"

struct fv_intake {
	int fd;
	haddr_t size;
	hid_t driver;
};

/* An open file, as HDF5 sees it: its own part comes first. */
struct handle {
	H5FD_t hdf5;
	struct fv_intake *intake;
	haddr_t allocated; /* what HDF5 calls the end of allocation */
};

static H5FD_t *
open_file(const char *name, unsigned flags, hid_t access, haddr_t maxaddr)
{
	struct fv_intake *const *intake = H5Pget_driver_info(access);
	struct handle *h;

	(void)name;
	(void)maxaddr;
	if (intake == NULL || (flags & H5F_ACC_RDWR) != 0 ||
	    (h = calloc(1, sizeof(*h))) == NULL)
		return NULL;
	h->intake = *intake;
	return &h->hdf5;
}

static herr_t
close_file(H5FD_t *file)
{
	free(file);
	return 0;
}

static int
compare(const H5FD_t *a, const H5FD_t *b)
{
	const struct handle *x = (const void *)a, *y = (const void *)b;

	return (x->intake->fd > y->intake->fd) -
	    (x->intake->fd < y->intake->fd);
}

/*
 * Nothing that HDF5 may do to read less often: its accumulator of metadata
 * copies from addresses that damaged files make up (1.10.8, found by
 * tests/fuzz/mutate_dataset.c), and the page cache serves as well.
 */
static herr_t
query(const H5FD_t *file, unsigned long *flags)
{
	(void)file;
	*flags = 0;
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
	return h->intake->size;
}

/* Bytes past the end are zero, as with HDF5's own drivers. */
static herr_t
read_file(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t addr,
    size_t size, void *buffer)
{
	const struct handle *h = (const void *)file;
	const struct fv_intake *in = h->intake;
	char *at = buffer;
	size_t take;
	ssize_t n;

	(void)type;
	(void)transfer;
	while (size > 0 && addr < in->size) {
		take = size < in->size - addr ? size : in->size - addr;
		n = pread(in->fd, at, take, (off_t)addr);
		if (n == -1 && errno == EINTR)
			continue;
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

/* Nothing is ever written: a class without these would not register. */
static herr_t
write_file(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t addr,
    size_t size, const void *buffer)
{
	(void)file;
	(void)type;
	(void)transfer;
	(void)addr;
	(void)size;
	(void)buffer;
	return -1;
}

static const H5FD_class_t driver = {
#if H5_VERSION_GE(1, 13, 0)
	.version = H5FD_CLASS_VERSION,
	.value = (H5FD_class_value_t)(H5_VFD_RESERVED + 1),
#endif
	.name = "flowveil-intake",
	.maxaddr = (haddr_t)INT64_MAX, /* off_t */
	.fc_degree = H5F_CLOSE_WEAK,
	.fapl_size = sizeof(struct fv_intake *),
	.open = open_file,
	.close = close_file,
	.cmp = compare,
	.query = query,
	.get_eoa = get_allocated,
	.set_eoa = set_allocated,
	.get_eof = get_end,
	.read = read_file,
	.write = write_file,
	.fl_map = H5FD_FLMAP_DICHOTOMY,
};

struct fv_intake *
fv_intake_new(int fd, uint64_t size, struct fv_err *err)
{
	struct fv_intake *in;

	if ((in = fv_memory_new(1, sizeof(*in), err)) == NULL)
		return NULL;
	in->fd = fd;
	in->size = size;
	if ((in->driver = H5FDregister(&driver)) < 0) {
		(void)fv_container_fault(err, "file driver");
		free(in);
		return NULL;
	}
	return in;
}

herr_t
fv_intake_use(struct fv_intake *in, hid_t access)
{
	return H5Pset_driver(access, in->driver, &in);
}

void
fv_intake_free(struct fv_intake *in)
{
	if (in == NULL)
		return;
	(void)H5FDunregister(in->driver);
	free(in);
}
