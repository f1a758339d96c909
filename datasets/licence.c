#include "datasets/licence.h"

#include <stddef.h>
#include <string.h>

#define CC "https://creativecommons.org/"
#define ODC "https://opendatacommons.org/licenses/"

const struct fv_licence fv_licences[] = {
	{ "CC0-1.0", "Creative Commons Zero v1.0 Universal",
	    CC "publicdomain/zero/1.0/" },
	{ "CC-BY-4.0", "Creative Commons Attribution 4.0 International",
	    CC "licenses/by/4.0/" },
	{ "CC-BY-SA-4.0",
	    "Creative Commons Attribution Share Alike 4.0 International",
	    CC "licenses/by-sa/4.0/" },
	{ "CC-BY-NC-4.0",
	    "Creative Commons Attribution Non Commercial 4.0 International",
	    CC "licenses/by-nc/4.0/" },
	{ "CC-BY-NC-SA-4.0",
	    "Creative Commons Attribution Non Commercial Share Alike 4.0 "
	    "International",
	    CC "licenses/by-nc-sa/4.0/" },
	{ "CC-BY-ND-4.0",
	    "Creative Commons Attribution No Derivatives 4.0 International",
	    CC "licenses/by-nd/4.0/" },
	{ "CC-BY-NC-ND-4.0",
	    "Creative Commons Attribution Non Commercial No Derivatives 4.0 "
	    "International",
	    CC "licenses/by-nc-nd/4.0/" },
	{ "ODC-By-1.0", "Open Data Commons Attribution License v1.0",
	    ODC "by/1-0/" },
	{ "ODbL-1.0", "Open Data Commons Open Database License v1.0",
	    ODC "odbl/1-0/" },
	{ "PDDL-1.0",
	    "Open Data Commons Public Domain Dedication & License 1.0",
	    ODC "pddl/1-0/" },
	{ "CDLA-Permissive-2.0",
	    "Community Data License Agreement Permissive 2.0",
	    "https://cdla.dev/permissive-2-0/" },
	{ "CDLA-Sharing-1.0", "Community Data License Agreement Sharing 1.0",
	    "https://cdla.dev/sharing-1-0/" },
	{ NULL, NULL, NULL },
};

const struct fv_licence *
fv_licence_find(const char *id)
{
	const struct fv_licence *l;

	for (l = fv_licences; l->id != NULL; l++)
		if (strcmp(l->id, id) == 0)
			return l;
	return NULL;
}
