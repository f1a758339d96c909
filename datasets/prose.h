#ifndef DATASETS_PROSE_H
#define DATASETS_PROSE_H

#include <stdbool.h>

/*
 * The door that every descriptive text passes before it stands in a release,
 * whether a person wrote it or it comes out of a dataset.  It lets through
 * what describes a dataset to strangers, and stops what tells of the
 * custodian's house by mistake, or plays with a reader's terminal.
 */

/*
 * fv_prose_fault(text, paragraphs):
 * Why ${text} may not be published, as the end of a sentence that begins
 * with its field ("holds a control character"), or NULL when it may: it is
 * UTF-8 without control, invisible or direction-changing characters, of one
 * line unless it has ${paragraphs}; and no word of it is a path of a file
 * system, an IP address outside the documentation ranges (RFC 5737, RFC
 * 3849), a link-layer address, a host name of a domain that ends at the
 * house's walls (RFC 6762 appendix G, RFC 8375), or user@host.
 */
const char *fv_prose_fault(const char *text, bool paragraphs);

#endif
