#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "datasets/door.h"

/*
 * Any bytes are read as a dataset, as the child of the door reads them:
 * structure first, then every value.  HDF5 1.10 has faults of its own,
 * which is why there is a child; what is looked for here are ours.
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
	struct fv_door_found found;
	struct fv_err err = { FV_OK, "" };
	int fd = memfd_create("fuzz_dataset", MFD_CLOEXEC);

	must(fd >= 0);
	must(write(fd, data, size) == (ssize_t)size);
	if (fv_door_look(fd, size, &found, &err) == -1) {
		must(err.code != FV_OK && err.text[0] != '\0');
	} else {
		must(found.structure.tables >= FV_TABLES &&
		    found.structure.tables <= FV_STRUCTURE_TABLES);
		if (fv_door_read(fd, size, &err) == -1)
			must(err.code != FV_OK && err.text[0] != '\0');
	}
	(void)close(fd);
	return 0;
}
