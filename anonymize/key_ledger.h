#ifndef ANONYMIZE_KEY_LEDGER_H
#define ANONYMIZE_KEY_LEDGER_H

#include "anonymize/key.h"
#include "base/attributes.h"
#include "base/err.h"

/*
 * The ledger of keys that were destroyed: text, a line for each with its id,
 * when it was made and when it was destroyed, so that a custodian can show
 * that a release cannot be undone any more.
 *
 * fv_key_ledger_destroy(path, ledger, id, date, err):
 * Delete the key file ${path}, whose key has the ${id}, and add its line to
 * the file ${ledger}, made with mode 0600 if need be; ${date} is that of the
 * day.  Nothing is deleted when the ledger cannot be written to, or the file
 * holds another key (FV_EKEY).  What was deleted may still lie on the disk:
 * solid-state drives and copies of file systems keep old blocks.
 * Returns 0, or -1 with ${err} set.
 */
int fv_key_ledger_destroy(const char *path, const char *ledger, const char *id,
    const char *date, struct fv_err *err) FV_MUST_CHECK;

#endif
