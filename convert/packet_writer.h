#ifndef CONVERT_PACKET_WRITER_H
#define CONVERT_PACKET_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "anonymize/packets.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * A capture file of built packets: pcap (draft-ietf-opsawg-pcap) with
 * nanoseconds, or pcapng (draft-ietf-opsawg-pcapng) of one section, its
 * interfaces and its packets, with no option but the resolution of times.
 * Little-endian everywhere; compressed as its name ends (base/compressed.h).
 */
struct fv_packet_writer;

enum fv_packet_format { FV_PACKET_PCAP, FV_PACKET_PCAPNG };

/*
 * fv_packet_writer_format(path, format):
 * Which format the name ${path} asks for, without its ending of a
 * compression: ".pcap", ".cap" or ".pcapng".  Returns false for others.
 */
bool fv_packet_writer_format(const char *path, enum fv_packet_format *format);

/*
 * fv_packet_writer_new(path, replace, err):
 * Begin the capture ${path}, which appears when it is whole; see
 * fv_outfile_new.  Returns NULL with ${err} set: FV_EUSAGE when the name
 * ends in none of the above.
 */
struct fv_packet_writer *fv_packet_writer_new(
    const char *path, bool replace, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_packet_writer_add(writer, output, err):
 * Append the packets of ${output}.  A pcap file has one link type, that of
 * its first packet; pcapng has an interface for each that occurs.
 * Returns 0, or -1 with ${err} set: FV_ELIMIT when a pcap file cannot hold
 * a packet, be it its link type or a time after 2106.
 */
int fv_packet_writer_add(struct fv_packet_writer *writer,
    const struct fv_packets_output *output, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_packet_writer_commit(writer, err):
 * Write what is left and let the file appear.  One without packets is of
 * link type Ethernet.  Returns 0, or -1 with ${err} set and no file.
 */
int fv_packet_writer_commit(
    struct fv_packet_writer *writer, struct fv_err *err) FV_MUST_CHECK;

/* Bytes of the capture so far, before compression. */
uint64_t fv_packet_writer_bytes(const struct fv_packet_writer *writer);

/* Remove the file unless it was committed, and free ${writer} (or NULL). */
void fv_packet_writer_free(struct fv_packet_writer *writer);

#endif
