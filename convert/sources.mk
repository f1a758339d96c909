CONVERT := \
	convert/decode.c \
	convert/decode_ip.c \
	convert/decode_link.c \
	convert/decode_transport.c \
	convert/slides_counters.c
