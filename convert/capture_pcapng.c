#include "convert/capture_pcapng.h"

#include <stddef.h>
#include <stdlib.h>

#include "base/cursor.h"
#include "base/memory.h"
#include "convert/capture.h"
#include "convert/capture_flags.h"
#include "convert/capture_format.h"
#include "convert/capture_interface.h"
#include "convert/capture_search.h"
#include "convert/capture_statistics.h"
#include "convert/source.h"
#include "datasets/counters.h"

/* Block types (draft-ietf-opsawg-pcapng, section 4); others are stepped over. */
enum block_type {
	SECTION = FV_CAPTURE_PCAPNG_MAGIC,
	INTERFACE = 1,
	OBSOLETE_PACKET = 2,
	SIMPLE_PACKET = 3,
	STATISTICS = 5,
	ENHANCED_PACKET = 6
};

/* How an obsolete packet says that it does not know its drops. */
#define DROPS_UNKNOWN UINT16_MAX

/* Type and length in front, the length again behind. */
#define BLOCK_HEAD 8
#define BLOCK_LEAST 12

/* A section header up to its options, and its version. */
#define SECTION_HEAD 16
#define SECTION_LEAST 28
#define ORDER_MAGIC 0x1a2b3c4d
#define MAJOR 1

/* A block, whole in the window. */
struct block {
	uint64_t offset;
	size_t length;
	uint32_t type;
	struct fv_cursor body;
	bool whole; /* its length is repeated at its end */
};

/* The order of the section whose header begins at ${c}: from its third word. */
static bool
take_order(struct fv_cursor c, bool *big)
{
	uint32_t magic;

	if (!fv_take_skip(&c, BLOCK_HEAD) || !fv_take_be32(&c, &magic))
		return false;
	*big = magic == ORDER_MAGIC;
	return *big || magic == __builtin_bswap32(ORDER_MAGIC);
}

bool
fv_capture_pcapng_order(struct fv_cursor c, bool *big)
{
	uint16_t major;

	return take_order(c, big) && fv_take_skip(&c, BLOCK_HEAD + 4) &&
	    fv_take_16(&c, *big, &major) && major == MAJOR;
}

int
fv_capture_pcapng_open(struct fv_capture *cap, struct fv_err *err)
{
	struct fv_cursor c;
	uint32_t length;
	uint16_t major, minor;
	bool big;

	if (fv_source_has(cap->source, SECTION_LEAST, err) < 0)
		return -1;
	c = fv_source_peek(cap->source, SECTION_HEAD);
	if (fv_cursor_left(&cap->source->rest) < SECTION_LEAST)
		return fv_capture_fault(fv_cursor_left(&cap->source->rest), err,
		    "the file ends within its section header");
	if (!take_order(c, &big))
		return fv_capture_fault(BLOCK_HEAD, err,
		    "is not a pcapng capture: no byte-order magic");
	(void)fv_take_skip(&c, 4);
	if (fv_take_32(&c, big, &length) &&
	    (length < SECTION_LEAST || length % 4 != 0 ||
		length > FV_SOURCE_LIMIT))
		return fv_capture_fault(4, err,
		    "the section header has an impossible length (%u)", length);
	(void)fv_take_skip(&c, 4);
	if (fv_take_16(&c, big, &major) && fv_take_16(&c, big, &minor) &&
	    major != MAJOR)
		return fv_capture_fault(BLOCK_HEAD + 4, err,
		    "pcapng version %u.%u is not supported; version 1 is",
		    major, minor);
	/* The section itself begins with the first call for a frame. */
	return 0;
}

void
fv_capture_pcapng_close(struct fv_capture *cap)
{
	free(cap->format.pcapng.interface);
	cap->format.pcapng.interface = NULL;
}

/*
 * A block head that cannot be one: padding, when only zeros follow, and
 * else damage.
 */
static int
bad_head(
    struct fv_capture *cap, uint32_t type, uint32_t length, struct fv_err *err)
{
	uint64_t offset = fv_source_offset(cap->source);
	int rc;

	if (type == 0 && length == 0 &&
	    (rc = fv_source_skip_zeros(cap->source, err)) != 0)
		return rc < 0 ? -1 : 0;
	return fv_capture_lost(cap, offset, err,
	    "a block has an impossible length: the file is damaged here");
}

