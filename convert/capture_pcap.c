#include "convert/capture_pcap.h"

#include <stddef.h>

#include "base/cursor.h"
#include "convert/capture.h"
#include "convert/capture_format.h"
#include "convert/capture_search.h"
#include "convert/source.h"
#include "datasets/counters.h"

#define FILE_HEADER 24

/* Where the lengths of a record end, and with most magics its header. */
#define LENGTHS_END 16
#define SECOND UINT32_C(1000000000)

/* Upper bits of the link type: whether frames end in an FCS, and how long. */
#define LINK_TYPE 0x03ffffff
#define FCS_PRESENT 0x04000000
#define FCS_SHIFT 28

/*
 * The magic numbers, as they look when read in the right byte order, what a
 * fraction of a second is in such a file, and the length of its record
 * headers.  Kuznetzov's patched libpcap wrote an interface index, a protocol
 * and a packet type behind the usual sixteen bytes; Navtel's has nanoseconds.
 */
static const struct variant {
	uint32_t magic;
	uint32_t fractions;
	uint8_t header_length;
} variants[] = {
	{ 0xa1b2c3d4, 1000000, 16 },
	{ 0xa1b23c4d, SECOND, 16 },
	{ 0xa1b2cd34, 1000000, 24 },
	{ 0xa12b3c4d, SECOND, 16 },
};

/* The variant of ${magic}, read as big-endian, and its byte order. */
static const struct variant *
find_variant(uint32_t magic, bool *big)
{
	size_t i;

	for (i = 0; i < FV_COUNT(variants); i++) {
		*big = variants[i].magic == magic;
		if (*big || variants[i].magic == __builtin_bswap32(magic))
			return &variants[i];
	}
	return NULL;
}

bool
fv_capture_pcap_knows(uint32_t magic)
{
	bool big;

	return find_variant(magic, &big) != NULL;
}

/*
 * Where records of this version keep their lengths.  543.0 is what DG/UX
 * wrote, in the old order.
 */
static int
set_order(struct fv_capture_pcap *pcap, unsigned major, unsigned minor,
    struct fv_err *err)
{
	if (major == 2 && minor == 4)
		pcap->order = FV_CAPTURE_PCAP_CAPTURED_FIRST;
	else if (major == 2 && minor == 3)
		pcap->order = FV_CAPTURE_PCAP_SMALLER_CAPTURED;
	else if ((major == 2 && minor < 3) || (major == 543 && minor == 0))
		pcap->order = FV_CAPTURE_PCAP_LENGTH_FIRST;
	else
		return fv_capture_fault(4, err,
		    "pcap version %u.%u is not supported; versions 2.0 to 2.4 "
		    "are",
		    major, minor);
	return 0;
}

int
fv_capture_pcap_open(struct fv_capture *cap, struct fv_err *err)
{
	struct fv_capture_pcap *pcap = &cap->format.pcap;
	const struct variant *variant = NULL;
	struct fv_cursor c;
	uint32_t magic, snapshot_length, link;
	uint16_t major, minor;

	if (fv_source_has(cap->source, FILE_HEADER, err) < 0)
		return -1;
	c = fv_source_peek(cap->source, FILE_HEADER);
	if (fv_take_be32(&c, &magic))
		variant = find_variant(magic, &pcap->big);
	/* Time zone and accuracy of timestamps: writers leave them zero. */
	if (variant == NULL || !fv_take_16(&c, pcap->big, &major) ||
	    !fv_take_16(&c, pcap->big, &minor) || !fv_take_skip(&c, 8) ||
	    !fv_take_32(&c, pcap->big, &snapshot_length) ||
	    !fv_take_32(&c, pcap->big, &link))
		return fv_capture_fault(fv_cursor_left(&cap->source->rest), err,
		    "the file ends within its header");
	if (set_order(pcap, major, minor, err) != 0)
		return -1;
	pcap->fractions = variant->fractions;
	pcap->nanoseconds = SECOND / variant->fractions;
	pcap->header_length = variant->header_length;
	pcap->link_type = link & LINK_TYPE;
	/* The draft counts the FCS in units of 16 bits. */
	if ((link & FCS_PRESENT) != 0)
		pcap->fcs_length = (uint8_t)(2 * (link >> FCS_SHIFT));
	pcap->most_captured = FV_FRAME_LIMIT;
	if (snapshot_length != 0 && snapshot_length < FV_FRAME_LIMIT)
		pcap->most_captured = snapshot_length;
	fv_capture_declare(cap, pcap->link_type, snapshot_length);
	fv_source_step(cap->source, FILE_HEADER);
	return 0;
}

