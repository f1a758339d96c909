#include "tests/unit/rows.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "datasets/hosts.h"

uint64_t
rows_mix(uint64_t i)
{
	uint64_t z = i + 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* Small numbers often, big ones seldom: about 1/k, below ${n}. */
static uint32_t
skewed(uint64_t random, uint32_t n)
{
	uint32_t within = (uint32_t)(random >> 32) % n + 1;

	return (uint32_t)random % within;
}

static uint16_t
port(uint64_t random)
{
	static const uint16_t known[] = { 443, 443, 443, 443, 53, 53, 80, 123 };

	return known[random % FV_COUNT(known)];
}

static void
set_protocol(uint64_t r, struct fv_flow *f)
{
	bool outbound = f->direction == FV_DIRECTION_OUTBOUND;
	uint16_t client = (uint16_t)(49152 + (r >> 40) % 16384);

	if (r % 100 < 2) {
		f->protocol = 1;
		f->icmp_type = outbound ? 8 : 0;
		return;
	}
	f->protocol = r % 100 < 55 ? 6 : 17;
	f->source_port = outbound ? client : port(r >> 8);
	f->destination_port = outbound ? port(r >> 8) : client;
	if (f->protocol == 6) {
		f->tcp_flags = r % 8 == 0 ? 0x02 : 0x1b;
		f->initial_tcp_flags = 0x02;
		f->stack = outbound ? skewed(r >> 16, ROWS_STACKS) : FV_NO_ROW;
	}
}

void
rows_flow(uint64_t i, struct fv_flow *f)
{
	uint64_t r = rows_mix(2 * i), q = rows_mix(2 * i + 1);
	bool outbound = r >> 60 < 8;
	uint32_t inside = skewed(r >> 4, ROWS_HOSTS / 50);
	uint32_t outside =
	    ROWS_HOSTS / 50 + skewed(q, ROWS_HOSTS - ROWS_HOSTS / 50);

	memset(f, 0, sizeof(*f));
	f->start_time =
	    (int64_t)(1380000000000000000 + i * 1000000 + (q >> 44) * 1000);
	f->packets = 1 + skewed(q >> 3, 60);
	f->duration = f->packets == 1
	    ? 0
	    : (int64_t)(f->packets * (20000 + (q & 0xffff)) * 1000);
	f->bytes = f->packets * (40 + (r >> 50) % 1400);
	f->source = outbound ? inside : outside;
	f->destination = outbound ? outside : inside;
	f->stack = FV_NO_ROW;
	f->source_device = outbound ? inside % ROWS_DEVICES : 0;
	f->capture = (uint32_t)(i / 100000 % ROWS_CAPTURES);
	f->direction = outbound ? FV_DIRECTION_OUTBOUND : FV_DIRECTION_INBOUND;
	f->direction_source = FV_DIRECTION_FROM_LABEL;
	f->ttl = outbound ? 64 : (uint8_t)(r % 3 == 0 ? 128 : 64);
	f->end_reason = q % 9 == 0 ? FV_END_OF_FLOW : FV_END_IDLE;
	set_protocol(r, f);
}

void
rows_host(uint64_t i, struct fv_host *host)
{
	/* 2001:db8::/32 is for documentation (RFC 3849). */
	struct fv_published_addr addr = { { 0x20, 0x01, 0x0d, 0xb8 }, 6 };
	uint64_t r = rows_mix(i);

	memset(host, 0, sizeof(*host));
	memcpy(addr.octet + 8, &r, sizeof(r));
	if (i % 2 == 0) { /* 192.0.2.0/24 (RFC 5737) */
		memset(addr.octet, 0, sizeof(addr.octet));
		memset(addr.octet + 10, 0xff, 2);
		addr.octet[12] = 192;
		addr.octet[14] = 2;
		addr.octet[15] = (uint8_t)r;
		addr.ip_version = 4;
	}
	fv_hosts_set_address(host, &addr);
	host->address_class = FV_ADDRESS_RESERVED;
	host->internal = i < ROWS_HOSTS / 50;
}

void
rows_device(uint64_t i, struct fv_device *device)
{
	memset(device, 0, sizeof(*device));
	device->token = rows_mix(i);
	device->locally_administered = i % 3 == 0;
}

void
rows_stack(uint64_t i, struct fv_stack *stack)
{
	memset(stack, 0, sizeof(*stack));
	stack->option_layout = 0x0204020801030300 + i;
	stack->syn_length = 60;
	stack->window = (uint16_t)(rows_mix(i) >> 48);
	stack->mss = i % 4 == 0 ? 0 : 1460;
	stack->window_scale = i % 4 == 0 ? 255 : 7;
	stack->ttl = 64;
}

void
rows_capture(uint64_t i, struct fv_capture_row *capture)
{
	memset(capture, 0, sizeof(*capture));
	capture->first_time = 1380000000000000000;
	capture->last_time = 1380000000000000000 + 3600000000000;
	capture->link_type = 1;
	capture->snapshot_length = 96;
	capture->interfaces = 1;
	capture->side = (uint8_t)(i % 3);
	capture->counter[FV_COUNT_READ] = 1010 + i;
	capture->counter[FV_COUNT_RECORDED] = 1000 + i;
	capture->counter[FV_COUNT_ARP] = 10;
	capture->counter[FV_COUNT_IPV4] = 1000 + i;
}

void
rows_site(uint64_t i, struct fv_site *site)
{
	memset(site, 0, sizeof(*site));
	(void)snprintf(site->name, sizeof(site->name), "site %u", (unsigned)i);
	(void)snprintf(site->kind, sizeof(site->kind), "hotel");
}

#define WRITE_ALL(type, make, table, count)                                 \
	static int write_##make(struct fv_writer *w, struct fv_err *err)    \
	{                                                                   \
		struct type row;                                            \
		uint64_t i;                                                 \
                                                                            \
		for (i = 0; i < (count); i++) {                             \
			rows_##make(i, &row);                               \
			if (fv_writer_append(w, table, &row, 1, err) == -1) \
				return -1;                                  \
		}                                                           \
		return 0;                                                   \
	}

WRITE_ALL(fv_host, host, FV_TABLE_HOSTS, ROWS_HOSTS)
WRITE_ALL(fv_device, device, FV_TABLE_DEVICES, ROWS_DEVICES)
WRITE_ALL(fv_stack, stack, FV_TABLE_STACKS, ROWS_STACKS)
WRITE_ALL(fv_capture_row, capture, FV_TABLE_CAPTURES, ROWS_CAPTURES)
WRITE_ALL(fv_site, site, FV_TABLE_SITES, ROWS_SITES)

static int
write_flows(struct fv_writer *w, uint64_t from, uint64_t to, size_t batch,
    struct fv_err *err)
{
	struct fv_flow *rows;
	uint64_t i;
	size_t n, j;
	int rc = 0;

	if ((rows = calloc(batch, sizeof(*rows))) == NULL)
		return -1;
	for (i = from; i < to && rc == 0; i += n) {
		n = to - i < batch ? (size_t)(to - i) : batch;
		for (j = 0; j < n; j++)
			rows_flow(i + j, &rows[j]);
		rc = fv_writer_append(w, FV_TABLE_FLOWS, rows, n, err);
	}
	free(rows);
	return rc;
}

int
rows_write(const char *path, uint64_t flows, size_t batch, unsigned threads,
    struct fv_err *err)
{
	const struct fv_writer_options options = { .threads = threads,
		.replace = true };
	struct fv_writer *w;
	int rc = -1;

	if ((w = fv_writer_new(path, &options, err)) == NULL)
		return -1;
	if (write_flows(w, 0, flows / 2, batch, err) == -1 ||
	    fv_writer_text(w, "title", "Made-up flows", err) == -1 ||
	    write_host(w, err) == -1 || write_device(w, err) == -1 ||
	    write_stack(w, err) == -1 ||
	    fv_writer_number(w, "idle_timeout_ns", -300, err) == -1 ||
	    write_capture(w, err) == -1 || write_site(w, err) == -1)
		goto out;
	rc = write_flows(w, flows / 2, flows, batch, err);
	if (rc == 0)
		rc = fv_writer_commit(w, err);
out:
	fv_writer_free(w);
	return rc;
}

char *
rows_directory(void)
{
	const char *base = getenv("TMPDIR");
	char *name;

	if (asprintf(&name, "%s/flowveil-unit-XXXXXX",
		base == NULL ? "/tmp" : base) == -1)
		abort();
	if (mkdtemp(name) == NULL)
		abort();
	return name;
}

char *
rows_path(const char *directory, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", directory, name) == -1)
		abort();
	return path;
}

void
rows_remove(char *directory)
{
	DIR *d = opendir(directory);
	struct dirent *entry;

	while (d != NULL && (entry = readdir(d)) != NULL)
		if (entry->d_type == DT_REG)
			(void)unlinkat(dirfd(d), entry->d_name, 0);
	if (d != NULL)
		(void)closedir(d);
	(void)rmdir(directory);
	free(directory);
}

unsigned char *
rows_slurp(const char *path, size_t *length)
{
	FILE *in = fopen(path, "rb");
	unsigned char *bytes = NULL;
	long n;

	if (in == NULL)
		return NULL;
	if (fseek(in, 0, SEEK_END) == 0 && (n = ftell(in)) >= 0 &&
	    (bytes = malloc((size_t)n + 1)) != NULL) {
		rewind(in);
		*length = fread(bytes, 1, (size_t)n, in);
	}
	(void)fclose(in);
	return bytes;
}

int
rows_spill(const char *path, const unsigned char *bytes, size_t length)
{
	FILE *out = fopen(path, "wb");
	size_t n;

	if (out == NULL)
		return -1;
	n = fwrite(bytes, 1, length, out);
	return fclose(out) == 0 && n == length ? 0 : -1;
}