/* The file ends within a block; or in a few zeros, which are padding. */
static int
short_block(struct fv_capture *cap, struct fv_err *err)
{
	uint64_t offset = fv_source_offset(cap->source);
	size_t left = fv_cursor_left(&cap->source->rest);
	int rc;

	if (left == 0)
		return 0;
	if (left < BLOCK_HEAD &&
	    (rc = fv_source_skip_zeros(cap->source, err)) != 0)
		return rc < 0 ? -1 : 0;
	return fv_capture_lost(cap, offset, err,
	    "the file ends %zu bytes into a block: it was cut off, or is "
	    "damaged here or before",
	    left);
}

/*
 * What to call a block in a message.  Never by its number: in a damaged file
 * that may be bytes of a packet.  The same goes for lengths and versions.
 */
static const char *
name_of(uint32_t type)
{
	return type == SECTION   ? "a section header"
	    : type == INTERFACE  ? "an interface description"
	    : type == STATISTICS ? "interface statistics"
	    : type == OBSOLETE_PACKET || type == SIMPLE_PACKET ||
		type == ENHANCED_PACKET
	    ? "a packet block"
	    : "a block of another kind";
}

/*
 * Bring the next block into the window, without stepping over it, and set
 * ${block}.  Returns as fv_capture_next does.
 */
static int
find_block(struct fv_capture *cap, struct block *block, struct fv_err *err)
{
	struct fv_source *source = cap->source;
	bool big = cap->format.pcapng.big;
	uint32_t length = 0, least = BLOCK_LEAST, again;
	struct fv_cursor c;
	int rc;

	if ((rc = fv_source_has(source, BLOCK_HEAD, err)) < 0)
		return -1;
	c = source->rest;
	if (rc == 0 || !fv_take_32(&c, big, &block->type))
		return short_block(cap, err);
	if (block->type == SECTION) {
		least = SECTION_LEAST;
		if ((rc = fv_source_has(source, least, err)) < 0)
			return -1;
		if (rc == 0)
			return short_block(cap, err);
		if (!take_order(source->rest, &big)) {
			cap->format.pcapng.lost = true;
			return fv_capture_lost(cap, fv_source_offset(source),
			    err, "a section header has no byte-order magic");
		}
		c = source->rest;
		(void)fv_take_skip(&c, 4);
	}
	if (!fv_take_32(&c, big, &length) || length < least ||
	    length % 4 != 0 || length > FV_SOURCE_LIMIT)
		return bad_head(cap, block->type, length, err);
	if ((rc = fv_source_has(source, length, err)) < 0)
		return -1;
	if (rc == 0)
		return short_block(cap, err);
	block->offset = fv_source_offset(source);
	block->length = length;
	c = fv_source_peek(source, length);
	block->whole = fv_take_skip(&c, length - sizeof(again)) &&
	    fv_take_32(&c, big, &again) && again == length;
	if (!block->whole &&
	    (rc = fv_capture_search_followed(cap, length, err)) == -1)
		return -1;
	if (!block->whole && rc == 0)
		return fv_capture_lost(cap, block->offset, err,
		    "%s: its two lengths differ, and no block is behind it",
		    name_of(block->type));
	c = fv_source_peek(source, length); /* anew: it may have moved */
	(void)fv_take_skip(&c, BLOCK_HEAD);
	(void)fv_take_part(&c, length - BLOCK_LEAST, &block->body);
	return 1;
}

/* Step over ${block}, of which nothing can be used, and say why. */
static int
refuse(struct fv_capture *cap, const struct block *block, struct fv_err *err,
    const char *why)
{
	cap->info.bytes_skipped += block->length;
	fv_source_step(cap->source, block->length);
	return fv_capture_fault(
	    block->offset, err, "%s: %s", name_of(block->type), why);
}

/*
 * Begin a section.  What follows one that cannot be read cannot be either,
 * since nothing tells its byte order or the meaning of its blocks.
 */
static int
begin_section(
    struct fv_capture *cap, const struct block *block, struct fv_err *err)
{
	struct fv_capture_pcapng *ng = &cap->format.pcapng;
	struct fv_cursor c = fv_source_peek(cap->source, SECTION_HEAD);
	uint16_t major = 0; /* the minor one changes nothing */

	(void)take_order(c, &ng->big);
	(void)fv_take_skip(&c, BLOCK_HEAD + 4);
	(void)fv_take_16(&c, ng->big, &major);
	ng->lost = major != MAJOR;
	if (ng->lost)
		return fv_capture_lost(cap, block->offset, err,
		    "a section has a version of pcapng that is not supported");
	ng->first_interface += ng->interfaces;
	ng->interfaces = 0;
	fv_source_step(cap->source, block->length);
	return 0;
}

/*
 * Add the interface that ${block} describes.  A description that cannot be
 * used takes its number all the same, so that later ones keep theirs.
 */
