#include <stdio.h>
#include <stdlib.h>

#include "base/attributes.h"
#include "tests/capgen/packet.h"

/*
 * Writes frames, in the form that fuzz_layers reads, to a directory: options
 * of each kind, extension headers, fragments and quotes.
 *
 *	seed_layers DIRECTORY
 */

static struct fv_packet p;

static void
tcp_options(void)
{
	static const uint8_t options[] = { 2, 4, 5, 180, 1, 3, 3, 8, 4, 2, 8,
		10, 1, 2, 3, 4, 5, 6, 7, 8, 34, 4, 1, 2, 0, 9, 9, 9 };

	fv_packet_vlan(&p, 0x8100, 7);
	fv_packet_ipv4(&p, NULL);
	fv_packet_tcp(&p, 50000, 443, FV_PACKET_SYN, options, sizeof(options));
}

static void
ipv4_options(void)
{
	static const uint8_t options[] = { 148, 4, 0, 0, 7, 7, 4, 1, 2, 3, 4,
		0 };
	const struct fv_packet_ip ip = { .options = options,
		.options_length = sizeof(options) };

	fv_packet_ipv4(&p, &ip);
	fv_packet_udp(&p, 50000, 53);
	fv_packet_payload(&p, 5);
}

static void
extensions(void)
{
	static const uint8_t alert[6] = { 5, 2, 0, 0, 1, 0 };

	fv_packet_ipv6(&p, NULL);
	fv_packet_extension(&p, 0, 8, alert);
	fv_packet_extension(&p, 43, 24, NULL);
	fv_packet_extension(&p, 51, 16, NULL);
	fv_packet_extension(&p, 60, 24, NULL);
	fv_packet_fragment(&p, 0, 1);
	fv_packet_udp(&p, 50000, 53);
	fv_packet_payload(&p, 5);
}

static void
jumbogram(void)
{
	fv_packet_ipv6(&p, NULL);
	fv_packet_jumbo(&p, 70000);
	fv_packet_udp(&p, 50000, 53);
}

static void
quote_ipv4(void)
{
	fv_packet_ipv4(&p, NULL);
	fv_packet_icmp(&p, 3, 4);
	fv_packet_ipv4(&p, NULL);
	fv_packet_tcp(&p, 50000, 443, FV_PACKET_ACK, NULL, 0);
}

static void
quote_ipv6(void)
{
	fv_packet_ipv6(&p, NULL);
	fv_packet_icmp(&p, 2, 0);
	fv_packet_ipv6(&p, NULL);
	fv_packet_extension(&p, 60, 8, NULL);
	fv_packet_udp(&p, 50000, 443);
}

static void
neighbour(void)
{
	fv_packet_ipv6(&p, NULL);
	fv_packet_icmp(&p, 136, 0);
	fv_packet_payload(&p, 24);
}

static void
redirect(void)
{
	fv_packet_ipv6(&p, NULL);
	fv_packet_icmp(&p, 137, 0);
	fv_packet_payload(&p, 40);
}

static void
echo(void)
{
	fv_packet_ipv4(&p, NULL);
	fv_packet_icmp(&p, 8, 0);
	fv_packet_payload(&p, 56);
	fv_packet_pad(&p, 110);
}

static const struct {
	const char *name;
	void (*build)(void);
} seeds[] = {
	{ "tcp-options", tcp_options },
	{ "ipv4-options", ipv4_options },
	{ "extensions", extensions },
	{ "jumbogram", jumbogram },
	{ "quote-ipv4", quote_ipv4 },
	{ "quote-ipv6", quote_ipv6 },
	{ "neighbour", neighbour },
	{ "redirect", redirect },
	{ "echo", echo },
};

int
main(int argc, char **argv)
{
	static const uint8_t head[4];
	char path[4096];
	FILE *file;
	size_t i;

	if (argc != 2) {
		(void)fprintf(stderr, "usage: seed_layers DIRECTORY\n");
		return 2;
	}
	for (i = 0; i < FV_COUNT(seeds); i++) {
		fv_packet_start(&p);
		fv_packet_ethernet(&p);
		seeds[i].build();
		fv_packet_finish(&p);
		(void)snprintf(
		    path, sizeof(path), "%s/%s", argv[1], seeds[i].name);
		if ((file = fopen(path, "wb")) == NULL ||
		    fwrite(head, sizeof(head), 1, file) != 1 ||
		    fwrite(p.bytes, p.length, 1, file) != 1 ||
		    fclose(file) != 0) {
			perror(path);
			return 1;
		}
	}
	return 0;
}
