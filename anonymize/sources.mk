ANONYMIZE := \
	anonymize/address_class.c \
	anonymize/cryptopan.c \
	anonymize/key.c \
	anonymize/key_destroy.c \
	anonymize/key_file.c \
	anonymize/key_import.c \
	anonymize/key_wrap.c \
	anonymize/networks.c \
	anonymize/population.c \
	anonymize/publisher.c \
	anonymize/vlan.c
