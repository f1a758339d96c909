#ifndef ANALYSIS_TUNNELS_H
#define ANALYSIS_TUNNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"
#include "analysis/insiders.h"
#include "analysis/tally.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * What each internal address did on each day, as far as tunnels, encryption
 * and name queries go: what R28b (analysis/escapes.c) is told from.
 */

/* What a record may be, by its protocol and the far end's port. */
enum fv_tunnels_kind {
	FV_TUNNELS_OTHER,
	FV_TUNNELS_HTTP,      /* TCP 80 */
	FV_TUNNELS_HTTPS,     /* TCP 443 */
	FV_TUNNELS_QUIC,      /* UDP 443; RFC 9000 */
	FV_TUNNELS_DNS,       /* port 53 */
	FV_TUNNELS_DOT,       /* TCP 853; RFC 7858 */
	FV_TUNNELS_DOQ,       /* UDP 853; RFC 9250 */
	FV_TUNNELS_SSH,       /* TCP 22 */
	FV_TUNNELS_IPSEC,     /* ESP, AH, UDP 500 and 4500; RFC 3948 */
	FV_TUNNELS_WIREGUARD, /* UDP 51820 */
	FV_TUNNELS_OPENVPN,   /* port 1194 */
	FV_TUNNELS_OLD,       /* GRE, PPTP 1723, L2TP 1701 */
	FV_TUNNELS_TLS,       /* TCP 465, 993, 995 (RFC 8314), 5223, 5228 */
	FV_TUNNELS_KINDS
};

/* Days of an address: 210 bytes each. */
#ifndef FV_TUNNELS_DAYS_LIMIT /* tests have lower ones */
#define FV_TUNNELS_DAYS_LIMIT ((size_t)1 << 21)
/* Days of an address with one peer over TCP 443: 50 bytes each. */
#define FV_TUNNELS_PEERS_LIMIT ((size_t)1 << 24)
#endif

/* Words of the value of a day. */
enum {
	FV_TUNNELS_BYTES,
	FV_TUNNELS_NAMES,         /* hours with a query on 53, a bit each */
	FV_TUNNELS_SEALED,        /* hours with one on 853 */
	FV_TUNNELS_WEB,           /* packets of the web by hour: a byte each */
	FV_TUNNELS_WEB_WORDS = 3, /* 24 bytes that stop at 255 */
	FV_TUNNELS_PACKETS = FV_TUNNELS_WEB + FV_TUNNELS_WEB_WORDS,
	FV_TUNNELS_DAY_WORDS = FV_TUNNELS_PACKETS + FV_TUNNELS_KINDS
};

/* Words of the value of a day with one peer. */
enum { FV_TUNNELS_PEER_SUM, FV_TUNNELS_PEER_MASK, FV_TUNNELS_PEER_WORDS };

enum { FV_TUNNELS_PORTS = 65536 };

/* What states of the analysis keep; merged like them. */
struct fv_tunnels {
	struct fv_insiders in;
	struct fv_analysis_weight kind[FV_TUNNELS_KINDS];
	struct fv_analysis_weight all;
	struct fv_tally days;  /* by unit and day */
	struct fv_tally peers; /* by unit and day, and peer */
	uint64_t *recent;      /* of each unit: the day it had last */
	uint32_t *entry;
	bool days_full, peers_full;
	uint8_t over[2][FV_TUNNELS_PORTS]; /* TCP, UDP: kinds of ports */
};

/* The columns that fv_tunnels_add reads. */
#define FV_TUNNELS_COLUMNS                                               \
	(FV_ANALYSIS_COLUMN(START_TIME) | FV_ANALYSIS_COLUMN(SOURCE) |   \
	    FV_ANALYSIS_COLUMN(DESTINATION) |                            \
	    FV_ANALYSIS_COLUMN(SOURCE_PORT) |                            \
	    FV_ANALYSIS_COLUMN(DESTINATION_PORT) |                       \
	    FV_ANALYSIS_COLUMN(PROTOCOL) | FV_ANALYSIS_COLUMN(PACKETS) | \
	    FV_ANALYSIS_COLUMN(BYTES) | FV_ANALYSIS_COLUMN(DIRECTION))

/* As the functions of struct fv_analysis. */
struct fv_tunnels *fv_tunnels_new(const struct fv_analysis_context *context,
    struct fv_err *err) FV_MUST_CHECK;
int fv_tunnels_add(struct fv_tunnels *t, const struct fv_analysis_batch *batch,
    struct fv_err *err) FV_MUST_CHECK;
int fv_tunnels_merge(struct fv_tunnels *into, const struct fv_tunnels *from,
    struct fv_err *err) FV_MUST_CHECK;
void fv_tunnels_free(struct fv_tunnels *t);

/* Packets that a day has of the web in an hour of it, 255 for more. */
static inline unsigned
fv_tunnels_web(const uint64_t *value, unsigned hour)
{
	return (
	    unsigned)(value[FV_TUNNELS_WEB + hour / 8] >> hour % 8 * 8 & 255);
}

#endif
