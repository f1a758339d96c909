#include "tests/capgen/capfile.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A test that builds more than this is wrong. */
#define LIMIT ((size_t)1 << 30)

struct fv_capfile {
	uint8_t *bytes;
	size_t size;
	size_t capacity;
	size_t block; /* where the block begins that is being built */
	struct fv_capfile_pcap pcap;
	bool big;
};

/* There is nobody to tell. */
static void
give_up(const char *what)
{
	perror(what);
	abort();
}

struct fv_capfile *
fv_capfile_new(void)
{
	struct fv_capfile *file = calloc(1, sizeof(*file));

	if (file == NULL)
		give_up("capfile");
	return file;
}

void
fv_capfile_free(struct fv_capfile *file)
{
	if (file == NULL)
		return;
	free(file->bytes);
	free(file);
}

const uint8_t *
fv_capfile_bytes(const struct fv_capfile *file)
{
	return file->bytes;
}

size_t
fv_capfile_size(const struct fv_capfile *file)
{
	return file->size;
}

/* Write all of ${file} to ${fd}. */
static void
write_all(const struct fv_capfile *file, int fd)
{
	size_t done = 0;
	ssize_t n;

	while (done < file->size) {
		n = write(fd, file->bytes + done, file->size - done);
		if (n < 0)
			give_up("capfile: write");
		done += (size_t)n;
	}
}

void
fv_capfile_write(const struct fv_capfile *file, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		give_up("capfile: open");
	write_all(file, fd);
	if (close(fd) != 0)
		give_up("capfile: close");
}

int
fv_capfile_fd(const struct fv_capfile *file)
{
	int fd = memfd_create("capfile", MFD_CLOEXEC);

	if (fd < 0)
		give_up("capfile: memfd_create");
	write_all(file, fd);
	if (lseek(fd, 0, SEEK_SET) != 0)
		give_up("capfile: lseek");
	return fd;
}

/* Make ${file} longer by ${n} bytes, and return where they are. */
static uint8_t *
grow(struct fv_capfile *file, size_t n)
{
	size_t need = file->size + n;
	uint8_t *bytes;

	if (n > LIMIT || need > LIMIT) {
		(void)fprintf(stderr, "capfile: more than %zu bytes\n", LIMIT);
		abort();
	}
	if (need > file->capacity) {
		file->capacity = need < 4096 ? 4096 : 2 * need;
		if ((bytes = realloc(file->bytes, file->capacity)) == NULL)
			give_up("capfile");
		file->bytes = bytes;
	}
	file->size = need;
	return file->bytes + need - n;
}

/* Add ${n} bytes, or as many that count up when ${bytes} is NULL. */
void
fv_capfile_put(struct fv_capfile *file, const void *bytes, size_t n)
{
	uint8_t *to = grow(file, n);
	size_t i;

	if (bytes != NULL)
		memcpy(to, bytes, n);
	else
		for (i = 0; i < n; i++)
			to[i] = (uint8_t)i;
}

void
fv_capfile_zeros(struct fv_capfile *file, size_t n)
{
	memset(grow(file, n), 0, n);
}

/* Write ${value} in ${n} bytes at ${to}. */
static void
store(const struct fv_capfile *file, uint8_t *to, uint64_t value, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++)
		to[file->big ? n - 1 - i : i] = (uint8_t)(value >> (8 * i));
}

void
fv_capfile_put16(struct fv_capfile *file, uint16_t value)
{
	store(file, grow(file, 2), value, 2);
}

void
fv_capfile_put32(struct fv_capfile *file, uint32_t value)
{
	store(file, grow(file, 4), value, 4);
}

void
fv_capfile_put64(struct fv_capfile *file, uint64_t value)
{
	store(file, grow(file, 8), value, 8);
}

void
fv_capfile_poke32(struct fv_capfile *file, size_t offset, uint32_t value)
{
	if (file->size < 4 || offset > file->size - 4) {
		(void)fprintf(stderr, "capfile: no byte %zu\n", offset);
		abort();
	}
	store(file, file->bytes + offset, value, 4);
}

void
fv_capfile_cut(struct fv_capfile *file, size_t n)
{
	if (n < file->size)
		file->size = n;
}

void
fv_capfile_pcap(struct fv_capfile *file, const struct fv_capfile_pcap *header)
{
	file->pcap = *header;
	file->big = header->big;
	fv_capfile_put32(file, header->magic);
	fv_capfile_put16(file, header->major);
	fv_capfile_put16(file, header->minor);
	fv_capfile_zeros(file, 8); /* time zone, accuracy */
	fv_capfile_put32(file, header->snapshot_length);
	fv_capfile_put32(file, header->link_type);
}

void
fv_capfile_record(struct fv_capfile *file, uint32_t seconds, uint32_t fraction,
    uint32_t first, uint32_t second, const void *bytes, size_t n)
{
	fv_capfile_put32(file, seconds);
	fv_capfile_put32(file, fraction);
	fv_capfile_put32(file, first);
	fv_capfile_put32(file, second);
	if (file->pcap.magic == FV_CAPFILE_KUZNETZOV) {
		fv_capfile_put32(file, 3);      /* interface index */
		fv_capfile_put16(file, 0x0800); /* protocol */
		fv_capfile_put16(file, 0);      /* packet type, padding */
	}
	fv_capfile_put(file, bytes, n);
}

