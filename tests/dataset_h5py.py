#!/usr/bin/python3
"""Check a dataset against its schema with h5py, and nothing of flowveil.

    dataset_h5py.py DATASET SCHEMA.json

SCHEMA.json is what `flowveil dataset schema --json` prints, or with --truth
for the truth beside a reference month.  Every table and
column must be as docs/dataset-format.md says; digests are computed anew;
row numbers must be in range.  Prints what is wrong; exit status 1 if
anything is, 2 on misuse.
"""

import hashlib
import json
import sys

import h5py
import numpy as np

DTYPES = {"uint8": "<u1", "uint16": "<u2", "uint32": "<u4", "uint64": "<u8",
          "int64": "<i8"}

faults = []


def expect(held, text):
    """Note a fault unless it held."""
    if not held:
        faults.append(text)
    return held


def attribute(where, name):
    """An attribute as Python has it, or None."""
    value = where.attrs.get(name)
    return value.item() if isinstance(value, np.generic) else value


def is_variable_utf8(where, name):
    """Whether an attribute is a scalar UTF-8 string of variable length."""
    held = where.attrs.get_id(name)
    kind = held.get_type()
    return (held.shape == () and isinstance(kind, h5py.h5t.TypeStringID)
            and kind.is_variable_str()
            and kind.get_cset() == h5py.h5t.CSET_UTF8)