static int
add_interface(
    struct fv_capture *cap, const struct block *block, struct fv_err *err)
{
	struct fv_capture_pcapng *ng = &cap->format.pcapng;
	struct fv_capture_interface *interface;
	const char *wrong;

	if (ng->interfaces == FV_CAPTURE_PCAPNG_INTERFACES)
		return refuse(cap, block, err,
		    "more interfaces than a section may have here");
	interface = fv_memory_grow(ng->interface, &ng->capacity,
	    (size_t)ng->interfaces + 1, sizeof(*interface),
	    FV_CAPTURE_PCAPNG_INTERFACES, err);
	if (interface == NULL)
		return -1;
	ng->interface = interface;
	interface += ng->interfaces++;
	wrong = fv_capture_interface_read(interface, block->body, ng->big);
	if (!interface->known) {
		cap->info.interfaces++;
		return refuse(cap, block, err, wrong);
	}
	fv_capture_declare(
	    cap, interface->link_type, interface->snapshot_length);
	fv_source_step(cap->source, block->length);
	return wrong == NULL ? 0
			     : fv_capture_fault(block->offset, err, "%s: %s",
				   name_of(INTERFACE), wrong);
}

/* The interface of number ${number} in this section, or NULL. */
static inline struct fv_capture_interface *
find_interface(const struct fv_capture_pcapng *ng, uint32_t number)
{
	if (number >= ng->interfaces || !ng->interface[number].known)
		return NULL;
	return &ng->interface[number];
}

/* What a packet says before its bytes. */
struct packet {
	uint64_t ticks;
	uint32_t interface;
	uint32_t captured;
	uint32_t length;
};

/* Describe in ${frame} a packet whose bytes are the first at ${c}. */
static inline void
set_frame(const struct fv_capture_pcapng *ng, const struct block *block,
    const struct packet *packet, struct fv_cursor c,
    const struct fv_capture_interface *interface, struct fv_frame *frame)
{
	frame->bytes = c.at;
	frame->captured = packet->captured;
	if (frame->captured > FV_FRAME_LIMIT)
		frame->captured = FV_FRAME_LIMIT;
	frame->length = packet->length;
	frame->offset = block->offset;
	frame->link_type = interface->link_type;
	frame->interface = ng->first_interface + packet->interface;
	frame->fcs_length = interface->fcs_length;
	frame->side = FV_SIDE_BOTH;
	frame->notes = 0;
	frame->big_endian = ng->big;
}

/*
 * A packet with interface, time and both lengths.  When its options make no
 * sense, the first call says so and the next one delivers it without them.
 */
static inline int
next_packet(struct fv_capture *cap, const struct block *block,
    struct fv_frame *frame, struct fv_err *err)
{
	struct fv_capture_pcapng *ng = &cap->format.pcapng;
	struct fv_capture_interface *interface;
	bool enhanced = block->type == ENHANCED_PACKET, fits;
	struct fv_cursor c = block->body;
	struct packet packet;
	uint64_t lost = 0;
	uint32_t high, low;
	uint16_t number, drops;

	if (enhanced) {
		fits = fv_take_32(&c, ng->big, &packet.interface);
	} else {
		fits = fv_take_16(&c, ng->big, &number) &&
		    fv_take_16(&c, ng->big, &drops);
		packet.interface = fits ? number : 0;
		lost = fits && drops != DROPS_UNKNOWN ? drops : 0;
	}
	if (!fits || !fv_take_32(&c, ng->big, &high) ||
	    !fv_take_32(&c, ng->big, &low) ||
	    !fv_take_32(&c, ng->big, &packet.captured) ||
	    !fv_take_32(&c, ng->big, &packet.length))
		return refuse(cap, block, err, "it is too short for a packet");
	packet.ticks = (uint64_t)high << 32 | low;
	if ((interface = find_interface(ng, packet.interface)) == NULL)
		return refuse(
		    cap, block, err, "its interface is not described");
	if (packet.captured > fv_cursor_left(&c))
		return refuse(cap, block, err,
		    "it claims more captured bytes than it holds");
	set_frame(ng, block, &packet, c, interface, frame);
	frame->time =
	    fv_capture_interface_time(interface, packet.ticks, &frame->notes);
	(void)fv_take_skip(&c, packet.captured);
	(void)fv_take_skip(&c, -packet.captured & 3);
	if (fv_cursor_left(&c) != 0 &&
	    !fv_capture_flags_read(
		c, ng->big, frame, enhanced ? &lost : NULL)) {
		ng->options_bad = !ng->options_bad;
		if (ng->options_bad)
			return fv_capture_fault(block->offset, err,
			    "%s: its options run past its end or make no "
			    "sense; its packet is kept",
			    name_of(block->type));
		lost = 0;
	}
	if (__builtin_expect(lost != 0, 0))
		cap->info.dropped += fv_capture_interface_drops(
		    interface, interface->dropped, interface->lost + lost);
	fv_source_step(cap->source, block->length);
	return 1;
}

