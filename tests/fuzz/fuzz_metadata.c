#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "datasets/citation.h"
#include "datasets/metadata.h"
#include "datasets/prose.h"

/*
 * Any bytes are read as the metadata of a release.  Either there are faults,
 * each with a text and in order of lines, or what was read can be written.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A promise was broken: end in a way that every fuzzer sees. */
static void
must(int held)
{
	if (!held)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fv_metadata_faults faults;
	struct fv_metadata *m;
	struct fv_err err;
	char *text;
	size_t i;

	m = fv_metadata_parse((const char *)data, size, &faults, &err);
	if (m == NULL) {
		must(faults.count > 0);
		for (i = 0; i < faults.count && i < FV_METADATA_FAULTS; i++) {
			must(faults.fault[i].text[0] != '\0');
			must(i == 0 ||
			    faults.fault[i - 1].line <= faults.fault[i].line);
		}
		return 0;
	}
	must(faults.count == 0);
	must(fv_prose_fault(m->title, false) == NULL);
	must(fv_prose_fault(m->terms, true) == NULL);
	text = fv_citation_cff(m, &err);
	must(text != NULL);
	free(text);
	fv_metadata_free(m);
	return 0;
}
