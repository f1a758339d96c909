#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"
#include "tests/capgen/wrapping.h"

/*
 * Writes frames, in the form that fuzz_decode reads, to a directory: one
 * behind each link header, each transport behind each IP version, each
 * tunnel, and a packet in fragments.
 *
 *	seed_decode DIRECTORY
 */

/* As in fuzz_decode.c: those that are decoded, in its order. */
static const uint32_t link_types[] = { 1, 0, 12, 14, 101, 108, 113, 228, 229,
	276, 9, 50, 51, 104, 105, 117, 119, 127, 163, 192, 219, 239, 147, 7, 10,
	129, 149, 258 };

/* What to do about tunnels and fragments. */
enum { OUTER = 0, INNER = 1, BOTH = 2, FRAGMENTS = 4 };

static FILE *file;
static unsigned written;

/* Begin the next seed in ${folder}, of frames of ${link_type}. */
static void
begin(const char *folder, uint32_t link_type, uint8_t what)
{
	uint8_t head[5] = { 0, what, 0, 0, 0 };
	char path[4096];
	uint8_t i;

	for (i = 0; i < FV_COUNT(link_types); i++)
		if (link_types[i] == link_type)
			head[0] = i;
	(void)snprintf(path, sizeof(path), "%s/frames-%03u", folder, written++);
	if ((file = fopen(path, "wb")) == NULL ||
	    fwrite(head, sizeof(head), 1, file) != 1) {
		perror(path);
		exit(1);
	}
}

static void
put(const struct fv_packet *p)
{
	const uint8_t head[6] = { 0, 0, 0, 1, (uint8_t)(p->length >> 8),
		(uint8_t)p->length };

	if (fwrite(head, sizeof(head), 1, file) != 1 ||
	    fwrite(p->bytes, p->length, 1, file) != 1) {
		perror("seed_decode");
		exit(1);
	}
}

static void
end(void)
{
	if (fclose(file) != 0) {
		perror("seed_decode");
		exit(1);
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
	fv_packet_finish(p);
}

static void
write_links(const char *folder)
{
	struct fv_packet p;
	size_t i;

	for (i = 0; i < fv_wrapping_links_count; i++) {
		fv_wrapping_start(&p, &fv_wrapping_links[i]);
		fv_packet_ipv4(&p, NULL);
		transport(&p, (int)i % 4);
		begin(folder, p.link_type, OUTER);
		put(&p);
		end();
	}
}

static void
write_tunnels(const char *folder)
{
	struct fv_packet p;
	size_t i;

	for (i = 0; i < fv_wrapping_tunnels_count; i++) {
		fv_packet_start(&p);
		fv_packet_ethernet(&p);
		if (i % 2 == 0)
			fv_packet_ipv4(&p, NULL);
		else
			fv_packet_ipv6(&p, NULL);
		fv_wrapping_put(&p, &fv_wrapping_tunnels[i], NULL);
		transport(&p, (int)i % 4);
		begin(folder, 1, i % 3 == 0 ? INNER : BOTH);
		put(&p);
		end();
	}
}

static void
write_ipv6(const char *folder)
{
	struct fv_packet p;
	int kind;

	for (kind = 0; kind < 4; kind++) {
		fv_packet_start(&p);
		fv_packet_raw(&p, 101);
		fv_packet_ipv6(&p, NULL);
		if (kind == 1)
			fv_packet_extension(&p, 0, 8, NULL);
		if (kind == 2)
			fv_packet_fragment(&p, 0, 1);
		transport(&p, kind);
		begin(folder, 101, OUTER);
		put(&p);
		end();
	}
}

/* A packet in three fragments, the first of which comes as number ${n}. */
static void
write_fragments(const char *folder, int n)
{
	struct fv_packet_ip ip = { .id = 5, .more = 1 };
	struct fv_packet p;
	int i;

	begin(folder, 1, BOTH | FRAGMENTS);
	for (i = 0; i < 3; i++) {
		ip.offset = (uint16_t)((i + 3 - n) % 3);
		fv_packet_start(&p);
		fv_packet_ethernet(&p);
		fv_packet_ipv4(&p, &ip);
		fv_packet_udp(&p, 50000, 53);
		fv_packet_finish(&p);
		put(&p);
	}
	end();
}

int
main(int argc, char **argv)
{
	int n;

	if (argc != 2) {
		(void)fprintf(stderr, "usage: seed_decode DIRECTORY\n");
		return 2;
	}
	write_links(argv[1]);
	write_tunnels(argv[1]);
	write_ipv6(argv[1]);
	for (n = 0; n < 3; n++)
		write_fragments(argv[1], n);
	return 0;
}
