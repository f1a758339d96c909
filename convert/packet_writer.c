#include "convert/packet_writer.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/compressed.h"
#include "base/memory.h"
#include "base/outfile.h"
#include "convert/capture.h"
#include "convert/decode_link.h"
#include "convert/packet_block.h"

#define MAGIC_NANOSECONDS UINT32_C(0xa1b23c4d)

enum { VERSION_MAJOR = 2, VERSION_MINOR = 4 };

enum { NONE = -1 };

#define SECOND INT64_C(1000000000)

struct fv_packet_writer {
	struct fv_outfile *out;
	struct fv_compressed *stream;
	enum fv_packet_format format;
	bool begun;       /* the file's header is written */
	int link_type;    /* pcap: of the file; NONE before a packet */
	int interface[2]; /* pcapng: of IP and of Ethernet, or NONE */
	int interfaces;   /* how many there are */
	uint64_t bytes;   /* written so far */
};

static const struct {
	const char *ending;
	enum fv_packet_format format;
} formats[] = {
	{ ".pcap", FV_PACKET_PCAP },
	{ ".cap", FV_PACKET_PCAP },
	{ ".pcapng", FV_PACKET_PCAPNG },
};

bool
fv_packet_writer_format(const char *path, enum fv_packet_format *format)
{
	size_t i, n, length = strlen(path);

	length -= strlen(fv_compression_ending(fv_compression_of(path)));
	for (i = 0; i < FV_COUNT(formats); i++) {
		n = strlen(formats[i].ending);
		if (length > n &&
		    strncasecmp(path + length - n, formats[i].ending, n) == 0) {
			*format = formats[i].format;
			return true;
		}
	}
	return false;
}

struct fv_packet_writer *
fv_packet_writer_new(const char *path, bool replace, struct fv_err *err)
{
	struct fv_packet_writer *w;
	enum fv_packet_format format;

	if (!fv_packet_writer_format(path, &format)) {
		(void)fv_err_set(err, FV_EUSAGE,
		    "%s: the name of the output ends in .pcap or .pcapng, "
		    "and then in .gz, .zst, .xz, .bz2 or .lz4 to have it "
		    "compressed",
		    path);
		return NULL;
	}
	if ((w = fv_memory_new(1, sizeof(*w), err)) == NULL)
		return NULL;
	w->format = format;
	w->link_type = w->interface[0] = w->interface[1] = NONE;
	if ((w->out = fv_outfile_new(path, replace, err)) != NULL &&
	    (w->stream = fv_compressed_new(
		 w->out, fv_compression_of(path), err)) != NULL)
		return w;
	fv_packet_writer_free(w);
	return NULL;
}

#define le16 fv_packet_block_le16
#define le32 fv_packet_block_le32

static int
put(struct fv_packet_writer *w, const void *bytes, size_t n, struct fv_err *err)
{
	w->bytes += n;
	return fv_compressed_write(w->stream, bytes, n, err);
}

static int
put_pcap_header(struct fv_packet_writer *w, int link_type, struct fv_err *err)
{
	uint8_t header[24] = { 0 };

	le32(header, MAGIC_NANOSECONDS);
	le16(header + 4, VERSION_MAJOR);
	le16(header + 6, VERSION_MINOR);
	le32(header + 16, FV_FRAME_LIMIT);
	le32(header + 20, (uint32_t)link_type);
	w->link_type = link_type;
	w->begun = true;
	return put(w, header, sizeof(header), err);
}

static int
put_section(struct fv_packet_writer *w, struct fv_err *err)
{
	uint8_t block[FV_PACKET_BLOCK_SECTION];

	fv_packet_block_section(block);
	w->begun = true;
	return put(w, block, sizeof(block), err);
}

static int
put_interface(struct fv_packet_writer *w, bool ethernet, struct fv_err *err)
{
	uint8_t block[FV_PACKET_BLOCK_INTERFACE];

	fv_packet_block_interface(
	    block, ethernet ? FV_LINK_ETHERNET : FV_LINK_RAW, 0);
	w->interface[ethernet] = w->interfaces++;
	return put(w, block, sizeof(block), err);
}

