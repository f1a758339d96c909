#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"
#include "tests/capgen/capcases.h"
#include "tests/capgen/traffic.h"

/*
 * Writes a made-up capture:
 *
 *	capgen flows PACKETS FLOWS FILE
 *	capgen mixed FILE
 *	capgen links FILE
 *	capgen tunnels FILE
 *	capgen case NAME FILE	(a case of capcases.h, by its name)
 *	capgen cases		(their names)
 */

static const struct fv_capcase *
find_case(const char *name)
{
	const struct fv_capcase *const tables[] = { fv_capcases_pcap,
		fv_capcases_pcapng, fv_capcases_damaged,
		fv_capcases_statistics };
	const struct fv_capcase *row;
	size_t i;

	for (i = 0; i < FV_COUNT(tables); i++) {
		for (row = tables[i]; row->name != NULL; row++) {
			if (name == NULL)
				(void)puts(row->name);
			else if (strcmp(row->name, name) == 0)
				return row;
		}
	}
	return NULL;
}

int
main(int argc, char **argv)
{
	const struct fv_capcase *row;
	struct fv_capfile *file;

	if (argc == 2 && strcmp(argv[1], "cases") == 0) {
		(void)find_case(NULL);
		return 0;
	}
	file = fv_capfile_new();
	if (argc == 5 && strcmp(argv[1], "flows") == 0) {
		fv_traffic_flows(file, strtoull(argv[2], NULL, 10),
		    (uint32_t)strtoul(argv[3], NULL, 10));
	} else if (argc == 3 && strcmp(argv[1], "mixed") == 0) {
		fv_traffic_mixed(file);
	} else if (argc == 3 && strcmp(argv[1], "links") == 0) {
		fv_traffic_links(file);
	} else if (argc == 3 && strcmp(argv[1], "tunnels") == 0) {
		fv_traffic_tunnels(file);
	} else if (argc == 4 && strcmp(argv[1], "case") == 0 &&
	    (row = find_case(argv[2])) != NULL) {
		fv_capfile_free(file);
		file = fv_capcase_build(row);
	} else {
		(void)fprintf(stderr, "capgen: see the head of its source\n");
		fv_capfile_free(file);
		return 2;
	}
	fv_capfile_write(file, argv[argc - 1]);
	fv_capfile_free(file);
	return 0;
}
