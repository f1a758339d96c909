#!/usr/bin/python3
"""The lines of columns.py for columns of numbers, as netCDF's ncdump sees a
dataset.  netCDF 4.9.0 crashes on the values of text columns, so none is asked
for.

	netcdf_columns.py DATASET
"""
import re
import subprocess
import sys

MODULUS = 65521
# ncdump writes "_" for what netCDF would fill a variable of the type with.
FILL = {"ubyte": 2**8 - 1, "ushort": 2**16 - 1, "uint": 2**32 - 1,
        "uint64": 2**64 - 2, "int64": -2**63 + 2}


def dump(*arguments):
    return subprocess.run(["ncdump", *arguments], check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def numeric_columns(path):
    group = None
    for line in dump("-h", path).splitlines():
        if m := re.match(r"group: (\w+) {", line):
            group = m[1]
        elif m := re.match(r"\s+(u?(?:byte|short|int|int64))\s+(\w+)\(", line):
            yield f"{group}/{m[2]}", m[1]


def main():
    path = sys.argv[1]
    kinds = dict(numeric_columns(path))
    columns = sorted(kinds)
    text = dump("-v", ",".join("/" + c for c in columns), path)
    values, group = {}, None
    for part in re.finditer(r"group: (\w+) {|^\s+(\w+) =\s([-_\d,\s]*);", text, re.M):
        if part[1]:
            group = part[1]
        else:
            name = f"{group}/{part[2]}"
            words = [w for w in re.split(r"[,\s]+", part[3]) if w]
            values[name] = [FILL[kinds[name]] if w == "_" else int(w) for w in words]
    for name in columns:
        v = values.get(name, [])
        print(name, len(v), sum(x % MODULUS for x in v),
              *((min(v), max(v)) if v else ("-", "-")))


main()
