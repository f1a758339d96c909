#include "datasets/hosts.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/cursor.h"
#include "base/digits.h"
#include "datasets/schema.h"

static const struct fv_flag *
class_flags(void)
{
	const struct fv_table *table = &fv_schema_tables[FV_TABLE_HOSTS];
	int column = fv_schema_column(table, "address_class");

	return table->columns[column].flags;
}

const char *
fv_hosts_class_name(uint8_t class)
{
	const struct fv_flag *f = class_flags();

	while (f->meaning != NULL && f->value != class)
		f++;
	return f->meaning != NULL ? f->meaning : "other";
}

bool
fv_hosts_class_parse(const char *name, enum fv_address_class *class)
{
	const struct fv_flag *f;

	for (f = class_flags(); f->meaning != NULL; f++)
		if (strcmp(f->meaning, name) == 0) {
			*class = (enum fv_address_class)f->value;
			return true;
		}
	return false;
}

/* Dotted decimals, as inet_ntop(3) writes them, ten times as fast. */
static void
put_ipv4(char *to, const uint8_t octet[4])
{
	size_t i;

	for (i = 0; i < 4; i++) {
		if (i > 0)
			*to++ = '.';
		to = fv_digits_u32(to, octet[i]);
	}
}

void
fv_hosts_set_address(struct fv_host *host, const struct fv_published_addr *addr)
{
	struct fv_cursor in = fv_cursor_over(addr->octet, sizeof(addr->octet));
	char text[INET6_ADDRSTRLEN] = "";

	(void)fv_take_64(&in, true, &host->address_high);
	(void)fv_take_64(&in, true, &host->address_low);
	host->ip_version = addr->ip_version;
	memset(host->address, 0, sizeof(host->address));
	if (addr->ip_version == 4) {
		put_ipv4(host->address, addr->octet + 12);
		return;
	}
	(void)inet_ntop(AF_INET6, addr->octet, text, sizeof(text));
	memcpy(host->address, text, strnlen(text, sizeof(host->address) - 1));
}
