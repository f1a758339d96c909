#!/usr/bin/python3
"""Hold a report against its dataset, by counting the rows another way.

Usage: report_oracle.py DATASET REPORT.json

Counts again, row by row from the columns: protocols (R02), outbound bytes by
host (R06), destination ports (R09), and the slides' lines of R01.  Every row of
those tables has to agree, and rows that the report left out must be no larger
than the last one shown.
"""
import collections
import json
import sys

import h5py

OUTBOUND = 1


def section(report, name):
    return next(s for s in report["sections"] if s["id"] == name)


def table(report, name, which):
    return next(t for t in section(report, name)["tables"]
                if t["name"] == which)["rows"]


def fact(report, name, which):
    return next(f for f in section(report, name)["facts"]
                if f["name"] == which)["value"]


def equal(what, ours, theirs):
    if ours != theirs:
        sys.exit(f"{what}: counted {ours}, the report says {theirs}")


def check_observations(report, captures):
    read = int(captures["packets_read"].sum())
    names = ["slides_not_ipv4", "slides_fragmented", "slides_too_short",
             "slides_incomplete"]
    equal("packets read", read, fact(report, "R01", "packets_read"))
    for name, row in zip(names, table(report, "R01", "slides")):
        equal(name, (int(captures[name].sum()), read),
              (row["packets"], row["share"]["whole"]))


def check_protocols(report, flows):
    packets, records = collections.Counter(), collections.Counter()
    for protocol, n in zip(flows["protocol"], flows["packets"]):
        packets[int(protocol)] += int(n)
        records[int(protocol)] += 1
    rows = table(report, "R02", "protocols")
    equal("protocols", len(packets), len(rows))
    for row in rows:
        equal(f"protocol {row['number']}",
              (records[row["number"]], packets[row["number"]],
               sum(packets.values())),
              (row["records"], row["packets_share"]["part"],
               row["packets_share"]["whole"]))


def check_volumes(report, flows, address):
    sent = collections.Counter()
    known = OUTBOUND in flows["direction"]  # else all sources are ranked
    for direction, source, n in zip(flows["direction"], flows["source"],
                                    flows["bytes"]):
        if direction == OUTBOUND or not known:
            sent[address[source]] += int(n)
    rows = table(report, "R06", "hosts")
    equal("bytes by rank", sorted(sent.values(), reverse=True)[:len(rows)],
          [row["bytes"] for row in rows])
    for row in rows:
        equal(f"rank {row['rank']}", sent[row["host"]["label"]], row["bytes"])
    equal("bytes sent", sum(sent.values()), fact(report, "R06", "bytes"))


def check_ports(report, flows, direction, which):
    counts = collections.Counter()
    total = 0
    for way, protocol, port, fragment in zip(
            flows["direction"], flows["protocol"], flows["destination_port"],
            flows["fragment"]):
        if direction in (None, way):
            total += 1
            if protocol in (6, 17) and fragment != 2:
                counts[("TCP" if protocol == 6 else "UDP", int(port))] += 1
    rows = table(report, "R09", f"ports_{which}")
    for row in rows:
        equal(f"{row['protocol']} {row['port']} {which}",
              (counts.pop((row["protocol"], row["port"])), total),
              (row["records"], row["share"]["whole"]))
    if counts and max(counts.values()) > rows[-1]["records"]:
        sys.exit(f"ports {which}: a larger one was left out")


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: report_oracle.py DATASET REPORT.json")
    with h5py.File(sys.argv[1], "r") as dataset:
        flows = {n: column[:].tolist()
                 for n, column in dataset["flows"].items()}
        captures = {n: column[:] for n, column in dataset["captures"].items()}
        address = [a.decode() for a in dataset["hosts/address"][:]]
    with open(sys.argv[2], encoding="utf-8") as file:
        report = json.load(file)
    check_observations(report, captures)
    check_protocols(report, flows)
    check_volumes(report, flows, address)
    check_ports(report, flows, OUTBOUND, "outbound")
    check_ports(report, flows, None, "all")


if __name__ == "__main__":
    main()
