#!/usr/bin/python3
"""Hold an exported IPFIX file against its dataset.

Usage: ipfix_oracle.py DATASET FILE.ipfix

The file is read twice: by a reader that knows RFC 7011 and no template of
ours, whose every record is compared with h5py's, times to the nanosecond and
anonymization records (RFC 6235) among them; and by tshark, whose values in
their order have to be the same.  Of biflows, reverse elements are those of RFC
5103.
"""
import collections
import ipaddress
import struct
import subprocess
import sys

import h5py

NONE = 0xffffffff
NTP_1970 = 2208988800
REVERSE = 29305  # the enterprise number of reverse elements, bit 15
TECHNIQUES = {None: 1, "binning": 3, "permutation": 5,
              "prefix-preserving pseudonymization": 6}
STABILITIES = {None: 0, "session": 1, "stable": 3}

# Elements of IANA, and the column of /flows or of /hosts that they tell.
ELEMENTS = {8: "source", 27: "source", 12: "destination", 28: "destination",
            7: "source_port", 11: "destination_port", 4: "protocol",
            176: "icmp_type", 178: "icmp_type", 177: "icmp_code",
            179: "icmp_code", 6: "tcp_flags", 2: "packets", 1: "bytes",
            352: "link_bytes",
            136: "end_reason", 239: "biflow_direction", 58: "vlan", 192: "ttl", 61: "direction"}
TIMES = {156: "start_time", 157: "duration"}
TSHARK = {"cflow.octets": "bytes", "cflow.packets": "packets",
          "cflow.srcport": "source_port", "cflow.dstport": "destination_port",
          "cflow.protocol": "protocol", "cflow.tcpflags": "tcp_flags"}


def sets(data):
    """(set id, its bytes) of all messages; checks lengths and sequence."""
    at = records = 0
    while at < len(data):
        version, length, export, sequence, domain = struct.unpack_from(
            ">HHIII", data, at)
        assert (version, domain) == (10, 1) and length >= 16
        assert sequence == records, f"sequence {sequence}, not {records}"
        end, inner = at + length, at + 16
        while inner < end:
            number, size = struct.unpack_from(">HH", data, inner)
            assert size >= 4 and inner + size <= end
            got = yield number, data[inner + 4:inner + size], export
            records += got
            inner += size
        assert inner == end
        at = end
    assert at == len(data)


def templates(data, options):
    at = 0
    while at < len(data):
        number, count = struct.unpack_from(">HH", data, at)
        at += 6 if options else 4
        fields = []
        for _ in range(count):
            element, length = struct.unpack_from(">HH", data, at)
            at += 4
            if element & 0x8000:
                enterprise, = struct.unpack_from(">I", data, at)
                assert enterprise == REVERSE
                at += 4
            fields.append((element, length))
        yield number, fields


def read(data):
    """(template, export time, [(element, bytes)]) of each data record, and
    the templates."""
    known, records = {}, []
    walk = sets(data)
    got = None
    while True:
        try:
            number, body, export = walk.send(got)
        except StopIteration:
            return records, known
        got = 0
        if number in (2, 3):
            known.update(templates(body, number == 3))
            continue
        fields = known[number]
        size = sum(length for _, length in fields)
        assert len(body) % size == 0, "padding, or a broken set"
        for at in range(0, len(body), size):
            record = []
            for element, length in fields:
                record.append((element, body[at:at + length]))
                at += length
            records.append((number, export, record))
            got += 1


def nanoseconds(octets):
    seconds, fraction = struct.unpack(">II", octets)
    return (seconds - NTP_1970) * 10**9 + (fraction * 10**9 >> 32)


def port_of(flows, row):
    """SiLK has type and code of ICMP where others have a port."""
    if flows["protocol"][row] in (1, 58):
        return flows["icmp_type"][row] * 256 + flows["icmp_code"][row]
    return flows["destination_port"][row]


def compare_times(row, known, export, flows, way, bit):
    start = nanoseconds(known.pop(bit | 156))
    end = nanoseconds(known.pop(bit | 157))
    assert start == flows[way + "start_time"][row], f"row {row}: {way}start"
    assert end - start == flows[way + "duration"][row], \
        f"row {row}: {way}duration"
    assert export * 10**9 >= end, f"row {row}: exported before its end"


