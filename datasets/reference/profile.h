#ifndef DATASETS_REFERENCE_PROFILE_H
#define DATASETS_REFERENCE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a month is made of: tables of numbers, no code.  Each number's
 * source stands in docs/reference-month.md.
 */

/* What a guest mostly does. */
enum fv_persona {
	FV_PERSONA_BROWSER,
	FV_PERSONA_WORKER, /* mail, SSH, VPN */
	FV_PERSONA_GAMER,
	FV_PERSONA_SHARER, /* file sharing of that time */
	FV_PERSONA_CALLER, /* voice, video, messages */
	FV_PERSONA_IDLE,
	FV_PERSONAS
};

/* How the packets of a conversation follow each other. */
enum fv_shape {
	FV_SHAPE_DOWNLOAD,    /* TCP, client inside, data come in */
	FV_SHAPE_UPLOAD,      /* TCP, client inside, data go out */
	FV_SHAPE_INTERACTIVE, /* TCP, client inside, data both ways */
	FV_SHAPE_KNOCK,       /* TCP, client outside, refused or ignored */
	FV_SHAPE_REQUEST,     /* UDP, answers follow requests */
	FV_SHAPE_STREAM,      /* UDP, GRE or ESP, a beat both ways */
	FV_SHAPE_ANNOUNCE,    /* UDP to a group, nobody answers */
	FV_SHAPE_FRAGMENTS,   /* UDP datagrams that do not fit */
	FV_SHAPE_ECHO,        /* ICMP echo */
	FV_SHAPE_UNREACHABLE, /* ICMP about a datagram of the other side */
	FV_SHAPE_MEMBERSHIP,  /* IGMP reports out, queries in */
	FV_SHAPE_TUNNEL6,     /* IPv6 in IPv4 */
	FV_SHAPE_ARP,
	FV_SHAPE_NEIGHBOUR, /* IPv6 of the local link */
	FV_SHAPE_BRIDGE,    /* spanning tree, from the switch */
	FV_SHAPE_EAPOL      /* 802.1X, from the station */
};

/* What fills the payload; see filler.h. */
enum fv_content {
	FV_CONTENT_FILLER,
	FV_CONTENT_DNS,
	FV_CONTENT_NETBIOS,
	FV_CONTENT_NTP,
	FV_CONTENT_DHCP,
	FV_CONTENT_SSDP,
	FV_CONTENT_TEREDO,
	FV_CONTENT_OPENVPN,
	FV_CONTENT_ESP,
	FV_CONTENT_WIREGUARD,
	FV_CONTENT_QUIC,
	FV_CONTENT_GRE
};

/* A service takes what its protocol's quota leaves when all others had. */
#define FV_PROFILE_REST UINT32_MAX

/* A small cell that no scale may shrink, nor let grow. */
#define FV_PROFILE_UNSCALED UINT32_MAX

/* protocol of what is not IP. */
#define FV_PROFILE_NOT_IP 0

/*
 * Roles are places in a random order of a site's addresses, so that two
 * services can be given to the same address, and to no other.
 */
enum fv_role {
	FV_ROLE_SUSPECT = 0,
	FV_ROLE_LOUDEST = 1, /* the host with most bytes out */
	FV_ROLE_CALLERS = 2, /* three addresses */
	FV_ROLE_BITTORRENT = 5,
	FV_ROLE_FASTTRACK = 6, /* fifty addresses */
	FV_ROLE_HALFLIFE = 60,
	FV_ROLE_VISITORS = 70, /* of the loudest host's world */
	FV_ROLE_FRAGMENTS = 80
};

/*
 * A service: packets of a full month in each direction, without those of
 * the suspicious host.  Lengths are of payloads, drawn evenly.
 */
