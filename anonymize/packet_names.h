#ifndef ANONYMIZE_PACKET_NAMES_H
#define ANONYMIZE_PACKET_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "anonymize/key.h"
#include "anonymize/mapping.h"
#include "anonymize/raw_layers.h"
#include "base/attributes.h"
#include "base/err.h"
#include "datasets/hosts.h"

/*
 * What stands in a packet in place of what names somebody.  For packets.c
 * and packet_frame.c alone.
 *
 * All of it depends on the key and on the packet, and on nothing else that
 * was seen before: so packets can be built in any order, by any number of
 * threads, in shards, and come out the same.
 */
struct fv_packet_names;

/* The places of addresses in a packet. */
enum fv_packet_address {
	FV_PACKET_SOURCE,
	FV_PACKET_DESTINATION,
	FV_PACKET_QUOTED_SOURCE,
	FV_PACKET_QUOTED_DESTINATION,
	FV_PACKET_FIRST, /* in the body of an ICMP message */
	FV_PACKET_SECOND,
	FV_PACKET_ADDRESSES
};

/* A published link-layer address: EUI-48, locally administered. */
struct fv_published_mac {
	uint8_t octet[6];
};

/* The names of one packet; those that it does not need are not set. */
struct fv_packet_named {
	struct fv_published_addr address[FV_PACKET_ADDRESSES];
	struct fv_published_mac source_mac;
	struct fv_published_mac destination_mac;
};

/*
 * fv_packet_names_new(key, mapping, err):
 * Names under ${key}: addresses as ${mapping} says, and numbers in its
 * scope.  Both may go.  Returns NULL with ${err} set.
 */
struct fv_packet_names *fv_packet_names_new(const struct fv_key *key,
    const struct fv_mapping_options *mapping, struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_packet_names_give(names, layers, n, named, err):
 * Map every address of ${n} packets, at most FV_PACKET_NAMES_BATCH, and
 * give each MAC its pseudonym: 46 bits of HMAC-SHA256, with the group bit
 * as it was and the bit for locally administered set.  Broadcast stays.
 * What was mapped lately is remembered.  Returns 0, or -1 with ${err} set.
 */
#define FV_PACKET_NAMES_BATCH 512
int fv_packet_names_give(struct fv_packet_names *names,
    const struct fv_raw_layers *layers, size_t n, struct fv_packet_named *named,
    struct fv_err *err) FV_MUST_CHECK;

/*
 * fv_packet_names_vlan(names, identifier):
 * The pseudonym of a VLAN as datasets have it (anonymize/vlan.h), with 0
 * for 4096, which twelve bits do not hold.
 */
uint16_t fv_packet_names_vlan(
    const struct fv_packet_names *names, uint16_t identifier);

/*
 * fv_packet_names_sequence(names, source, destination, source_port,
 *     destination_port):
 * What is added to the sequence numbers that one end of a TCP connection
 * counts: a keyed function of its published addresses and ports.  So the
 * acknowledgments of the other end can have the same added, with no state.
 */
uint32_t fv_packet_names_sequence(const struct fv_packet_names *names,
    const struct fv_published_addr *source,
    const struct fv_published_addr *destination, uint16_t source_port,
    uint16_t destination_port);

/*
 * fv_packet_names_echo(names, source, destination):
 * What is added to the identifier of ICMP echos between two addresses, the
 * same in both directions.
 */
uint16_t fv_packet_names_echo(const struct fv_packet_names *names,
    const struct fv_published_addr *source,
    const struct fv_published_addr *destination);

/*
 * fv_packet_names_datagram(names, source, destination, protocol,
 *     identification):
 * The identification of a fragmented datagram: a keyed function of what
 * tells its fragments from others (RFC 791, section 3.2), of which the
 * caller takes as many low bits as its field has.
 */
uint32_t fv_packet_names_datagram(const struct fv_packet_names *names,
    const struct fv_published_addr *source,
    const struct fv_published_addr *destination, uint8_t protocol,
    uint32_t identification);

/* Wipe and free ${names} (or NULL). */
void fv_packet_names_free(struct fv_packet_names *names);

#endif