static int
add_pcap(struct fv_packet_writer *w, const struct fv_packets_frame *frame,
    const uint8_t *bytes, struct fv_err *err)
{
	int link_type = frame->ethernet ? FV_LINK_ETHERNET : FV_LINK_RAW;
	uint8_t header[16];

	if (!w->begun && put_pcap_header(w, link_type, err) == -1)
		return -1;
	if (link_type != w->link_type)
		return fv_err_set(err, FV_ELIMIT,
		    "%s: some packets have an Ethernet header and some have "
		    "none, and a pcap file has one link type; name the output "
		    ".pcapng, or leave link headers out with --without-link",
		    fv_outfile_name(w->out));
	if (frame->time / SECOND > UINT32_MAX)
		return fv_err_set(err, FV_ELIMIT,
		    "%s: a packet is of a time after 2106, which a pcap file "
		    "cannot say; name the output .pcapng",
		    fv_outfile_name(w->out));
	le32(header, (uint32_t)(frame->time / SECOND));
	le32(header + 4, (uint32_t)(frame->time % SECOND));
	le32(header + 8, frame->captured);
	le32(header + 12, (uint32_t)frame->length);
	return put(w, header, sizeof(header), err) == -1
	    ? -1
	    : put(w, bytes, frame->captured, err);
}

static int
add_pcapng(struct fv_packet_writer *w, const struct fv_packets_frame *frame,
    const uint8_t *bytes, struct fv_err *err)
{
	uint8_t head[FV_PACKET_BLOCK_HEAD], tail[FV_PACKET_BLOCK_TAIL];
	struct fv_packet_block packet = {
		.time = frame->time,
		.captured = frame->captured,
		.length = (uint32_t)frame->length,
		.side = FV_SIDE_BOTH,
	};

	if (!w->begun && put_section(w, err) == -1)
		return -1;
	if (w->interface[frame->ethernet] == NONE &&
	    put_interface(w, frame->ethernet, err) == -1)
		return -1;
	packet.interface = (uint32_t)w->interface[frame->ethernet];
	fv_packet_block_head(head, &packet);
	if (put(w, head, sizeof(head), err) == -1 ||
	    put(w, bytes, frame->captured, err) == -1)
		return -1;
	return put(w, tail, fv_packet_block_tail(tail, &packet), err);
}

int
fv_packet_writer_add(struct fv_packet_writer *w,
    const struct fv_packets_output *output, struct fv_err *err)
{
	const struct fv_packets_frame *frame;
	size_t i;
	int rc;

	for (i = 0; i < output->n; i++) {
		frame = &output->frame[i];
		if (w->format == FV_PACKET_PCAP)
			rc = add_pcap(w, frame, output->bytes + frame->at, err);
		else
			rc = add_pcapng(
			    w, frame, output->bytes + frame->at, err);
		if (rc == -1)
			return -1;
	}
	return 0;
}

int
fv_packet_writer_commit(struct fv_packet_writer *w, struct fv_err *err)
{
	if (!w->begun) {
		if (w->format == FV_PACKET_PCAP) {
			if (put_pcap_header(w, FV_LINK_ETHERNET, err) == -1)
				return -1;
		} else if (put_section(w, err) == -1 ||
		    put_interface(w, true, err) == -1)
			return -1;
	}
	if (fv_compressed_finish(w->stream, err) == -1)
		return -1;
	return fv_outfile_commit(w->out, err);
}

uint64_t
fv_packet_writer_bytes(const struct fv_packet_writer *w)
{
	return w->bytes;
}

void
fv_packet_writer_free(struct fv_packet_writer *w)
{
	if (w == NULL)
		return;
	fv_compressed_free(w->stream);
	fv_outfile_free(w->out);
	free(w);
}
