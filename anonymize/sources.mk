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
	anonymize/policy.c \
	anonymize/policy_apply.c \
	anonymize/policy_builtin.c \
	anonymize/policy_check.c \
	anonymize/policy_file.c \
	anonymize/policy_rules.c \
	anonymize/policy_values.c \
	anonymize/population.c \
	anonymize/prefix_tree.c \
	anonymize/publisher.c \
	anonymize/vlan.c
