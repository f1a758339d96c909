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
	1153, 1194, 1214, 1433, 1628, 1629, 1718, 1719, 1723, 1745, 1861, 1863,
	1900, 1935, 2222, 2246, 2313, 2345, 2571, 2945, 3000, 3130, 3250, 3389,
	3452, 3455, 3478, 3544, 3671, 3724, 3784, 3804, 3863, 4155, 4204, 4342,
	4500, 4672, 4729, 4754, 4784, 4789, 4991, 5072, 5190, 5222, 5223, 5228,
	5246, 5247, 5253, 5353, 5355, 5436, 5683, 5900, 6081, 6118, 6160, 6277,
	6346, 6660, 6661, 6662, 6663, 6664, 6665, 6666, 6667, 6668, 6669, 6784,
	6881, 6882, 6883, 6884, 6885, 6886, 6887, 6888, 6889, 6970, 7236, 7275,
	7784, 7911, 8023, 8080, 8443, 8554, 8611, 8612, 8613, 8614, 8801, 8805,
	8848, 9875, 9899, 9956, 11273, 13400, 13991, 23272, 25826, 27015,
	28960, 36459, 37008, 41170, 44818, 44849, 47000, 48898, 51413, 51820,
	52523, 54328, 65209
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
