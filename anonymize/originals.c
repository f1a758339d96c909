#include "anonymize/originals.h"

#include <string.h>

#include "anonymize/key.h"
#include "anonymize/population.h"

_Static_assert(sizeof(struct fv_originals_mac) == 8, "one word");
_Static_assert(sizeof(struct fv_originals_name) == 64, "eight words");

int
fv_originals_init(struct fv_originals *o, struct fv_err *err)
{
	memset(o, 0, sizeof(*o));
	if (fv_intern_init(&o->hosts, sizeof(struct fv_raw_addr),
		FV_POPULATION_LIMIT, err) == -1 ||
	    fv_intern_init(&o->others, sizeof(struct fv_raw_addr),
		FV_POPULATION_LIMIT, err) == -1 ||
	    fv_intern_init(&o->macs, sizeof(struct fv_originals_mac),
		FV_ORIGINALS_MACS, err) == -1)
		return -1;
	return fv_intern_init(&o->names, sizeof(struct fv_originals_name),
	    FV_ORIGINALS_NAMES, err);
}

static int
enter_address(
    struct fv_intern *in, const struct fv_raw_addr *addr, struct fv_err *err)
{
	uint64_t hash = fv_intern_hash(in, addr, sizeof(*addr) / 8);
	uint32_t number;

	return fv_intern_number(in, addr, hash, sizeof(*addr), &number, err);
}

int
fv_originals_host(
    struct fv_originals *o, const struct fv_raw_addr *addr, struct fv_err *err)
{
	return enter_address(&o->hosts, addr, err);
}

int
fv_originals_other(
    struct fv_originals *o, const struct fv_raw_addr *addr, struct fv_err *err)
{
	return enter_address(&o->others, addr, err);
}

int
fv_originals_mac(
    struct fv_originals *o, const uint8_t mac[6], struct fv_err *err)
{
	struct fv_originals_mac record = { { 0 }, { 0 } };
	uint32_t number;

	memcpy(record.octet, mac, sizeof(record.octet));
	return fv_intern_number(&o->macs, &record,
	    fv_intern_hash(&o->macs, &record, sizeof(record) / 8),
	    sizeof(record), &number, err);
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

int
fv_originals_name(
    struct fv_originals *o, const char *text, size_t n, struct fv_err *err)
{
	struct fv_originals_name record = { { 0 } };
	uint32_t number;
	int letters = 0;
	size_t i;

	n = strnlen(text, n);
	while (n > 0 && strchr(" \t\r\n.", text[n - 1]) != NULL)
		n--;
	while (n > 0 && strchr(" \t\r\n.", text[0]) != NULL) {
		text++;
		n--;
	}
	if (n > sizeof(record.text) - 1)
		n = sizeof(record.text) - 1;
	for (i = 0; i < n; i++) {
		record.text[i] = lower(text[i]);
		letters += (record.text[i] >= 'a' && record.text[i] <= 'z') ||
		    (record.text[i] & 0x80) != 0;
	}
	/* Numbers and addresses as text are searched for as what they are. */
	if (n < FV_ORIGINALS_NAME_LEAST || letters == 0)
		return 0;
	return fv_intern_number(&o->names, &record,
	    fv_intern_hash(&o->names, &record, sizeof(record) / 8),
	    sizeof(record), &number, err);
}

static void
wipe(struct fv_intern *in)
{
	if (in->record != NULL)
		fv_key_wipe(in->record, in->count * in->words * 8);
	fv_intern_free(in);
}

void
fv_originals_wipe(struct fv_originals *o)
{
	wipe(&o->hosts);
	wipe(&o->others);
	wipe(&o->macs);
	wipe(&o->names);
}
