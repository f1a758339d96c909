#ifndef ANONYMIZE_PACKETS_H
#define ANONYMIZE_PACKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "anonymize/key.h"
#include "anonymize/mapping.h"
#include "anonymize/raw_layers.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * Header-only packets that may leave the building, built from facts
 * (anonymize/raw_layers.h).  No byte of a captured packet comes here, so
 * nothing can pass by its length.  docs/privacy.md says of each field
 * whether it is kept, mapped or dropped.
 *
 * Every header keeps its length and its place, so a packet is a beginning
 * of what it was on the wire, and its lengths say how much that was.
 * Checksums are those of the packet as if all that is not there were zeros:
 * no reader finds one wrong, and none tells of what is gone.
 *
 * A packet depends on its facts and the key alone: built in any order, on
 * any number of threads, it is the same.
 */
struct fv_packets;

#define FV_PACKETS_BATCH 512

/* A packet: where its bytes lie in the output, and its record. */
struct fv_packets_frame {
	int64_t time;      /* ns since 1970-01-01 UTC */
	uint64_t length;   /* bytes that were on the wire */
	uint32_t at;       /* in output->bytes */
	uint32_t captured; /* bytes there */
	bool ethernet;     /* begins with an Ethernet header, else with IP */
};

/*
 * Packets of a batch.  Zeroed to begin with; used again batch after batch,
 * and freed with fv_packets_output_free.
 */
struct fv_packets_output {
	uint8_t *bytes;
	size_t capacity;
	size_t n;
	struct fv_packets_frame frame[FV_PACKETS_BATCH];
};

struct fv_packets_options {
	struct fv_mapping_options mapping; /* of addresses; its scope, of all */
	bool without_link; /* leave Ethernet headers and VLAN tags out */
};

/*
 * fv_packets_new(key, options, err):
 * A builder under ${key}, which may be freed.  One belongs to one thread at
 * a time.  Returns NULL with ${err} set.
 */
struct fv_packets *fv_packets_new(const struct fv_key *key,
    const struct fv_packets_options *options, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_packets_build(packets, layers, n, output, err):
 * Build the packets of ${n} decoded ones, at most FV_PACKETS_BATCH, into
 * ${output}, in place of what it held.  Returns 0, or -1 with ${err} set.
 * About 150 ns a packet.
 */
int fv_packets_build(struct fv_packets *packets,
    const struct fv_raw_layers *layers, size_t n,
    struct fv_packets_output *output, struct fv_err *err) FV_MUST_CHECK;

/* Give back what ${output} holds. */
void fv_packets_output_free(struct fv_packets_output *output);

/* Wipe and free ${packets} (or NULL). */
void fv_packets_free(struct fv_packets *packets);

#endif
