#ifndef TESTS_UNIT_MAPPING_BED_H
#define TESTS_UNIT_MAPPING_BED_H

#include <stdbool.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "anonymize/mapping.h"
#include "tests/unit/addresses.h"

/* Mappings under the reference key, for the suites about them. */
static inline struct fv_mapping *
mapping_bed_of(const struct fv_mapping_options *options)
{
	struct fv_key *key = fv_key_of_hex(FV_REFERENCE_KEY);
	struct fv_mapping *m;
	struct fv_err err;

	m = fv_mapping_new(key, options, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(m);
	/* The contract: the key may go. */
	fv_key_free(key);
	return m;
}

/* Scheme and mode number ${i}, of four. */
static inline struct fv_mapping_options
mapping_bed_options(unsigned i)
{
	return (struct fv_mapping_options){ i / 2 == 0 ? FV_MAPPING_CRYPTO_PAN
						       : FV_MAPPING_IPCRYPT_PFX,
		i % 2 == 1, { "hotel-a", "2026-01" } };
}

static inline struct fv_published_addr
mapping_bed_map(struct fv_mapping *m, const char *text)
{
	struct fv_raw_addr addr = fv_raw_address(text);
	struct fv_published_addr published;
	struct fv_err err;

	memset(&published, 0xaa, sizeof(published));
	CU_ASSERT_EQUAL(fv_mapping_map(m, &addr, 1, &published, &err), 0);
	CU_ASSERT_EQUAL(published.ip_version, addr.ip_version);
	return published;
}

static inline bool
mapping_bed_same(struct fv_published_addr a, struct fv_published_addr b)
{
	return a.ip_version == b.ip_version &&
	    memcmp(a.octet, b.octet, 16) == 0;
}

#endif
