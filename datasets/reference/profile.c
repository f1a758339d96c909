#include "datasets/reference/profile.h"

#include <string.h>

#include "base/attributes.h"
#include "datasets/reference/known_ports.h"

static const struct fv_profile *const profiles[] = {
	&fv_profile_deck,
	&fv_profile_today,
};

const struct fv_profile *
fv_profile_find(const char *name)
{
	size_t i;

	for (i = 0; i < FV_COUNT(profiles); i++)
		if (strcmp(profiles[i]->name, name) == 0)
			return profiles[i];
	return NULL;
}

bool
fv_profile_watched(uint16_t port)
{
	size_t low = 0, high = FV_COUNT(fv_known_ports), middle;

	while (low < high) {
		middle = (low + high) / 2;
		if (fv_known_ports[middle] < port)
			low = middle + 1;
		else
			high = middle;
	}
	return low < FV_COUNT(fv_known_ports) && fv_known_ports[low] == port;
}
