CONVERT := \
	convert/capture.c \
	convert/capture_interface.c \
	convert/capture_pcap.c \
	convert/capture_pcapng.c \
	convert/decode.c \
	convert/decode_ip.c \
	convert/decode_link.c \
	convert/decode_transport.c \
	convert/flow_table.c \
	convert/inputs.c \
	convert/layers.c \
	convert/layers_ip.c \
	convert/layers_transport.c \
	convert/linktype.c \
	convert/packet_pipeline.c \
	convert/packet_writer.c \
	convert/pipeline.c \
	convert/provenance.c \
	convert/slides_counters.c \
	convert/source.c \
	convert/stream.c \
	convert/unpack.c
