#!/usr/bin/python3
"""What other readers must find in a dataset, a line per column.

	columns.py [--saturated | --double] [--tables] DATASET

A line is "table/column rows checksum least greatest" for numbers, where the
checksum is the sum of each value's remainder by 65521, and "table/column rows
characters first last" for texts.  --saturated cuts 64-bit numbers at 2^63 - 1,
for readers that know signed ones only; --double rounds them to doubles,
likewise.  With --tables, h5py gives way to PyTables.
"""
import argparse
import json

import numpy as np

MODULUS = 65521


def number(value, like):
    """An exact integer of ${value} as a reader with ${like} sees it."""
    value = int(value)
    if like == "saturated":
        return min(value, (1 << 63) - 1)
    if like == "double":
        return int(float(value))
    return value


def line(name, values, like):
    if values.dtype.kind == "S":
        texts = [value.decode() for value in values]
        ends = [json.dumps(t) for t in (texts[0], texts[-1])] if texts else ["-", "-"]
        return [name, len(texts), sum(map(len, texts)), *ends]
    if len(values) == 0:
        return [name, 0, 0, "-", "-"]
    if like == "plain" or values.dtype.itemsize < 8:
        wide = values.astype(np.int64 if values.dtype.kind == "i" else np.uint64)
        checksum = (wide % wide.dtype.type(MODULUS)).sum(dtype=np.uint64)
        return [name, len(values), int(checksum), int(values.min()), int(values.max())]
    exact = [number(value, like) for value in values]
    return [name, len(exact), sum(v % MODULUS for v in exact), min(exact), max(exact)]


def with_h5py(path):
    import h5py
    with h5py.File(path, "r") as f:
        for table in sorted(f):
            for column in sorted(f[table]):
                yield f"{table}/{column}", f[table][column][:]


def with_pytables(path):
    import tables
    with tables.open_file(path, "r") as f:
        for group in sorted(f.list_nodes("/"), key=lambda g: g._v_name):
            for leaf in sorted(f.list_nodes(group), key=lambda n: n._v_name):
                yield f"{group._v_name}/{leaf._v_name}", leaf[:]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--saturated", action="store_const", dest="like", const="saturated")
    parser.add_argument("--double", action="store_const", dest="like", const="double")
    parser.add_argument("--tables", action="store_true")
    parser.add_argument("dataset")
    a = parser.parse_args()
    columns = with_pytables(a.dataset) if a.tables else with_h5py(a.dataset)
    for name, values in columns:
        print(*line(name, values, a.like or "plain"))


main()
