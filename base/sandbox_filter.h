#ifndef BASE_SANDBOX_FILTER_H
#define BASE_SANDBOX_FILTER_H

#include "base/attributes.h"

/*
 * fv_sandbox_filter_load(out):
 * Give up, for this process and for ever, every system call but those that
 * read what is open already, manage memory, look at the clock, end the
 * process, and write to ${out}; the rest fails with EPERM (seccomp(2), by
 * libseccomp).  Returns 0, or -1 when the system refuses.
 */
int fv_sandbox_filter_load(int out) FV_MUST_CHECK;

#endif
