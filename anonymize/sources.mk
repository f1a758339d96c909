ANONYMIZE := \
	anonymize/address_class.c \
	anonymize/address_rules.c \
	anonymize/aes.c \
	anonymize/cryptopan.c \
	anonymize/ipcrypt_pfx.c \
	anonymize/key.c \
	anonymize/key_file.c \
	anonymize/mapping.c \
	anonymize/networks.c \
	anonymize/packet_frame.c \
	anonymize/packet_names.c \
	anonymize/packet_transport.c \
	anonymize/packets.c \
	anonymize/population.c \
	anonymize/prefix_tree.c \
	anonymize/publisher.c \
	anonymize/vlan.c