def compare(row, record, export, flows, address):
    known = dict(record)
    compare_times(row, known, export, flows, "", 0)
    reverse = flows.get("reverse_packets", {})
    assert (0x8000 | 2 in known) == bool(reverse and reverse[row]), \
        f"row {row}: the way back"
    if 0x8000 | 156 in known:
        compare_times(row, known, export, flows, "reverse_", 0x8000)
    direction = flows["direction"][row]
    assert (61 in known) == (direction in (1, 2)), f"row {row}: direction"
    for element, octets in known.items():
        way = "reverse_" if element & 0x8000 else ""
        name = way + ELEMENTS[element & 0x7fff]
        value = flows[name][row]
        if name in ("source", "destination"):
            theirs, value = str(ipaddress.ip_address(octets)), address[value]
        else:
            theirs = int.from_bytes(octets, "big")
            if name.endswith("link_bytes"):
                value += flows[way + "bytes"][row]
            elif name == "destination_port":
                value = port_of(flows, row)
            elif name == "direction":
                value = {1: 1, 2: 0}[value]  # egress, ingress
        assert theirs == value, f"row {row}: {name} {theirs}, not {value}"


def check_anonymization(records, known, dataset):
    said = {}
    for fields in records:
        told = {i: int.from_bytes(octets, "big") for i, octets in fields}
        assert told.get(346, 0) in (0, REVERSE)
        element = told[303] | (0x8000 if told.get(346) else 0)
        said[told[145], element] = (told[286], told[285])
    for template, fields in known.items():
        if 145 in dict(fields):
            continue
        for element, _ in fields:
            name = ELEMENTS.get(element & 0x7fff, TIMES.get(element & 0x7fff))
            name = "reverse_" + name if element & 0x8000 else name
            column = dataset["hosts/address"] if name in (
                "source", "destination") else dataset.get(f"flows/{name}")
            word = column.attrs.get("anonymization_technique") if column else None
            stability = column.attrs.get("anonymization_stability") if column else None
            wanted = TECHNIQUES[word], STABILITIES[stability]
            assert said.pop((template, element)) == wanted, f"{template}: {name}"
    assert not said, "anonymization of what is not there"


def check_tshark(path, flows):
    command = ["tshark", "-r", path, "-T", "fields", "-E", "aggregator=,"]
    for field in TSHARK:
        command += ["-e", field]
    lines = subprocess.run(command, check=True, capture_output=True, text=True,
                           timeout=300).stdout.splitlines()
    theirs = collections.defaultdict(list)
    for line in lines:
        for field, values in zip(TSHARK, line.split("\t")):
            theirs[field] += [int(v, 0) for v in values.split(",") if v]
    rows = range(len(flows["bytes"]))
    wanted = {**flows, "destination_port": [port_of(flows, r) for r in rows]}
    reverse = flows.get("reverse_packets")
    for name in TSHARK.values() if reverse else ():
        if "reverse_" + name in flows:  # tshark has one field for both ways
            wanted[name] = [
                v for r in rows for v in [flows[name][r]] + (
                    [flows["reverse_" + name][r]] if reverse[r] else [])]
    for field, name in TSHARK.items():
        assert theirs[field] == wanted[name], f"tshark: {field} is not {name}"
    return len(lines)


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: ipfix_oracle.py DATASET FILE.ipfix")
    with open(sys.argv[2], "rb") as file:
        records, known = read(file.read())
    with h5py.File(sys.argv[1]) as dataset:
        flows = {n: c[:].tolist() for n, c in dataset["flows"].items()}
        address = [a.decode() for a in dataset["hosts/address"][:]]
        options = [r for _, _, r in records if 145 in dict(r)]
        data = [(e, r) for _, e, r in records if 145 not in dict(r)]
        check_anonymization(options, known, dataset)
    rows = len(flows["bytes"])
    assert len(data) == rows, f"{len(data)} records, not {rows}"
    for row, (export, record) in enumerate(data):
        compare(row, record, export, flows, address)
    messages = check_tshark(sys.argv[2], flows)
    print(f"{rows} records in {messages} messages are the dataset's, by RFC 7011 "
          f"and by tshark")


if __name__ == "__main__":
    main()
