#include "datasets/hosts.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/cursor.h"

void
fv_hosts_set_address(struct fv_host *host, const struct fv_published_addr *addr)
{
	struct fv_cursor in = fv_cursor_over(addr->octet, sizeof(addr->octet));
	char text[INET6_ADDRSTRLEN] = "";

	(void)fv_take_64(&in, true, &host->address_high);
	(void)fv_take_64(&in, true, &host->address_low);
	host->ip_version = addr->ip_version;
	if (addr->ip_version == 4)
		(void)inet_ntop(AF_INET, addr->octet + 12, text, sizeof(text));
	else
		(void)inet_ntop(AF_INET6, addr->octet, text, sizeof(text));
	memset(host->address, 0, sizeof(host->address));
	memcpy(host->address, text, strnlen(text, sizeof(host->address) - 1));
}
