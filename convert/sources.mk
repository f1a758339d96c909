CONVERT := \
	convert/capture.c \
	convert/capture_interface.c \
	convert/capture_pcap.c \
	convert/capture_pcapng.c \
	convert/decode.c \
	convert/decode_gre.c \
	convert/decode_ip.c \
	convert/decode_link.c \
	convert/decode_log.c \
	convert/decode_ppp.c \
	convert/decode_shim.c \
	convert/decode_transport.c \
	convert/decode_tunnel.c \
	convert/decode_wlan.c \
	convert/decoder.c \
	convert/flow_table.c \
	convert/fragments.c \
	convert/inputs.c \
	convert/linktype.c \
	convert/pipeline.c \
	convert/provenance.c \
	convert/slides_counters.c \
	convert/source.c \
	convert/stream.c \
	convert/unpack.c
