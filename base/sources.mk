BASE := \
	base/digest.c \
	base/err.c \
	base/hash.c \
	base/hashmap.c \
	base/intern.c \
	base/memory.c \
	base/outfile.c \
	base/workers.c
