#!/usr/bin/python3
"""Writing and reading a dataset of ten million rows, beside h5py.

Usage: dataset_rate.py [MILLION_ROWS]

bench_writer (its path is in BENCH_WRITER) writes made-up flow records, reads
them again, and says how fast.  Then h5py reads the same file and writes the
same columns with shuffle and its own gzip 4, one column at a time.  Megabytes
are those of the columns' values, a second is one of a processor.
"""
import os
import re
import subprocess
import sys
import tempfile
import time

import h5py

LIMIT = 1.05  # of the size with gzip 4


def ours(rows, path):
    """Bytes of columns per processor second, written and read."""
    text = subprocess.run([os.environ["BENCH_WRITER"], str(rows), path],
                          check=True, capture_output=True, text=True).stdout
    print(text, end="")
    written = re.search(r"^1 thread.*processor (\d+) ns", text, re.M)
    read = re.search(r"^read.*processor (\d+) ns", text, re.M)
    with h5py.File(path) as f:
        width = sum(c.dtype.itemsize for c in f["flows"].values())
    return [width * 1e9 / int(m.group(1)) for m in (written, read)]


def theirs(path, copy):
    """The same of h5py, and the bytes of the columns it wrote and found."""
    written = read = size = found = n = 0
    with h5py.File(path) as f, h5py.File(copy, "w") as g:
        for name, column in f["flows"].items():
            start = time.process_time()
            values = column[:]
            read += time.process_time() - start
            start = time.process_time()
            made = g.create_dataset(name, data=values, chunks=column.chunks,
                                    shuffle=True, compression="gzip",
                                    compression_opts=4)
            g.flush()
            written += time.process_time() - start
            size += made.id.get_storage_size()
            found += column.id.get_storage_size()
            n += values.nbytes
    return n / written, n / read, size, found


def main():
    rows = int(float(sys.argv[1]) * 1e6) if len(sys.argv) > 1 else 10**7
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/bench.h5"
        write, read = ours(rows, path)
        h5py_write, h5py_read, size, found = theirs(path, f"{folder}/copy.h5")
    print(f"{'':22} {'ours':>8} {'h5py, gzip 4':>12} {'ratio':>6}")
    for name, a, b in (("write, MB per CPU s", write / 1e6, h5py_write / 1e6),
                       ("read, MB per CPU s", read / 1e6, h5py_read / 1e6),
                       ("columns in file, MB", found / 1e6, size / 1e6)):
        print(f"{name:22} {a:8.1f} {b:12.1f} {a / b:6.2f}")
    if found > LIMIT * size:
        print(f"the columns take {found / size:.4f} times those of gzip 4; "
              f"{LIMIT} is wanted")


if __name__ == "__main__":
    main()
