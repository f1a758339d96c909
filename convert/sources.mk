CONVERT := \
	convert/flow_table.c \
	convert/pipeline.c \
	convert/provenance.c
