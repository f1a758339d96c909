#include "convert/capture_search.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/cursor.h"
#include "convert/capture.h"
#include "convert/capture_format.h"
#include "convert/capture_pcap.h"
#include "convert/capture_pcapng.h"
#include "convert/source.h"

/* Type and length of a pcapng block in front, the length again behind. */
enum { BLOCK_HEAD = 8, BLOCK_LEAST = 12, SECTION_LEAST = 28 };

/* What an enhanced packet block holds besides its packet. */
enum { ENHANCED_PACKET = 6, ENHANCED_LEAST = 32 };

/* The longest block that is searched for: a packet with its options. */
#define BLOCK_MOST ((size_t)FV_FRAME_LIMIT + 65536)

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

/* Whether a record as it stands at ${c} can be one. */
static bool
is_record(const struct fv_capture_pcap *pcap, struct fv_cursor c,
    struct fv_capture_pcap_record *r)
{
	return fv_capture_pcap_take(pcap, &c, r) &&
	    r->captured <= pcap->most_captured && r->captured <= r->length &&
	    r->captured != 0 && r->length <= FV_FRAME_LIMIT &&
	    r->fraction < pcap->fractions;
}

bool
fv_capture_search_fits(const struct fv_capture_pcap *pcap, struct fv_cursor c)
{
	struct fv_capture_pcap_record r;

	return is_record(pcap, c, &r);
}

/*
 * Whether the file goes on as it should behind ${r}, which is next.  Returns
 * 1 or 0, or -1 with ${err} set.
 */
static int
record_followed(struct fv_capture *cap, const struct fv_capture_pcap_record *r,
    struct fv_err *err)
{
	const struct fv_capture_pcap *pcap = &cap->format.pcap;
	const size_t header = pcap->header_length;
	struct fv_capture_pcap_record next;
	struct fv_cursor c;
	int rc;

	rc = fv_source_has(cap->source, header + r->captured + header, err);
	if (rc == -1)
		return -1;
	c = cap->source->rest;
	if (!fv_take_skip(&c, header + r->captured))
		return 0;
	if (rc == 0)
		return 1;
	fv_cursor_limit(&c, header);
	if (only_zeros(c))
		return 1;
	return is_record(pcap, c, &next) &&
	    fv_capture_pcap_near(next.seconds, r->seconds);
}

int
fv_capture_search_pcap(struct fv_capture *cap, struct fv_err *err)
{
	const struct fv_capture_pcap *pcap = &cap->format.pcap;
	struct fv_capture_pcap_record r;
	int rc;

	fv_source_rewind(cap->source);
	while (
	    (rc = fv_source_has(cap->source, pcap->header_length, err)) == 1) {
		if (is_record(pcap, cap->source->rest, &r) &&
		    (!pcap->begun ||
			fv_capture_pcap_near(r.seconds, pcap->last) ||
			fv_capture_pcap_near(r.seconds, pcap->first)) &&
		    (rc = record_followed(cap, &r, err)) != 0)
			return rc;
		fv_source_step(cap->source, 1);
	}
	return rc;
}

/*
 * The type and length of what would be a block at ${c}.  False when it
 * cannot be one.
 */
static bool
is_head(const struct fv_capture_pcapng *ng, struct fv_cursor c, uint32_t *type,
    uint32_t *length, bool *big)
{
	struct fv_cursor start = c;
	uint32_t least = BLOCK_LEAST;

	*big = ng->big;
	if (!fv_take_32(&c, *big, type))
		return false;
	switch (*type) {
	case FV_CAPTURE_PCAPNG_MAGIC:
		if (!fv_capture_pcapng_order(start, big))
			return false;
		least = SECTION_LEAST;
		break;
	case 1: /* interface */
	case 2: /* obsolete packet */
	case 3: /* simple packet */
	case 4: /* names */
	case 5: /* statistics */
	case ENHANCED_PACKET:
	case 9:          /* journal of systemd */
	case 10:         /* secrets */
	case 0x00000bad: /* custom */
	case 0x40000bad: /* custom, not to be copied */
		if (ng->lost)
			return false;
		break;
	default:
		return false;
	}
	if (*type == ENHANCED_PACKET)
		least = ENHANCED_LEAST;
	return fv_take_32(&c, *big, length) && *length >= least &&
	    *length % 4 == 0;
}

/* Whether the block that is next repeats its ${length} at its end. */
static int
is_whole(struct fv_capture *cap, size_t length, bool big, struct fv_err *err)
{
	uint32_t again;
	struct fv_cursor c;
	int rc;

	if (length > BLOCK_MOST)
		return 0;
	if ((rc = fv_source_has(cap->source, length, err)) != 1)
		return rc;
	c = cap->source->rest;
	return fv_take_skip(&c, length - 4) && fv_take_32(&c, big, &again) &&
	    again == length;
}

int
fv_capture_search_pcapng(struct fv_capture *cap, struct fv_err *err)
{
	const struct fv_capture_pcapng *ng = &cap->format.pcapng;
	uint32_t type, length;
	bool big;
	int rc;

	/* As far as a section header tells its byte order and version. */
	while ((rc = fv_source_has(cap->source, BLOCK_LEAST, err)) == 1) {
		if (fv_source_has(cap->source, SECTION_LEAST, err) == -1)
			return -1;
		if (is_head(ng, cap->source->rest, &type, &length, &big) &&
		    (rc = is_whole(cap, length, big, err)) != 0)
			return rc;
		fv_source_step(cap->source, 1);
	}
	return rc;
}

int
fv_capture_search_followed(
    struct fv_capture *cap, size_t length, struct fv_err *err)
{
	const struct fv_capture_pcapng *ng = &cap->format.pcapng;
	uint32_t type, next;
	struct fv_cursor c;
	bool big;
	int rc;

	if (length > FV_SOURCE_LIMIT - SECTION_LEAST)
		return 0;
	rc = fv_source_has(cap->source, length + SECTION_LEAST, err);
	if (rc == -1)
		return -1;
	c = cap->source->rest;
	if (!fv_take_skip(&c, length))
		return 0;
	if (is_head(ng, c, &type, &next, &big))
		return 1;
	fv_cursor_limit(&c, BLOCK_HEAD);
	return only_zeros(c);
}
