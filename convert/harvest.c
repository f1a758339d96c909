#include "convert/harvest.h"

#include <stdlib.h>
#include <string.h>

#include "anonymize/key.h"
#include "base/memory.h"
#include "convert/capture.h"
#include "convert/decoder.h"
#include "convert/harvest_frame.h"
#include "convert/inputs.h"

/* Packets between two reports of progress. */
enum { PROGRESS_PACKETS = 65536 };

/* As for a conversion. */
enum { CAPTURES_LIMIT = 1 << 20 };

struct reading {
	struct fv_harvest *harvest;
	struct fv_harvest_sink sink;
	struct fv_intern devices;
	const struct fv_pipeline_listener *listener;
	enum fv_side side;
	const struct fv_decoder_options *options;
	struct fv_decoder *decoder; /* of the capture under way */
	struct fv_raw_packet packets[FV_DECODER_PACKETS];
};

/* A path, the name at its end, and that name without its ending. */
static void
keep_path(void *arg, const char *path)
{
	struct reading *r = arg;
	const char *base = strrchr(path, '/'), *dot;
	const char *part[] = { path, base == NULL ? path : base + 1 };
	struct fv_originals *o = &r->harvest->originals;
	size_t i;

	if (strcmp(path, "-") == 0)
		return;
	for (i = 0; i < FV_COUNT(part) && !r->sink.failed; i++)
		r->sink.failed = fv_originals_name(o, part[i], strlen(part[i]),
				     &r->sink.err) == -1;
	dot = strchr(part[1], '.');
	if (dot != NULL && !r->sink.failed)
		r->sink.failed =
		    fv_originals_name(o, part[1], (size_t)(dot - part[1]),
			&r->sink.err) == -1;
}

static int
keep_device(struct reading *r, const struct fv_raw_packet *packet)
{
	struct fv_originals_mac mac = { { 0 }, { 0 } };
	uint32_t number;

	if ((packet->has & FV_HAS_SOURCE_MAC) == 0)
		return 0;
	memcpy(mac.octet, packet->source_mac.octet, sizeof(mac.octet));
	return fv_intern_number(&r->devices, &mac,
	    fv_intern_hash(&r->devices, &mac, sizeof(mac) / 8), sizeof(mac),
	    &number, &r->sink.err);
}

/* As the publisher does: the source of a packet, then its destination. */
static int
keep_packet(struct reading *r, const struct fv_raw_packet *packet)
{
	struct fv_originals *o = &r->harvest->originals;

	r->harvest->packets++;
	if (fv_originals_host(o, &packet->source, &r->sink.err) == -1 ||
	    fv_originals_host(o, &packet->destination, &r->sink.err) == -1)
		return -1;
	return keep_device(r, packet);
}

static void
note_time(struct fv_capture_row *row, int64_t time)
{
	if (row->counter[FV_COUNT_RECORDED] == 1)
		row->first_time = row->last_time = time;
	if (time < row->first_time)
		row->first_time = time;
	if (time > row->last_time)
		row->last_time = time;
}

static void
note_fault(struct reading *r, struct fv_capture_row *row, struct fv_err *err)
{
	row->counter[FV_COUNT_FAULTS]++;
	r->harvest->faults++;
	if (r->listener->fault != NULL)
		r->listener->fault(r->listener->context, err->text);
}

/* The packets of a frame, and fragments that may go on now. */
static int
keep_packets(struct reading *r, const struct fv_frame *frame,
    struct fv_capture_row *row, struct fv_err *err)
{
	enum fv_counter outcome = FV_COUNTERS;
	int i, n = 0;

	if (frame != NULL) {
		n = fv_decoder_read(
		    r->decoder, frame, r->packets, &outcome, row->counter, err);
		if (n == -1)
			return -1;
		if (outcome == FV_COUNT_RECORDED)
			note_time(row, frame->time);
	} else
		fv_decoder_end(r->decoder, row->counter);
	for (;;) {
		for (i = 0; i < n; i++)
			if (keep_packet(r, &r->packets[i]) == -1)
				r->sink.failed = true;
		if (r->sink.failed || fv_decoder_ready(r->decoder) == 0)
			break;
		n = (int)fv_decoder_take(
		    r->decoder, r->packets, FV_DECODER_PACKETS);
	}
	if (!r->sink.failed)
		return 0;
	*err = r->sink.err;
	return -1;
}