/* Say what is the same for all frames of the file. */
static inline void
set_common(const struct fv_capture_pcap *pcap, struct fv_frame *frame)
{
	frame->link_type = pcap->link_type;
	frame->interface = 0;
	frame->fcs_length = pcap->fcs_length;
	frame->side = FV_SIDE_BOTH;
	frame->notes = 0;
	frame->big_endian = pcap->big;
}

/* The next of the frames that had zero bytes for a record. */
static int
next_empty(struct fv_capture_pcap *pcap, struct fv_frame *frame)
{
	set_common(pcap, frame);
	frame->bytes = (const uint8_t *)"";
	frame->captured = frame->length = 0;
	frame->time = 0;
	frame->offset = pcap->empty_offset;
	pcap->empty_offset += pcap->header_length;
	pcap->empty--;
	return 1;
}

/* Whether all of ${c} is zero. */
static bool
only_zeros(struct fv_cursor c)
{
	uint8_t byte;

	while (fv_take_u8(&c, &byte))
		if (byte != 0)
			return false;
	return true;
}

/*
 * A record of zero bytes is padding when nothing else follows, and else a
 * frame of nothing, as it says.  Count such records, to be told of one by
 * one, and stop before one of another kind.
 * Returns 1 when they were frames, 0 when they were padding, -1 with ${err}
 * set.
 */
static int
count_empty(struct fv_capture *cap, struct fv_err *err)
{
	struct fv_capture_pcap *pcap = &cap->format.pcap;
	const size_t length = pcap->header_length;
	int rc;

	pcap->empty_offset = fv_source_offset(cap->source);
	while ((rc = fv_source_has(cap->source, length, err)) == 1 &&
	    only_zeros(fv_source_peek(cap->source, length))) {
		fv_source_step(cap->source, length);
		pcap->empty++;
	}
	if (rc == 0 && only_zeros(cap->source->rest)) {
		fv_source_step(cap->source, fv_cursor_left(&cap->source->rest));
		pcap->empty = 0;
	} else if (rc == 0) {
		rc = 1;
	}
	return rc;
}

/* Whether no record can stand at ${c}, where there is one or none. */
static bool
is_no_record(const struct fv_capture_pcap *pcap, struct fv_cursor c)
{
	struct fv_capture_pcap_record r;

	return fv_capture_pcap_take(pcap, &c, &r) &&
	    r.captured > FV_FRAME_LIMIT;
}

/*
 * The record headers that are not plain: fewer bytes than one, or zeros.
 * Returns as fv_capture_next does.
 */
static int
next_odd(struct fv_capture *cap, struct fv_frame *frame, struct fv_err *err)
{
	struct fv_capture_pcap *pcap = &cap->format.pcap;
	size_t left;
	int rc;

	if ((rc = count_empty(cap, err)) <= 0)
		return rc;
	left = fv_cursor_left(&cap->source->rest);
	if (pcap->empty > 0 && left >= pcap->header_length &&
	    !only_zeros(fv_source_peek(cap->source, LENGTHS_END)) &&
	    !fv_capture_search_fits(pcap, cap->source->rest)) {
		pcap->empty = 0;
		return fv_capture_lost(cap, pcap->empty_offset, err,
		    "zeros, and no record behind them: the file is damaged "
		    "here or before");
	}
	if (pcap->empty == 0 && left >= pcap->header_length) {
		/* Kuznetzov's: zeros but for what came behind the lengths. */
		fv_source_step(cap->source, pcap->header_length);
		pcap->empty = 1;
	}
	if (pcap->empty > 0) {
		/* A search is not to go back behind them. */
		fv_source_keep(cap->source, NULL);
		return next_empty(pcap, frame);
	}
	return fv_capture_lost(cap, fv_source_offset(cap->source), err,
	    "the file ends %zu bytes into a record header: it was cut off",
	    left);
}

