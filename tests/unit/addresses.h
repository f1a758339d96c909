#ifndef TESTS_UNIT_ADDRESSES_H
#define TESTS_UNIT_ADDRESSES_H

#include <arpa/inet.h>
#include <stdlib.h>

#include "anonymize/key.h"
#include "anonymize/raw.h"
#include "datasets/hosts.h"

/* The key that the reference sample of Crypto-PAn uses. */
#define FV_REFERENCE_KEY \
	"1522178d33a4cf80130a5b1649907d10d8988f837979652762574c2d2a842202"

/* The address that ${text} says, of either family. */
static inline struct fv_raw_addr
fv_raw_address(const char *text)
{
	struct fv_raw_addr addr;
	uint8_t octet[16];

	if (inet_pton(AF_INET, text, octet) == 1)
		fv_raw_addr_set_ipv4(&addr, octet);
	else if (inet_pton(AF_INET6, text, octet) == 1)
		fv_raw_addr_set_ipv6(&addr, octet);
	else
		abort();
	return addr;
}

/* A published address as the text that datasets give it. */
static inline struct fv_host
fv_host_of(const struct fv_published_addr *addr)
{
	struct fv_host host = { 0 };

	fv_hosts_set_address(&host, addr);
	return host;
}

/* The key whose secret is the 64 hex digits at ${text}. */
static inline struct fv_key *
fv_key_of_hex(const char *text)
{
	struct fv_err err;
	struct fv_key *key;
	uint8_t secret[FV_KEY_SIZE];
	char pair[3] = { 0 };
	size_t i;

	for (i = 0; i < sizeof(secret); i++) {
		pair[0] = text[2 * i];
		pair[1] = text[2 * i + 1];
		secret[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	if ((key = fv_key_import(secret, &err)) == NULL)
		abort();
	return key;
}

#endif