static int
read_frames(struct reading *r, struct fv_capture *capture,
    struct fv_capture_row *row, const struct fv_inputs_place *place,
    struct fv_err *err)
{
	int64_t before = INT64_MIN;
	struct fv_frame frame;
	uint64_t frames = 0;
	int rc;

	while ((rc = fv_capture_next(capture, &frame, err)) != 0) {
		if (rc == -1) {
			if (err->code != FV_EFORMAT)
				return -1;
			(void)fv_err_within(err, "%s", place->label);
			note_fault(r, row, err);
			continue;
		}
		if (frame.time < before)
			row->counter[FV_COUNT_TIME_DISORDER]++;
		before = frame.time;
		fv_harvest_frame(&r->sink, &frame);
		if (keep_packets(r, &frame, row, err) == -1)
			return -1;
		if (++frames % PROGRESS_PACKETS == 0 &&
		    r->listener->progress != NULL)
			r->listener->progress(r->listener->context,
			    fv_inputs_position(place, capture),
			    r->harvest->packets);
	}
	return keep_packets(r, NULL, row, err);
}

static int
read_capture(void *arg, struct fv_capture *capture,
    const struct fv_inputs_place *place, struct fv_err *err)
{
	struct reading *r = arg;
	struct fv_harvest *h = r->harvest;
	const struct fv_capture_info *info;
	struct fv_capture_row *row;
	void *grown;

	grown = fv_memory_grow(h->captures, &h->capacity, h->ncaptures + 1,
	    sizeof(*h->captures), CAPTURES_LIMIT, err);
	if (grown == NULL)
		return fv_err_within(err, "captures");
	h->captures = grown;
	row = &h->captures[h->ncaptures++];
	fv_decoder_free(r->decoder);
	if ((r->decoder = fv_decoder_new(r->options, err)) == NULL)
		return -1;
	fv_capture_watch(capture, fv_harvest_block, &r->sink);
	if (read_frames(r, capture, row, place, err) == -1)
		return -1;
	info = fv_capture_about(capture);
	row->side = (uint8_t)r->side;
	row->link_type = info->link_type;
	row->snapshot_length = info->snapshot_length;
	row->interfaces = info->interfaces;
	row->counter[FV_COUNT_BYTES_SKIPPED] = info->bytes_skipped;
	fv_decoder_ethertypes(r->decoder, row->ethertypes);
	return 0;
}

/* What the last capture was packed in is damaged behind it. */
static void
note_damage(void *arg, const struct fv_err *why)
{
	struct reading *r = arg;
	struct fv_err text = *why;

	note_fault(r, &r->harvest->captures[r->harvest->ncaptures - 1], &text);
}

int
fv_harvest_run(const struct fv_pipeline_input *inputs, size_t n,
    const struct fv_decoder_options *options,
    const struct fv_pipeline_listener *listener, struct fv_harvest *harvest,
    struct fv_err *err)
{
	struct reading r = {
		.harvest = harvest, .listener = listener, .options = options
	};
	const struct fv_inputs_listener walk = { .capture = read_capture,
		.damage = note_damage,
		.skipped = NULL,
		.arg = &r,
		.named = keep_path };
	uint64_t before = 0;
	size_t i;
	int rc = -1;

	memset(harvest, 0, sizeof(*harvest));
	r.sink.originals = &harvest->originals;
	if (fv_originals_init(&harvest->originals, err) == -1 ||
	    fv_intern_init(&r.devices, sizeof(struct fv_originals_mac),
		FV_ORIGINALS_MACS, err) == -1)
		goto out;
	for (i = 0; i < n; i++) {
		r.side = inputs[i].side;
		if (fv_inputs_walk(inputs[i].path, &before, &walk, err) == -1)
			goto out;
	}
	harvest->devices = r.devices.count;
	rc = 0;
out:
	if (r.devices.record != NULL)
		fv_key_wipe(r.devices.record,
		    r.devices.count * sizeof(struct fv_originals_mac));
	fv_intern_free(&r.devices);
	fv_decoder_free(r.decoder);
	fv_key_wipe(r.packets, sizeof(r.packets));
	return rc;
}

void
fv_harvest_wipe(struct fv_harvest *harvest)
{
	fv_originals_wipe(&harvest->originals);
	free(harvest->captures);
	memset(harvest, 0, sizeof(*harvest));
}
