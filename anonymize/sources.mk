ANONYMIZE := \
	anonymize/address_class.c \
	anonymize/cryptopan.c \
	anonymize/key.c \
	anonymize/key_file.c \
	anonymize/networks.c \
	anonymize/packet_frame.c \
	anonymize/packet_names.c \
	anonymize/packet_transport.c \
	anonymize/packets.c \
	anonymize/population.c \
	anonymize/publisher.c \
	anonymize/vlan.c
