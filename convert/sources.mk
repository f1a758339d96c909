CONVERT := \
	convert/capture.c \
	convert/capture_interface.c \
	convert/capture_pcap.c \
	convert/capture_pcapng.c \
	convert/capture_search.c \
	convert/decode.c \
	convert/decode_ip.c \
	convert/decode_link.c \
	convert/decode_transport.c \
	convert/duplicates.c \
	convert/filter.c \
	convert/flow_table.c \
	convert/inputs.c \
	convert/linktype.c \
	convert/pipeline.c \
	convert/provenance.c \
	convert/slides_counters.c \
	convert/source.c \
	convert/stream.c \
	convert/timeline.c \
	convert/timeline_files.c \
	convert/track.c \
	convert/unpack.c
