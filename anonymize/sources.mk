ANONYMIZE := \
	anonymize/address_class.c \
	anonymize/cryptopan.c \
	anonymize/key.c \
	anonymize/key_file.c \
	anonymize/networks.c \
	anonymize/population.c \
	anonymize/publisher.c \
	anonymize/vlan.c
