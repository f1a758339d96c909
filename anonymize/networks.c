#include "anonymize/networks.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

/* The first octet that counts: an IPv4 address ends the sixteen. */
static unsigned
first_octet(const struct fv_raw_addr *addr)
{
	return addr->ip_version == 4 ? 12 : 0;
}

bool
fv_networks_holds(const uint8_t *octet, const uint8_t *network, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	if (memcmp(octet, network, whole) != 0)
		return false;
	return rest == 0 ||
	    ((octet[whole] ^ network[whole]) >> (8 - rest)) == 0;
}

static int
parse_address(const char *text, struct fv_raw_addr *addr)
{
	uint8_t octet[16];

	if (inet_pton(AF_INET, text, octet) == 1)
		fv_raw_addr_set_ipv4(addr, octet);
	else if (inet_pton(AF_INET6, text, octet) == 1)
		fv_raw_addr_set_ipv6(addr, octet);
	else
		return -1;
	return 0;
}

static int
parse_prefix(const char *text, unsigned width, unsigned *prefix)
{
	char *end;
	unsigned long n;

	if (text[0] < '0' || text[0] > '9' || strlen(text) > 3)
		return -1;
	n = strtoul(text, &end, 10);
	if (*end != '\0' || n > width)
		return -1;
	*prefix = (unsigned)n;
	return 0;
}

/* Whether any bit from ${prefix} on is set. */
static bool
has_host_bits(const struct fv_network *net, unsigned width)
{
	const uint8_t *octet = net->address.octet + first_octet(&net->address);
	unsigned bit;

	for (bit = net->prefix; bit < width; bit++)
		if ((octet[bit / 8] >> (7 - bit % 8) & 1) != 0)
			return true;
	return false;
}

int
fv_networks_add(struct fv_networks *set, const char *cidr, struct fv_err *err)
{
	struct fv_network net;
	char text[INET6_ADDRSTRLEN];
	const char *slash = strchr(cidr, '/');
	size_t n = slash == NULL ? strlen(cidr) : (size_t)(slash - cidr);
	unsigned width;

	if (set->count == FV_NETWORKS_LIMIT)
		return fv_err_set(
		    err, FV_ELIMIT, "more than %d networks", FV_NETWORKS_LIMIT);
	if (n >= sizeof(text))
		goto bad;
	memcpy(text, cidr, n);
	text[n] = '\0';
	if (parse_address(text, &net.address) == -1)
		goto bad;
	width = net.address.ip_version == 4 ? 32 : 128;
	net.prefix = width;
	if (slash != NULL && parse_prefix(slash + 1, width, &net.prefix) == -1)
		goto bad;
	if (has_host_bits(&net, width))
		return fv_err_set(err, FV_EUSAGE,
		    "'%s' has bits set behind its prefix of %u", cidr,
		    net.prefix);
	set->network[set->count++] = net;
	return 0;
bad:
	return fv_err_set(err, FV_EUSAGE,
	    "'%s' is not a network: write it as 192.0.2.0/24 or "
	    "2001:db8::/32",
	    cidr);
}

bool
fv_networks_contain(
    const struct fv_networks *set, const struct fv_raw_addr *addr)
{
	const struct fv_network *net;
	unsigned at = first_octet(addr);
	size_t i;

	for (i = 0; i < set->count; i++) {
		net = &set->network[i];
		if (net->address.ip_version == addr->ip_version &&
		    fv_networks_holds(
			addr->octet + at, net->address.octet + at, net->prefix))
			return true;
	}
	return false;
}
