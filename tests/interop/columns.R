# The lines of columns.py --saturated, as R's hdf5r sees a dataset.
#
#	Rscript columns.R DATASET
suppressPackageStartupMessages({
	library(hdf5r)
	library(bit64)
})
modulus <- 65521L

line <- function(name, values) {
	n <- length(values)
	if (is.character(values)) {
		ends <- if (n) paste0('"', values[c(1, n)], '"') else c("-", "-")
		return(c(name, n, sum(nchar(values)), ends))
	}
	if (n == 0) return(c(name, 0, 0, "-", "-"))
	rest <- if (is.integer64(values)) as.numeric(values %% as.integer64(modulus)) else values %% modulus
	rest[rest < 0] <- rest[rest < 0] + modulus
	text <- function(x) if (is.integer64(x)) as.character(x) else format(x, scientific = FALSE)
	c(name, n, format(sum(rest), scientific = FALSE), text(min(values)), text(max(values)))
}

file <- H5File$new(commandArgs(trailingOnly = TRUE)[1], mode = "r")
for (table in sort(names(file), method = "radix"))
	for (column in sort(names(file[[table]]), method = "radix"))
		cat(paste(line(paste0(table, "/", column), file[[table]][[column]][]), collapse = " "), "\n", sep = "")
file$close_all()
