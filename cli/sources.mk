CLI := \
	cli/main.c \
	cli/address_text.c \
	cli/anonymize_addresses.c \
	cli/anonymize_summary.c \
	cli/cmd_anonymize.c \
	cli/cmd_convert.c \
	cli/cmd_dataset.c \
	cli/cmd_dataset_export.c \
	cli/cmd_dataset_merge.c \
	cli/cmd_dataset_package.c \
	cli/cmd_dataset_verify.c \
	cli/cmd_generate.c \
	cli/cmd_key.c \
	cli/cmd_report.c \
	cli/cmd_reveal.c \
	cli/convert_summary.c \
	cli/gnuplot.c \
	cli/key_source.c \
	cli/mapping_arguments.c \
	cli/options.c \
	cli/progress.c \
	cli/report_files.c \
	cli/revealer.c
