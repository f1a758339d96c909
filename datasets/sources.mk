DATASETS := \
	datasets/chunk.c \
	datasets/container.c \
	datasets/counters.c \
	datasets/deflate.c \
	datasets/describe.c \
	datasets/fetch.c \
	datasets/hosts.c \
	datasets/info.c \
	datasets/layout.c \
	datasets/packing.c \
	datasets/reader.c \
	datasets/root.c \
	datasets/schema.c \
	datasets/shuffle.c \
	datasets/sink.c \
	datasets/writer.c
