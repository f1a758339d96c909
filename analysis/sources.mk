ANALYSIS := \
	analysis/analysis.c \
	analysis/destination_shape.c \
	analysis/destinations.c \
	analysis/host_ports.c \
	analysis/host_protocols.c \
	analysis/join.c \
	analysis/loudest.c \
	analysis/names.c \
	analysis/observations.c \
	analysis/port_profile.c \
	analysis/port_zero.c \
	analysis/ports.c \
	analysis/protocols.c \
	analysis/registry.c \
	analysis/report_json.c \
	analysis/report_text.c \
	analysis/result.c \
	analysis/scan.c \
	analysis/service_table.c \
	analysis/services.c \
	analysis/signatures.c \
	analysis/source_ports.c \
	analysis/sources.c \
	analysis/tally.c \
	analysis/textbuf.c \
	analysis/volumes.c \
	analysis/wording.c
