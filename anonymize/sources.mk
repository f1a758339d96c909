ANONYMIZE := \
	anonymize/address_class.c \
	anonymize/address_rules.c \
	anonymize/aes.c \
	anonymize/audit_mapping.c \
	anonymize/cryptopan.c \
	anonymize/ipcrypt_pfx.c \
	anonymize/key.c \
	anonymize/key_destroy.c \
	anonymize/key_file.c \
	anonymize/key_import.c \
	anonymize/key_wrap.c \
	anonymize/mapping.c \
	anonymize/networks.c \
	anonymize/originals.c \
	anonymize/population.c \
	anonymize/prefix_tree.c \
	anonymize/publisher.c \
	anonymize/traces.c \
	anonymize/traces_scan.c \
	anonymize/traces_text.c \
	anonymize/vlan.c