def check_storage(path, dataset, column, rows, chunk_rows):
    """Rank, extent, type, chunks, filters and the object's own link."""
    expect(dataset.shape == (rows,), f"{path}: extent is not NROWS")
    expect(dataset.chunks == (chunk_rows,), f"{path}: chunks")
    plist = dataset.id.get_create_plist()
    filters = [plist.get_filter(i)[0] for i in range(plist.get_nfilters())]
    expect(filters == [h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_DEFLATE],
           f"{path}: filters are {filters}")
    expect(plist.get_external_count() == 0, f"{path}: external storage")
    kind = dataset.id.get_type()
    if column["type"] == "text":
        expect(isinstance(kind, h5py.h5t.TypeStringID)
               and not kind.is_variable_str()
               and kind.get_size() == column["size"]
               and kind.get_strpad() == h5py.h5t.STR_NULLPAD,
               f"{path}: is not text of {column['size']}")
    else:
        expect(dataset.dtype == np.dtype(DTYPES[column["type"]]),
               f"{path}: type is {dataset.dtype}")
    count = dataset.id.get_num_chunks()
    expect(count == -(-rows // chunk_rows), f"{path}: {count} chunks")
    for i in range(count):
        expect(dataset.id.get_chunk_info(i).filter_mask == 0,
               f"{path}: chunk {i} skips filters")


def check_attributes(path, dataset, column):
    """All that the schema says stands in the attributes, and no more."""
    wanted = {name: column[name] for name in (
        "units", "description", "valid_min", "valid_max", "refers_to",
        "missing_value", "anonymization_technique",
        "anonymization_stability") if column.get(name) is not None}
    for name, value in wanted.items():
        expect(attribute(dataset, name) == value, f"{path}: {name}")
        if isinstance(value, str) and name in dataset.attrs:
            expect(is_variable_utf8(dataset, name), f"{path}: {name}: type")
    if "flags" in column:
        values = [f["value"] for f in column["flags"]]
        meanings = [f["meaning"] for f in column["flags"]]
        expect(list(dataset.attrs.get("flag_values", [])) == values,
               f"{path}: flag_values")
        expect(str(attribute(dataset, "flag_meanings")).split() == meanings,
               f"{path}: flag_meanings")
        wanted.update(flag_values=0, flag_meanings=0)
    unknown = set(dataset.attrs) - set(wanted) - {"sha256", "chunk_sha256"}
    if "anonymization_technique" in dataset.attrs:
        unknown -= {"anonymization_parameters"}
    expect(not unknown, f"{path}: attributes {sorted(unknown)}")
    if "missing_value" in wanted:
        expect(dataset.fillvalue == wanted["missing_value"],
               f"{path}: fill value")


def check_values(path, values, column, rows):
    """Ranges and codes; ${rows} tells the rows of each table."""
    if column["type"] == "text" or len(values) == 0:
        return
    if "valid_max" in column:
        expect(values.min() >= 0 and values.max() <= column["valid_max"],
               f"{path}: values out of range")
    if "flags" in column:
        expect(np.isin(values, [f["value"] for f in column["flags"]]).all(),
               f"{path}: unknown codes")
    if "refers_to" in column:
        there = values[values != column["missing_value"]]
        expect((there < rows[column["refers_to"]]).all(),
               f"{path}: row numbers out of range")


def raw_bytes(dataset, column):
    """The values as they are digested."""
    if column["type"] != "text":
        return dataset[:].astype(dataset.dtype.newbyteorder("<")).tobytes()
    return np.array(dataset[:], dtype=f"S{column['size']}").tobytes()


def chunk_digests(raw, size):
    """The digests of chunks of so many bytes, one after the other."""
    return b"".join(hashlib.sha256(raw[i:i + size]).digest()
                    for i in range(0, len(raw), size))


def check_table(file, table, rows, chunk_rows, content):
    """A table with all its columns; adds to the content digest."""
    group = file[table["name"]]
    expect(attribute(group, "CLASS") == "COLUMN_TABLE", group.name)
    expect(attribute(group, "VERSION") == "1.0", group.name)
    expect(attribute(group, "TITLE") == table["title"], group.name)
    expect(group.attrs["NROWS"].dtype == np.dtype("<u8"),
           f"{group.name}: NROWS is not uint64")
    names = [c["name"] for c in table["columns"]]
    expect(list(group.attrs["column-order"]) == names,
           f"{group.name}: column-order")
    for column in table["columns"]:
        path = f"{table['name']}/{column['name']}"
        link = file.get(path, getlink=True)
        if not expect(isinstance(link, h5py.HardLink), f"{path}: missing"):
            continue
        dataset = file[path]
        check_storage(path, dataset, column, rows[table["name"]], chunk_rows)
        check_attributes(path, dataset, column)
        check_values(path, dataset[:], column, rows)
        chunks = chunk_digests(raw_bytes(dataset, column), column["size"] * chunk_rows)
        expect(bytes(dataset.attrs.get("chunk_sha256", b"")) == chunks,
               f"{path}: chunk_sha256")
        digest = hashlib.sha256(chunks).hexdigest()
        expect(attribute(dataset, "sha256") == digest, f"{path}: sha256")
        content.update(f"{path} {digest}\n".encode())


def check_hosts(file):
    """The three forms of an address agree."""
    import ipaddress
    hosts = file["hosts"]
    for text, high, low, version in zip(
            hosts["address"].asstr()[:], hosts["address_high"][:],
            hosts["address_low"][:], hosts["ip_version"][:]):
        number = int(high) << 64 | int(low)
        address = ipaddress.IPv6Address(number)
        if version == 4:
            address = address.ipv4_mapped
        if not expect(str(address) == text, "hosts: address forms differ"):
            return


def main():
    """Check, print the faults, and return the exit status."""
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    with open(sys.argv[2], encoding="utf-8") as source:
        schema = json.load(source)
    content = hashlib.sha256()
    with h5py.File(sys.argv[1], "r") as file:
        version = schema["version_attribute"]
        expect(attribute(file, version) == schema["format_version"], version)
        rows = {t["name"]: int(file[t["name"]].attrs["NROWS"])
                for t in schema["tables"]}
        mode = file.attrs.get("record_mode")
        for table in schema["tables"]:
            table["columns"] = [c for c in table["columns"]
                                if c.get("record_mode", mode) == mode]
            check_table(file, table, rows, schema["chunk_rows"], content)
        if "hosts" in rows:
            check_hosts(file)
        expect(attribute(file, "content_digest") == content.hexdigest(),
               "content_digest")
    for fault in faults:
        print(fault)
    if not faults:
        print("good:", ", ".join(f"{n} {t}" for t, n in rows.items()))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