void
fv_capfile_frame(struct fv_capfile *file, int64_t time, const void *bytes,
    uint32_t captured, uint32_t length)
{
	const struct fv_capfile_pcap *p = &file->pcap;
	bool old = p->major != 2 || p->minor < 3;
	uint32_t fraction = (uint32_t)(time % 1000000000);

	if (p->magic != FV_CAPFILE_NANOSECONDS && p->magic != FV_CAPFILE_NAVTEL)
		fraction /= 1000;
	fv_capfile_record(file, (uint32_t)(time / 1000000000), fraction,
	    old ? length : captured, old ? captured : length, bytes, captured);
}

size_t
fv_capfile_begin(struct fv_capfile *file, uint32_t type)
{
	file->block = file->size;
	fv_capfile_put32(file, type);
	fv_capfile_put32(file, 0);
	return file->block;
}

/* Pad to a multiple of four bytes, counted from the block's beginning. */
static void
pad(struct fv_capfile *file)
{
	fv_capfile_zeros(file, -(file->size - file->block) & 3);
}

void
fv_capfile_option(
    struct fv_capfile *file, uint16_t code, const void *value, uint16_t n)
{
	fv_capfile_put16(file, code);
	fv_capfile_put16(file, n);
	fv_capfile_put(file, value, n);
	pad(file);
}

void
fv_capfile_end(struct fv_capfile *file)
{
	uint32_t length;

	pad(file);
	length = (uint32_t)(file->size + 4 - file->block);
	fv_capfile_put32(file, length);
	fv_capfile_poke32(file, file->block + 4, length);
}

size_t
fv_capfile_section(struct fv_capfile *file, bool big)
{
	size_t at;

	file->big = big;
	at = fv_capfile_begin(file, 0x0a0d0d0a);
	fv_capfile_put32(file, 0x1a2b3c4d);
	fv_capfile_put16(file, 1);
	fv_capfile_put16(file, 0);
	fv_capfile_put64(file, UINT64_MAX); /* section length: not said */
	fv_capfile_end(file);
	return at;
}

size_t
fv_capfile_block(struct fv_capfile *file, uint32_t type, size_t n)
{
	size_t at = fv_capfile_begin(file, type);

	fv_capfile_put(file, NULL, n);
	fv_capfile_end(file);
	return at;
}

size_t
fv_capfile_interface(
    struct fv_capfile *file, const struct fv_capfile_interface *interface)
{
	size_t at = fv_capfile_begin(file, 1);
	uint8_t offset[8];

	fv_capfile_put16(file, interface->link_type);
	fv_capfile_put16(file, 0);
	fv_capfile_put32(file, interface->snapshot_length);
	if (interface->has_resolution)
		fv_capfile_option(file, 9, &interface->resolution, 1);
	if (interface->fcs_length != 0)
		fv_capfile_option(file, 13, &interface->fcs_length, 1);
	if (interface->offset != 0) {
		store(file, offset, (uint64_t)interface->offset, 8);
		fv_capfile_option(file, 14, offset, 8);
	}
	fv_capfile_option(file, 0, NULL, 0);
	fv_capfile_end(file);
	return at;
}

/* What enhanced and obsolete packets have in common. */
static void
put_packet(struct fv_capfile *file, const struct fv_capfile_packet *packet)
{
	uint8_t flags[4];

	fv_capfile_put32(file, (uint32_t)(packet->ticks >> 32));
	fv_capfile_put32(file, (uint32_t)packet->ticks);
	fv_capfile_put32(file, packet->captured);
	fv_capfile_put32(file, packet->length);
	fv_capfile_put(file, packet->bytes, packet->captured);
	pad(file);
	if (packet->flags != 0) {
		store(file, flags, packet->flags, 4);
		fv_capfile_option(file, 2, flags, 4);
		fv_capfile_option(file, 0, NULL, 0);
	}
	fv_capfile_end(file);
}

size_t
fv_capfile_enhanced(
    struct fv_capfile *file, const struct fv_capfile_packet *packet)
{
	size_t at = fv_capfile_begin(file, 6);

	fv_capfile_put32(file, packet->interface);
	put_packet(file, packet);
	return at;
}

size_t
fv_capfile_simple(
    struct fv_capfile *file, const struct fv_capfile_packet *packet)
{
	size_t at = fv_capfile_begin(file, 3);

	fv_capfile_put32(file, packet->length);
	fv_capfile_put(file, packet->bytes, packet->captured);
	fv_capfile_end(file);
	return at;
}

size_t
fv_capfile_obsolete(
    struct fv_capfile *file, const struct fv_capfile_packet *packet)
{
	size_t at = fv_capfile_begin(file, 2);

	fv_capfile_put16(file, (uint16_t)packet->interface);
	fv_capfile_put16(file, 0); /* drops */
	put_packet(file, packet);
	return at;
}