/* Whether ${r} is such as writers seldom write, and damage makes. */
static inline bool
is_suspect(
    const struct fv_capture_pcap *pcap, const struct fv_capture_pcap_record *r)
{
	return r->captured > pcap->most_captured || r->captured > r->length ||
	    r->fraction >= pcap->fractions ||
	    (pcap->begun && !fv_capture_pcap_near(r->seconds, pcap->last));
}

/*
 * A suspect record, which is next: is it one?  Not when what stands behind
 * it cannot be.  Returns 0, or -1 with ${err} set.
 */
static int
check_suspect(struct fv_capture *cap, const struct fv_capture_pcap_record *r,
    struct fv_err *err)
{
	struct fv_capture_pcap *pcap = &cap->format.pcap;
	size_t length = (size_t)pcap->header_length + r->captured;
	struct fv_cursor c;

	if (fv_source_has(cap->source, length + pcap->header_length, err) == -1)
		return -1;
	c = cap->source->rest;
	(void)fv_take_skip(&c, length);
	if (is_no_record(pcap, c))
		return fv_capture_lost(cap, fv_source_offset(cap->source), err,
		    "a record has an odd time or length, and none is behind "
		    "it: the file is damaged here or before");
	if (r->captured > pcap->most_captured)
		pcap->most_captured = r->captured;
	return 0;
}

/* Describe in ${frame} the record ${r}, which is next, and step over it. */
static inline void
take_frame(struct fv_capture *cap, const struct fv_capture_pcap_record *r,
    struct fv_frame *frame)
{
	struct fv_capture_pcap *pcap = &cap->format.pcap;
	struct fv_source *source = cap->source;
	struct fv_cursor c = source->rest;

	(void)fv_take_skip(&c, pcap->header_length);
	set_common(pcap, frame);
	frame->bytes = c.at;
	frame->captured = r->captured;
	frame->length = r->length;
	frame->offset = fv_source_offset(source);
	/* Seconds are unsigned, so this lasts to 2106 and cannot overflow. */
	frame->time = (int64_t)r->seconds * SECOND +
	    (int64_t)r->fraction * pcap->nanoseconds;
	if (r->fraction >= pcap->fractions)
		frame->notes = FV_FRAME_TIME_FRACTION;
	if (!pcap->begun)
		pcap->first = r->seconds;
	pcap->begun = true;
	pcap->last = r->seconds;
	/* If its length is wrong, what follows is within it. */
	fv_source_keep(source, frame->bytes);
	fv_source_step(source, pcap->header_length + r->captured);
}

int
fv_capture_pcap_next(
    struct fv_capture *cap, struct fv_frame *frame, struct fv_err *err)
{
	struct fv_capture_pcap *pcap = &cap->format.pcap;
	struct fv_source *source = cap->source;
	const size_t header = pcap->header_length;
	struct fv_capture_pcap_record r;
	struct fv_cursor c;
	int rc;

	if (pcap->empty > 0)
		return next_empty(pcap, frame);
	if ((rc = fv_source_has(source, header, err)) < 0)
		return -1;
	c = source->rest;
	if (rc == 0 || !fv_capture_pcap_take(pcap, &c, &r) ||
	    (r.seconds == 0 && r.fraction == 0 && r.captured == 0 &&
		r.length == 0))
		return next_odd(cap, frame, err);
	if (r.captured > FV_FRAME_LIMIT)
		return fv_capture_lost(cap, fv_source_offset(source), err,
		    "a record claims more than %d captured bytes: the file "
		    "is damaged here or before",
		    FV_FRAME_LIMIT);
	if ((rc = fv_source_has(source, header + r.captured, err)) < 0)
		return -1;
	if (rc == 0)
		return fv_capture_lost(cap, fv_source_offset(source), err,
		    "the file ends %zu bytes into a record: it was cut off, "
		    "or is damaged here or before",
		    fv_cursor_left(&source->rest));
	if (__builtin_expect(is_suspect(pcap, &r), 0) &&
	    check_suspect(cap, &r, err) == -1)
		return -1;
	take_frame(cap, &r, frame);
	return 1;
}
