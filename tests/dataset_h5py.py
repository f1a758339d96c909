#!/usr/bin/python3
"""Hold a dataset against the schema, with h5py and no code of ours.

Usage: dataset_h5py.py DATASET SCHEMA.json

SCHEMA.json is what `flowveil dataset schema --json` prints.  Checks that every
table and column is there with the type, storage and attributes of the schema,
in its order and nothing else; that values keep to their ranges and codes, and
row numbers to the tables that they refer to; and computes the digest of each
column and of the content again, as docs/dataset-format.md defines them.
"""
import hashlib
import json
import sys

import h5py
import numpy

TYPES = {"uint8": "|u1", "uint16": "<u2", "uint32": "<u4", "uint64": "<u8",
         "int64": "<i8"}


def require(condition, what):
    if not condition:
        sys.exit(f"dataset_h5py: {what}")


def check_storage(dataset, column, schema, where):
    kind = f"|S{column['size']}" if column["type"] == "text" \
        else TYPES[column["type"]]
    require(dataset.dtype.str == kind, f"{where}: type {dataset.dtype.str}")
    require(dataset.ndim == 1, f"{where}: rank {dataset.ndim}")
    require(dataset.chunks == (schema["chunk_rows"],),
            f"{where}: chunks {dataset.chunks}")
    require(dataset.compression == "gzip" and dataset.shuffle,
            f"{where}: not shuffled and deflated")
    require(dataset.external is None, f"{where}: stored outside the file")


def check_attributes(dataset, column, schema, where):
    attributes = dict(dataset.attrs)
    for name, value in (("units", column["units"]),
                        ("description", column["description"]),
                        ("refers_to", column["refers_to"]),
                        ("anonymization_technique", column["technique"]),
                        ("anonymization_stability", column["stability"])):
        require(attributes.get(name) == value, f"{where}: {name}")
    if column["refers_to"]:
        require(attributes["missing_value"] == schema["missing_row"],
                f"{where}: missing_value")
    if column["flags"]:
        require(list(attributes["flag_values"]) ==
                [f["value"] for f in column["flags"]], f"{where}: flag_values")
        require(attributes["flag_meanings"].split() ==
                [f["meaning"] for f in column["flags"]],
                f"{where}: flag_meanings")


def check_values(values, dataset, column, rows, missing, where):
    if column["refers_to"]:
        limit = rows[column["refers_to"]]
        require(((values < limit) | (values == missing)).all(),
                f"{where}: refers past the {limit} rows")
    if column["flags"]:
        codes = [f["value"] for f in column["flags"]]
        require(numpy.isin(values, codes).all(), f"{where}: unknown code")
    if "valid_max" in dataset.attrs and len(values):
        require(values.max() <= dataset.attrs["valid_max"] and
                values.min() >= dataset.attrs["valid_min"],
                f"{where}: out of range")


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: dataset_h5py.py DATASET SCHEMA.json")
    with open(sys.argv[2], encoding="utf-8") as file:
        schema = json.load(file)
    content = hashlib.sha256()
    columns = 0
    with h5py.File(sys.argv[1], "r") as file:
        require(file.attrs["FORMAT_VERSION"] == schema["format_version"],
                "FORMAT_VERSION")
        require(set(file) == {t["name"] for t in schema["tables"]}, "tables")
        rows = {t["name"]: int(file[t["name"]].attrs["NROWS"])
                for t in schema["tables"]}
        for table in schema["tables"]:
            group = file[table["name"]]
            names = [c["name"] for c in table["columns"]]
            require(group.attrs["CLASS"] == "COLUMN_TABLE" and
                    group.attrs["VERSION"] == "1.0" and
                    group.attrs["TITLE"] == table["title"],
                    f"/{table['name']}: table attributes")
            require(list(group.attrs["column-order"]) == names and
                    set(group) == set(names), f"/{table['name']}: columns")
            for column in table["columns"]:
                where = f"{table['name']}/{column['name']}"
                dataset = group[column["name"]]
                check_storage(dataset, column, schema, where)
                check_attributes(dataset, column, schema, where)
                values = dataset[:]
                require(len(values) == rows[table["name"]], f"{where}: rows")
                check_values(values, dataset, column, rows,
                             schema["missing_row"], where)
                digest = hashlib.sha256(values.tobytes()).hexdigest()
                require(dataset.attrs["sha256"] == digest, f"{where}: sha256")
                content.update(f"{where} {digest}\n".encode())
                columns += 1
        require(file.attrs["content_digest"] == content.hexdigest(),
                "content_digest")
    require(columns > 50, "hardly any columns")


if __name__ == "__main__":
    main()
