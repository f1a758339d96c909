#!/usr/bin/python3
"""Hold a report against its dataset, by counting the rows another way.

Usage: report_oracle.py DATASET REPORT.json

Counts again, row by row from the columns: protocols (R02), outbound bytes by
host (R06), destination ports (R09), source ports (R12), destinations by host
(R15), signatures (R23), and the slides' lines of R01.  Every row of those
tables has to agree, and rows that the report left out must be no larger than
the last one shown.
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


def outward(flows, internal):
    """The rows that count as sent outward, and whose source is ranked."""
    known = any(internal)
    return [(way == OUTBOUND or (not known and way == 0),
             not known or internal[source])
            for way, source in zip(flows["direction"], flows["source"])]


def check_volumes(report, flows, address, internal):
    """Internal hosts by what they sent outbound; where no record is outbound,
    or none of an internal host, whoever sent any."""
    known = OUTBOUND in flows["direction"]
    inside = known and any(internal[source] for way, source in zip(
        flows["direction"], flows["source"]) if way == OUTBOUND)
    sent, first = collections.Counter(), {}
    for way, source, start, n in zip(flows["direction"], flows["source"],
                                     flows["start_time"], flows["bytes"]):
        if (way == OUTBOUND or not known) and (internal[source] or not inside):
            sent[source] += int(n)
            first[source] = min(start, first.get(source, start))
    order = sorted(sent, key=lambda h: (-sent[h], first[h], h))
    rows = table(report, "R06", "hosts")
    equal("bytes by host", [(address[h], sent[h]) for h in order[:len(rows)]],
          [(row["host"]["label"], row["bytes"]) for row in rows])
    equal("hosts that sent", len(sent), fact(report, "R06", "hosts"))
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


def check_source_ports(report, flows):
    outbound = OUTBOUND in flows["direction"]  # else all records count
    counts, ssh, total = collections.Counter(), 0, 0
    for way, protocol, source, port, n in zip(
            flows["direction"], flows["protocol"], flows["source_port"],
            flows["destination_port"], flows["packets"]):
        if way == OUTBOUND or not outbound:
            total += int(n)
            if protocol in (6, 17) and source | port:
                counts[("TCP" if protocol == 6 else "UDP", source)] += int(n)
        ssh += int(n) if protocol == 6 and 22 in (source, port) else 0
    equal("SSH", (ssh, sum(flows["packets"])),
          tuple(fact(report, "R12", "ssh_all")[k] for k in ("part", "whole")))
    equal("source ports", len(counts), fact(report, "R12", "ports_used"))
    rows = table(report, "R12", "ports")
    for row in rows:
        equal(f"{row['protocol']} from {row['port']}",
              (counts.pop((row["protocol"], row["port"])), total),
              (row["packets"], row["share"]["whole"]))
    if counts and max(counts.values()) > rows[-1]["packets"]:
        sys.exit("source ports: a larger one was left out")


def check_destinations(report, flows, address, internal):
    """Returns the row of the host with most destinations."""
    met, first = collections.defaultdict(set), {}
    packets = collections.Counter()
    for (out, ranked), source, destination, start, n in zip(
            outward(flows, internal), flows["source"], flows["destination"],
            flows["start_time"], flows["packets"]):
        if out and ranked:
            met[source].add(destination)
            packets[source] += int(n)
            first[source] = min(start, first.get(source, start))
    order = sorted(met, key=lambda h: (-len(met[h]), first[h], h))
    rows = table(report, "R15", "hosts")
    equal("destinations by host",
          [(address[h], len(met[h]), packets[h]) for h in order[:len(rows)]],
          [(row["host"]["label"], row["destinations"], row["packets"])
           for row in rows])
    equal("hosts that sent", len(met), fact(report, "R15", "hosts"))
    equal("destinations of all", len(set().union(*met.values())),
          fact(report, "R15", "distinct"))
    return order[0]


def check_signatures(report, flows, internal, suspect):
    letters = "FSRPAUEC"
    counts = {"suspect": collections.Counter(), "all": collections.Counter()}
    for i, (out, _) in enumerate(outward(flows, internal)):
        if not out:
            continue
        protocol, port = flows["protocol"][i], flows["destination_port"][i]
        if protocol in (1, 58):
            port = flows["icmp_type"][i] * 256 + flows["icmp_code"][i]
        elif protocol not in (6, 17, 132):
            port = None
        key = (protocol, port,
               "".join(l for bit, l in enumerate(letters)
                       if flows["tcp_flags"][i] >> bit & 1),
               int(flows["packets"][i]), int(flows["bytes"][i]))
        counts["all"][key] += 1
        if flows["source"][i] == suspect:
            counts["suspect"][key] += 1
    for which, counter in counts.items():
        equal(f"signatures, {which}", len(counter),
              fact(report, "R23", f"signatures_{which}"))
        equal(f"their records, {which}", sum(counter.values()),
              fact(report, "R23", f"records_{which}"))
        rows = table(report, "R23", which)
        equal(f"rows, {which}", min(10, len(counter)), len(rows))
        for row in rows:
            key = (row["protocol"], row["destination_port"], row["flags"],
                   row["packets"], row["bytes"])
            equal(f"signature {key}", counter.pop(key), row["records"])
        if counter and max(counter.values()) > rows[-1]["records"]:
            sys.exit(f"signatures, {which}: a larger one was left out")


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: report_oracle.py DATASET REPORT.json")
    with h5py.File(sys.argv[1], "r") as dataset:
        flows = {n: column[:].tolist()
                 for n, column in dataset["flows"].items()}
        captures = {n: column[:] for n, column in dataset["captures"].items()}
        address = [a.decode() for a in dataset["hosts/address"][:]]
        internal = [bool(i) for i in dataset["hosts/internal"][:]]
    with open(sys.argv[2], encoding="utf-8") as file:
        report = json.load(file)
    check_observations(report, captures)
    check_protocols(report, flows)
    check_volumes(report, flows, address, internal)
    check_ports(report, flows, OUTBOUND, "outbound")
    check_ports(report, flows, None, "all")
    check_source_ports(report, flows)
    suspect = check_destinations(report, flows, address, internal)
    check_signatures(report, flows, internal, suspect)


if __name__ == "__main__":
    main()
