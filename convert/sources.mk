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
	convert/harvest.c \
	convert/harvest_block.c \
	convert/harvest_frame.c \
	convert/harvest_icmp.c \
	convert/harvest_names.c \
	convert/inputs.c \
	convert/linktype.c \
	convert/pipeline.c \
	convert/provenance.c \
	convert/slides_counters.c \
	convert/source.c \
	convert/stream.c \
	convert/unpack.c