/*
 * A packet of the first interface with its length on the wire and nothing
 * else: what was captured is what the snapshot length left of it.
 */
static int
next_simple(struct fv_capture *cap, const struct block *block,
    struct fv_frame *frame, struct fv_err *err)
{
	struct fv_capture_pcapng *ng = &cap->format.pcapng;
	const struct fv_capture_interface *interface = find_interface(ng, 0);
	struct packet packet = { .interface = 0 };
	struct fv_cursor c = block->body;

	if (!fv_take_32(&c, ng->big, &packet.length))
		return refuse(cap, block, err, "it is too short for a packet");
	if (interface == NULL)
		return refuse(
		    cap, block, err, "its interface is not described");
	packet.captured = packet.length;
	if (interface->snapshot_length != 0 &&
	    packet.captured > interface->snapshot_length)
		packet.captured = interface->snapshot_length;
	if (packet.captured > fv_cursor_left(&c))
		packet.captured = (uint32_t)fv_cursor_left(&c);
	set_frame(ng, block, &packet, c, interface, frame);
	frame->time = 0;
	frame->notes = FV_FRAME_WITHOUT_TIME;
	fv_source_step(cap->source, block->length);
	return 1;
}

/*
 * Take over what ${block} says was lost on its interface so far.  Returns 0;
 * 1 with ${frame} when it tells the time, as was asked for; or -1.
 */
static int
take_statistics(struct fv_capture *cap, const struct block *block,
    struct fv_frame *frame, struct fv_err *err)
{
	const struct packet nothing = { .interface = 0 };
	struct fv_capture_pcapng *ng = &cap->format.pcapng;
	struct fv_capture_statistics statistics;
	struct fv_capture_interface *interface = NULL;
	const char *wrong;

	wrong = fv_capture_statistics_read(&statistics, block->body, ng->big);
	if (wrong == NULL &&
	    (interface = find_interface(ng, statistics.interface)) == NULL)
		wrong = "its interface is not described";
	if (wrong != NULL)
		return refuse(cap, block, err, wrong);
	if (statistics.tells)
		cap->info.dropped += fv_capture_interface_drops(
		    interface, statistics.dropped, interface->lost);
	fv_source_step(cap->source, block->length);
	if (statistics.tells || !cap->tells_time)
		return 0;
	set_frame(ng, block, &nothing, fv_cursor_over("", 0), interface, frame);
	frame->notes = FV_FRAME_CLOCK;
	frame->time = fv_capture_interface_time(
	    interface, statistics.ticks, &frame->notes);
	return 1;
}

/*
 * Take in a block that is no packet; one whose two lengths differ is still
 * used when it tells how to read on.  Returns as take_statistics.
 */
static int
read_other(struct fv_capture *cap, const struct block *block,
    struct fv_frame *frame, struct fv_err *err)
{
	int rc = 0;

	if (block->type == SECTION)
		rc = begin_section(cap, block, err);
	else if (block->type == INTERFACE)
		rc = add_interface(cap, block, err);
	else if (!block->whole)
		return refuse(cap, block, err, "its two lengths differ");
	else if (block->type == STATISTICS)
		return take_statistics(cap, block, frame, err);
	else
		fv_source_step(cap->source, block->length);
	if (rc != 0 || block->whole)
		return rc;
	return fv_capture_fault(block->offset, err,
	    "%s: its two lengths differ", name_of(block->type));
}

int
fv_capture_pcapng_next(
    struct fv_capture *cap, struct fv_frame *frame, struct fv_err *err)
{
	struct block block;
	int rc;

	while ((rc = find_block(cap, &block, err)) == 1) {
		if (cap->watcher != NULL && block.whole)
			cap->watcher(cap->watching, block.type,
			    cap->format.pcapng.big, block.body);
		if (block.whole &&
		    (block.type == ENHANCED_PACKET ||
			block.type == OBSOLETE_PACKET))
			return next_packet(cap, &block, frame, err);
		if (block.whole && block.type == SIMPLE_PACKET)
			return next_simple(cap, &block, frame, err);
		if ((rc = read_other(cap, &block, frame, err)) != 0)
			break;
	}
	return rc;
}
