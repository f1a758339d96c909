#include "datasets/reference/profile.h"

#include <string.h>

#include "base/attributes.h"

static const struct fv_profile *const profiles[] = {
	&fv_profile_deck,
	&fv_profile_today,
};

/*
 * Ports below 1025 are never drawn.  Above, these are left out: ports that
 * the slides print, ports of our own services, and ports whose Wireshark
 * dissector is not content with filler (seen with tshark 4.0.17, which
 * would call the packet malformed).  Sorted, for the binary search.
 */
static const uint16_t watched[] = {
	/* clang-format off */
	1153, 1194, 1214, 1433, 1628, 1629, 1718, 1719, 1723, 1745, 1861,
	1863, 1900, 1935, 2222, 2268, 2313, 2345, 2571, 2945, 3130, 3250,
	3389, 3452, 3455, 3478, 3544, 3724, 3863, 4204, 4500, 4672, 5190,
	5222, 5223, 5228, 5353, 5355, 5683, 5900, 6160, 6346, 6660, 6661,
	6662, 6663, 6664, 6665, 6666, 6667, 6668, 6669, 6881, 6882, 6883,
	6884, 6885, 6886, 6887, 6888, 6889, 6970, 7911, 8023, 8080, 8443,
	8801, 9956, 13400, 13991, 27015, 28960, 36459, 44849, 51820, 52523,
	65209
	/* clang-format on */
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
	size_t low = 0, high = FV_COUNT(watched), middle;

	while (low < high) {
		middle = (low + high) / 2;
		if (watched[middle] < port)
			low = middle + 1;
		else
			high = middle;
	}
	return low < FV_COUNT(watched) && watched[low] == port;
}
