ANALYSIS := \
	analysis/analysis.c \
	analysis/join.c \
	analysis/names.c \
	analysis/observations.c \
	analysis/ports.c \
	analysis/protocols.c \
	analysis/registry.c \
	analysis/report_json.c \
	analysis/report_text.c \
	analysis/result.c \
	analysis/scan.c \
	analysis/textbuf.c \
	analysis/volumes.c \
	analysis/wording.c