struct fv_service {
	const char *name;
	uint8_t protocol;
	enum fv_shape shape;
	enum fv_content content;
	uint16_t port;   /* far side's; 0: each peer has its own */
	uint16_t near;   /* near side's; 0: ephemeral */
	uint32_t fewest; /* packets, of out, that a small scale must leave */
	uint32_t out;
	uint32_t in;
	uint8_t role;     /* first of its addresses; with hosts > 0 */
	uint8_t hosts;    /* so many, or 0: whose guests like it */
	uint16_t least;   /* packets of one address on one day */
	uint16_t typical; /* median packets of one conversation */
	uint16_t length_out[2];
	uint16_t length_in[2];
	uint16_t destinations; /* how many far addresses it knows */
	uint8_t ipv6;          /* percent of its packets over IPv6 */
	uint8_t like[FV_PERSONAS];
};

/* Packets by IP protocol, of the whole month; the checks of the tables. */
struct fv_quota {
	uint8_t protocol;
	uint32_t out;
	uint32_t in;
};

/* How a TCP/IP stack shows itself (p0f's facts: lengths, TTL, options). */
enum fv_syn_layout {
	FV_SYN_48, /* MSS, NOP, NOP, SACK permitted */
	FV_SYN_52, /* MSS, NOP, WScale, NOP, NOP, SACK permitted */
	FV_SYN_60, /* MSS, SACK permitted, timestamp, NOP, WScale */
	FV_SYN_64  /* MSS, NOP, WScale, NOP, NOP, timestamp, SACK, EOL */
};

enum fv_ident { FV_IDENT_COUNTER, FV_IDENT_RANDOM, FV_IDENT_ZERO };

struct fv_manner {
	const char *name;
	uint8_t ttl;
	enum fv_syn_layout syn;
	uint16_t window;
	uint8_t window_scale;
	uint16_t mss;
	uint16_t port_low;
	uint16_t port_high;
	bool port_counts; /* ephemeral ports one after the other */
	enum fv_ident ident;
	uint8_t share[FV_PERSONAS]; /* among the devices of a persona */
};

enum fv_stay_law { FV_STAY_LOGNORMAL, FV_STAY_PARETO };
enum fv_lease_policy { FV_LEASE_OLDEST, FV_LEASE_LOWEST, FV_LEASE_STICKY };

/* A kind of site. */
struct fv_site_kind {
	const char *name;
	enum fv_stay_law law;
	uint32_t stay;         /* lognormal: median; Pareto: shortest, s */
	uint32_t stay_longest; /* seconds */
	uint32_t shape;        /* sigma or alpha, in thousandths */
	uint32_t arrivals;     /* guests per day */
	enum fv_lease_policy policy;
	uint8_t hours[24]; /* weight of arrivals by hour, local time = UTC */
	uint8_t days[7];   /* percent of them by weekday, Monday first */
	uint8_t routers;   /* percent of stays behind a room router */
	uint32_t gap;      /* seconds between sessions, median */
	uint32_t session;  /* seconds of a session, median */
	uint8_t volume;    /* percent of the first site's packets */
};

struct fv_profile {
	const char *name;
	const char *title;
	int64_t start; /* seconds since 1970, the month's first midnight UTC */
	unsigned days;
	unsigned addresses; /* of a site */
	const struct fv_service *services;
	size_t nservices;
	const struct fv_quota *quotas; /* NULL: the services say it all */
	size_t nquotas;
	const struct fv_manner *manners;
	size_t nmanners;
	const struct fv_site_kind *kinds;
	size_t nkinds;
	uint8_t personas[FV_PERSONAS]; /* shares of guests */
	uint8_t random_macs;           /* percent of devices */
	uint32_t bytes_sigma; /* of outbound bytes by address, thousandths */
	bool suspect;         /* whether a suspicious host is part of it */
};

/* The profiles there are. */
extern const struct fv_profile fv_profile_deck;
extern const struct fv_profile fv_profile_today;

/* The profile called ${name}, or NULL. */
const struct fv_profile *fv_profile_find(const char *name);

/*
 * fv_profile_watched(port):
 * Whether ${port} means something by its number: the slides print it, a
 * service has it, or Wireshark takes it for a protocol (known_ports.h).  No
 * random or ephemeral port is one of these.
 */
bool fv_profile_watched(uint16_t port);

#endif
