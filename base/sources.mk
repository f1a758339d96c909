BASE := \
	base/buffer.c \
	base/compressed.c \
	base/digest.c \
	base/digits.c \
	base/err.c \
	base/fill.c \
	base/hash.c \
	base/hashmap.c \
	base/intern.c \
	base/memory.c \
	base/outdir.c \
	base/outfile.c \
	base/sandbox.c \
	base/sandbox_filter.c \
	base/secret.c \
	base/utf8.c \
	base/workers.c
