#ifndef BASE_FILL_H
#define BASE_FILL_H

#include <stddef.h>
#include <sys/types.h>

#include "base/attributes.h"

/*
 * fv_fill(fd, buffer, size):
 * Read from ${fd} into ${buffer} until it is full or there is no more, also
 * from a pipe and behind a signal.  Returns how many bytes were read; or -1
 * with errno set.
 */
ssize_t fv_fill(int fd, void *buffer, size_t size) FV_MUST_CHECK;

#endif
