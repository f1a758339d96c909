#include "tests/unit/suites.h"

#include <string.h>

#include "convert/layers.h"
#include "tests/capgen/packet.h"

static struct fv_packet p;
static struct fv_raw_layers layers;

/* Read ${p}, with all of ${layers} set to something else before. */
static bool
read_packet(void)
{
	struct fv_frame frame = fv_packet_frame(&p);

	memset(&layers, 0xa5, sizeof(layers));
	return fv_layers_read(&frame, &layers);
}

static void
lengths_are_told_of_each_layer(void)
{
	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_vlan(&p, 0x8100, 0x6007);
	fv_packet_ipv4(&p, NULL);
	fv_packet_tcp(&p, 40001, 443, FV_PACKET_SYN, NULL, 0);
	fv_packet_payload(&p, 100);
	fv_packet_finish(&p);
	CU_ASSERT_TRUE(read_packet());
	CU_ASSERT_EQUAL(layers.link_length, 18);
	CU_ASSERT_EQUAL(layers.length, 140);
	CU_ASSERT_EQUAL(layers.reach, 18 + 20 + 20);
	CU_ASSERT_EQUAL(layers.ip.payload, 120);
	CU_ASSERT_TRUE(layers.has_ethernet);
	CU_ASSERT_EQUAL(layers.ethernet.ntags, 1);
	CU_ASSERT_EQUAL(layers.ethernet.tag[0].identifier, 7);
	CU_ASSERT_EQUAL(layers.transport.kind, FV_TRANSPORT_TCP);
	CU_ASSERT_EQUAL(layers.transport.captured, 20);
	CU_ASSERT_EQUAL(layers.transport.tcp.window, 64240);
	CU_ASSERT_FALSE(layers.has_quote);
}

static void
a_length_that_the_frame_does_not_have_is_not_believed(void)
{
	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, NULL);
	fv_packet_tcp(&p, 40001, 443, FV_PACKET_SYN, NULL, 0);
	fv_packet_finish(&p);
	fv_packet_put16(&p, p.ip + 2, 4148);
	CU_ASSERT_TRUE(read_packet());
	CU_ASSERT_EQUAL(layers.ip.length, 4148);
	CU_ASSERT_EQUAL(layers.ip.payload, 20);
}

static void
allowed_tcp_options_are_told_by_their_places(void)
{
	static const uint8_t options[] = { 1, 2, 4, 5, 180, 4, 2, 8, 10, 1, 2,
		3, 4, 5, 6, 7, 8, 3, 3, 9, 0, 77, 77, 77 };

	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, NULL);
	fv_packet_tcp(&p, 1, 2, FV_PACKET_SYN, options, sizeof(options));
	fv_packet_finish(&p);
	CU_ASSERT_TRUE(read_packet());
	CU_ASSERT_EQUAL(layers.transport.tcp.options_length, 24);
	CU_ASSERT_EQUAL(layers.transport.tcp.mss_at, 1);
	CU_ASSERT_EQUAL(layers.transport.tcp.mss, 1460);
	CU_ASSERT_EQUAL(layers.transport.tcp.sack_permitted_at, 5);
	CU_ASSERT_EQUAL(layers.transport.tcp.window_scale_at, 17);
	CU_ASSERT_EQUAL(layers.transport.tcp.window_scale, 9);
	CU_ASSERT_EQUAL(layers.transport.tcp.end_at, 20);
}

static void
ipv4_options_are_told_by_their_places(void)
{
	static const uint8_t options[] = { 1, 148, 4, 0, 0, 0, 9, 9 };
	const struct fv_packet_ip ip = { .options = options,
		.options_length = sizeof(options) };

	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, &ip);
	fv_packet_protocol(&p, 2);
	fv_packet_payload(&p, 8);
	fv_packet_finish(&p);
	CU_ASSERT_TRUE(read_packet());
	CU_ASSERT_EQUAL(layers.ip.options_length, 8);
	CU_ASSERT_EQUAL(layers.ip.alert_at, 1);
	CU_ASSERT_EQUAL(layers.ip.end_at, 5);
	CU_ASSERT_EQUAL(layers.transport.kind, FV_TRANSPORT_NONE);
	CU_ASSERT_EQUAL(layers.reach, 14 + 28);
}

static void
a_quote_is_read_to_eight_bytes_of_transport(void)
{
	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, NULL);
	fv_packet_icmp(&p, 3, 4);
	fv_packet_ipv4(&p, &(struct fv_packet_ip){ .source = 9 });
	fv_packet_tcp(&p, 40001, 443, FV_PACKET_ACK, NULL, 0);
	fv_packet_payload(&p, 100);
	fv_packet_finish(&p);
	CU_ASSERT_TRUE(read_packet());
	CU_ASSERT_TRUE(layers.has_quote);
	CU_ASSERT_EQUAL(layers.quoted_ip.source.octet[15], 9);
	CU_ASSERT_EQUAL(layers.quoted_transport.kind, FV_TRANSPORT_TCP);
	CU_ASSERT_EQUAL(layers.quoted_transport.captured, 8);
	CU_ASSERT_EQUAL(layers.quoted_transport.source_port, 40001);
	CU_ASSERT_EQUAL(layers.reach, 14 + 20 + 8 + 20 + 8);
}

static void
a_quote_that_is_not_whole_is_none(void)
{
	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_ipv4(&p, NULL);
	fv_packet_icmp(&p, 11, 0);
	fv_packet_payload(&p, 19);
	fv_packet_finish(&p);
	fv_packet_put8(&p, p.transport + 8, 0x45);
	CU_ASSERT_TRUE(read_packet());
	CU_ASSERT_FALSE(layers.has_quote);
	CU_ASSERT_EQUAL(layers.reach, 14 + 20 + 8);
}

static void
what_is_not_ip_is_not_read(void)
{
	fv_packet_start(&p);
	fv_packet_ethernet(&p);
	fv_packet_ethertype(&p, 0x0806);
	fv_packet_payload(&p, 28);
	CU_ASSERT_FALSE(read_packet());
}

CU_TestInfo suite_layers[] = {
	{ "lengths are told of each layer", lengths_are_told_of_each_layer },
	{ "a length that the frame does not have is not believed",
	    a_length_that_the_frame_does_not_have_is_not_believed },
	{ "allowed TCP options are told by their places",
	    allowed_tcp_options_are_told_by_their_places },
	{ "IPv4 options are told by their places",
	    ipv4_options_are_told_by_their_places },
	{ "a quote is read to eight bytes of transport",
	    a_quote_is_read_to_eight_bytes_of_transport },
	{ "a quote that is not whole is none",
	    a_quote_that_is_not_whole_is_none },
	{ "what is not IP is not read", what_is_not_ip_is_not_read },
	CU_TEST_INFO_NULL,
};
