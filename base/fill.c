#include "base/fill.h"

#include <errno.h>
#include <unistd.h>

ssize_t
fv_fill(int fd, void *buffer, size_t size)
{
	size_t used = 0;
	ssize_t n;

	while (used < size) {
		n = read(fd, (char *)buffer + used, size - used);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if (n == 0)
			break;
		used += (size_t)n;
	}
	return (ssize_t)used;
}
