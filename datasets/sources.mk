DATASETS := \
	datasets/counters.c \
	datasets/hosts.c
