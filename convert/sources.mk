CONVERT := \
	convert/capture.c \
	convert/capture_interface.c \
	convert/capture_pcap.c \
	convert/capture_pcapng.c \
	convert/linktype.c \
	convert/source.c
