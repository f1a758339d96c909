#include "tests/fuzz/tiny.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "datasets/counters.h"
#include "datasets/flow.h"
#include "datasets/hosts.h"
#include "datasets/writer.h"

enum { HOSTS = 4 };

static int
write_hosts(struct fv_writer *w, struct fv_err *err)
{
	/* 192.0.2.1 and on (RFC 5737), mapped. */
	struct fv_published_addr addr = {
		.octet = { [10] = 0xff, 0xff, 192, 0, 2, 0 }, .ip_version = 4
	};
	struct fv_host host[HOSTS];
	size_t i;

	memset(host, 0, sizeof(host));
	for (i = 0; i < HOSTS; i++) {
		addr.octet[15]++;
		fv_hosts_set_address(&host[i], &addr);
		host[i].internal = i % 2 == 0;
	}
	return fv_writer_append(w, FV_TABLE_HOSTS, host, HOSTS, err);
}

static int
write_flows(struct fv_writer *w, size_t n, struct fv_err *err)
{
	struct fv_flow flow;
	size_t i;
	int rc = 0;

	memset(&flow, 0, sizeof(flow));
	flow.stack = FV_NO_ROW;
	flow.protocol = 17;
	for (i = 0; i < n && rc == 0; i++) {
		flow.start_time = (int64_t)i * 1000003;
		flow.source = (uint32_t)(i % HOSTS);
		flow.destination = (uint32_t)(i / 2 % HOSTS);
		flow.source_port = (uint16_t)(50000 + i % 1000);
		flow.destination_port = 53;
		flow.packets = 1;
		flow.bytes = 40 + i % 1400;
		rc = fv_writer_append(w, FV_TABLE_FLOWS, &flow, 1, err);
	}
	return rc;
}

int
tiny_write(const char *path, size_t flows, struct fv_err *err)
{
	static const struct fv_writer_options options = { .threads = 1,
		.replace = true };
	const struct fv_site site = { "Example", "hotel" };
	const struct fv_device device = { .token = 7 };
	struct fv_capture_row capture;
	struct fv_writer *w;
	int rc = -1;

	memset(&capture, 0, sizeof(capture));
	capture.counter[FV_COUNT_READ] = capture.counter[FV_COUNT_RECORDED] =
	    flows;
	if ((w = fv_writer_new(path, &options, err)) == NULL)
		return -1;
	if (fv_writer_text(w, "title", "Made-up flows", err) == 0 &&
	    fv_writer_text(w, "record_mode", "primitive", err) == 0 &&
	    fv_writer_append(w, FV_TABLE_SITES, &site, 1, err) == 0 &&
	    fv_writer_append(w, FV_TABLE_DEVICES, &device, 1, err) == 0 &&
	    fv_writer_append(w, FV_TABLE_CAPTURES, &capture, 1, err) == 0 &&
	    write_hosts(w, err) == 0 && write_flows(w, flows, err) == 0)
		rc = fv_writer_commit(w, err);
	fv_writer_free(w);
	return rc;
}

/* A program without its input has nothing to say. */
static void
must(int held, const char *what)
{
	if (held)
		return;
	(void)fprintf(stderr, "tiny: %s\n", what);
	exit(1);
}

uint8_t *
tiny_bytes(size_t flows, size_t *n)
{
	const char *base = getenv("TMPDIR");
	char path[4096];
	struct stat status;
	struct fv_err err;
	uint8_t *bytes;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/flowveil-tiny-XXXXXX",
	    base == NULL ? "/tmp" : base);
	must((fd = mkstemp(path)) != -1, "no room for a dataset");
	(void)close(fd);
	must(tiny_write(path, flows, &err) == 0, err.text);
	must((fd = open(path, O_RDONLY | O_CLOEXEC)) != -1, path);
	(void)unlink(path);
	must(fstat(fd, &status) == 0, "no size");
	*n = (size_t)status.st_size;
	must((bytes = malloc(*n)) != NULL, "no memory");
	must(read(fd, bytes, *n) == status.st_size, "not read");
	(void)close(fd);
	return bytes;
}
