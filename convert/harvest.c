#include "convert/harvest.h"

#include <stdlib.h>
#include <string.h>

#include "anonymize/key.h"
#include "base/memory.h"
#include "convert/capture.h"
#include "convert/harvest_frame.h"

struct gathering {
	struct fv_harvest *harvest;
	struct fv_harvest_sink sink;
	struct fv_intern devices;
};

/* A path, the name at its end, and that name without its ending. */
static void
keep_path(void *arg, const char *path)
{
	struct gathering *g = arg;
	const char *base = strrchr(path, '/'), *dot;
	const char *part[] = { path, base == NULL ? path : base + 1 };
	struct fv_originals *o = &g->harvest->originals;
	size_t i;

	if (strcmp(path, "-") == 0)
		return;
	for (i = 0; i < FV_COUNT(part) && !g->sink.failed; i++)
		g->sink.failed = fv_originals_name(o, part[i], strlen(part[i]),
				     &g->sink.err) == -1;
	dot = strchr(part[1], '.');
	if (dot != NULL && !g->sink.failed)
		g->sink.failed =
		    fv_originals_name(o, part[1], (size_t)(dot - part[1]),
			&g->sink.err) == -1;
}

static int
keep_device(struct gathering *g, const struct fv_raw_packet *packet)
{
	struct fv_originals_mac mac = { { 0 }, { 0 } };
	uint32_t number;

	if ((packet->has & FV_HAS_SOURCE_MAC) == 0)
		return 0;
	memcpy(mac.octet, packet->source_mac.octet, sizeof(mac.octet));
	return fv_intern_number(&g->devices, &mac,
	    fv_intern_hash(&g->devices, &mac, sizeof(mac) / 8), sizeof(mac),
	    &number, &g->sink.err);
}

/* As the publisher does: the source of a packet, then its destination. */
static int
keep_packet(struct gathering *g, const struct fv_raw_packet *packet)
{
	struct fv_originals *o = &g->harvest->originals;

	if (fv_originals_host(o, &packet->source, &g->sink.err) == -1 ||
	    fv_originals_host(o, &packet->destination, &g->sink.err) == -1)
		return -1;
	return keep_device(g, packet);
}

static int
keep_packets(void *arg, const struct fv_publisher_input *inputs,
    const struct fv_raw_packet *packets, size_t n, struct fv_err *err)
{
	struct gathering *g = arg;
	size_t i;

	(void)inputs;
	for (i = 0; i < n && !g->sink.failed; i++)
		if (keep_packet(g, &packets[i]) == -1)
			g->sink.failed = true;
	if (!g->sink.failed)
		return 0;
	*err = g->sink.err;
	return -1;
}

static void
watch_capture(void *arg, struct fv_capture *capture)
{
	struct gathering *g = arg;

	fv_capture_watch(capture, fv_harvest_block, &g->sink);
}

static void
keep_frame(void *arg, const struct fv_frame *frame)
{
	struct gathering *g = arg;

	fv_harvest_frame(&g->sink, frame);
}

int
fv_harvest_run(const struct fv_reading_input *inputs, size_t n,
    const struct fv_reading_options *options,
    const struct fv_listener *listener, struct fv_harvest *harvest,
    struct fv_err *err)
{
	struct gathering g = { .harvest = harvest };
	const struct fv_reading_sink sink = { .packets = keep_packets,
		.named = keep_path,
		.begun = watch_capture,
		.frame = keep_frame,
		.arg = &g };
	size_t i;
	int rc = -1;

	memset(harvest, 0, sizeof(*harvest));
	g.sink.originals = &harvest->originals;
	if (fv_originals_init(&harvest->originals, err) == -1 ||
	    fv_intern_init(&g.devices, sizeof(struct fv_originals_mac),
		FV_ORIGINALS_MACS, err) == -1 ||
	    fv_reading_run(
		inputs, n, options, listener, &sink, &harvest->read, err) == -1)
		goto out;
	if (g.sink.failed) {
		*err = g.sink.err;
		goto out;
	}
	for (i = 0; i < harvest->read.captures.n; i++)
		harvest->faults +=
		    harvest->read.captures.row[i].counter[FV_COUNT_FAULTS];
	harvest->devices = g.devices.count;
	rc = 0;
out:
	if (g.devices.record != NULL)
		fv_key_wipe(g.devices.record,
		    g.devices.count * sizeof(struct fv_originals_mac));
	fv_intern_free(&g.devices);
	return rc;
}

void
fv_harvest_wipe(struct fv_harvest *harvest)
{
	fv_originals_wipe(&harvest->originals);
	fv_reading_free(&harvest->read);
	memset(harvest, 0, sizeof(*harvest));
}
