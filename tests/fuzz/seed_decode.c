#include <stdio.h>
#include <stdlib.h>

#include "base/attributes.h"
#include "tests/capgen/packet.h"

/*
 * Writes frames, in the form that fuzz_decode reads, to a directory: one of
 * each transport behind each link header and IP version.
 *
 *	seed_decode DIRECTORY
 */

static void
link_header(struct fv_packet *p, int link)
{
	fv_packet_start(p);
	switch (link) {
	case 0:
		fv_packet_ethernet(p);
		break;
	case 1:
		fv_packet_family(p, 0, 2, 0);
		break;
	case 4:
		fv_packet_raw(p, 101);
		break;
	case 6:
		fv_packet_sll(p);
		break;
	case 9:
		fv_packet_sll2(p);
		break;
	default:
		fv_packet_ethernet(p);
		fv_packet_vlan(p, 0x8100, 7);
		break;
	}
}

static void
transport(struct fv_packet *p, int kind)
{
	static const uint8_t options[] = { 2, 4, 5, 180, 1, 3, 3, 8, 1, 1, 4,
		2 };

	switch (kind) {
	case 0:
		fv_packet_tcp(
		    p, 50000, 443, FV_PACKET_SYN, options, sizeof(options));
		break;
	case 1:
		fv_packet_udp(p, 50000, 53);
		break;
	case 2:
		fv_packet_sctp(p, 50000, 2905);
		break;
	default:
		fv_packet_icmp(p, 3, 1);
		break;
	}
	fv_packet_payload(p, 4);
}

static void
write_seed(const char *folder, int link, int version, int kind)
{
	const uint8_t head[] = { (uint8_t)link, 0, 0, 0, 0, 0 };
	struct fv_packet p;
	char path[4096];
	FILE *file;

	link_header(&p, link);
	if (version == 4)
		fv_packet_ipv4(&p, NULL);
	else
		fv_packet_ipv6(&p, NULL);
	if (version == 6 && kind == 1)
		fv_packet_extension(&p, 0, 8, NULL);
	if (version == 6 && kind == 2)
		fv_packet_fragment(&p, 0, 1);
	transport(&p, kind);
	fv_packet_finish(&p);
	(void)snprintf(path, sizeof(path), "%s/frame-%d-%d-%d", folder, link,
	    version, kind);
	if ((file = fopen(path, "wb")) == NULL ||
	    fwrite(head, sizeof(head), 1, file) != 1 ||
	    fwrite(p.bytes, p.length, 1, file) != 1 || fclose(file) != 0) {
		perror(path);
		exit(1);
	}
}

int
main(int argc, char **argv)
{
	static const int links[] = { 0, 1, 4, 6, 9, 10 };
	size_t i;
	int kind;

	if (argc != 2) {
		(void)fprintf(stderr, "usage: seed_decode DIRECTORY\n");
		return 2;
	}
	for (i = 0; i < FV_COUNT(links); i++) {
		for (kind = 0; kind < 4; kind++) {
			write_seed(argv[1], links[i], 4, kind);
			write_seed(argv[1], links[i], 6, kind);
		}
	}
	return 0;
}
