CLI := \
	cli/cmd_convert.c \
	cli/cmd_dataset.c \
	cli/cmd_generate.c \
	cli/cmd_key.c \
	cli/cmd_report.c \
	cli/convert_summary.c \
	cli/gnuplot.c \
	cli/key_source.c \
	cli/main.c \
	cli/options.c \
	cli/progress.c \
	cli/report_files.c
