#!/usr/bin/python3
"""Hold a report against its dataset, by what sort and uniq count.

Usage: csv_oracle.py DATASET REPORT.json

The columns that a result is made of go through `flowveil dataset export`,
sort(1) and `uniq -c`; what they count has to be protocols (R02), outbound
bytes by host (R06), destination ports (R09), source ports (R12), destinations
by host (R15) and signatures (R23) of the report, row by row, and rows that the
report left out must be no larger than the last one shown.  Neither HDF5 nor
any analysis of ours takes part.  FLOWVEIL names the command.
"""
import collections
import json
import os
import subprocess
import sys

import report_oracle
from report_oracle import equal

OUTBOUND = "1"
COUNT = ('set -o pipefail; "$FLOWVEIL" dataset export --columns "$1" --table "$2" "$3" '
         "| tail -n +2 | LC_ALL=C sort | uniq -c")


def uniq(dataset, columns, of="flows"):
    """[(count, [text of each column])], as uniq -c prints it."""
    output = subprocess.run(["bash", "-c", COUNT, "uniq", columns, of, dataset], check=True,
                            stdout=subprocess.PIPE, text=True, timeout=600).stdout
    for line in output.splitlines():
        count, row = line.strip().split(" ", 1)
        yield int(count), row.split(",")


def table(report, name, which):
    """Rows of a table; a report without such records has none."""
    try:
        return report_oracle.table(report, name, which)
    except StopIteration:
        return []


def fact(report, name, which):
    try:
        return report_oracle.fact(report, name, which)
    except StopIteration:
        return 0


def nothing_larger(what, left, last):
    if left and max(left.values()) > last:
        sys.exit(f"{what}: a larger one was left out")


class Facts:
    def __init__(self, dataset):
        self.dataset = dataset
        internal = {row[0] for _, row in uniq(dataset, "internal", "hosts")}
        directions = {row[0] for _, row in uniq(dataset, "direction")}
        self.known = "1" in internal      # which hosts are inside
        self.ways = OUTBOUND in directions  # which records go out
        self.addresses = [row[0] for _, row in uniq(dataset, "address", "hosts")]

    def outward(self, direction):
        return direction == OUTBOUND or (not self.known and direction == "0")


def check_protocols(facts, report):
    records, packets = collections.Counter(), collections.Counter()
    for n, (protocol, each) in uniq(facts.dataset, "protocol,packets"):
        records[int(protocol)] += n
        packets[int(protocol)] += n * int(each)
    rows = table(report, "R02", "protocols")
    equal("protocols", len(records), len(rows))
    for row in rows:
        equal(f"protocol {row['number']}",
              (records[row["number"]], packets[row["number"]], sum(packets.values())),
              (row["records"], row["packets_share"]["part"], row["packets_share"]["whole"]))


def check_volumes(facts, report):
    """Internal hosts by what they sent outbound; where no record is outbound,
    or none of an internal host, whoever sent any."""
    ways = collections.defaultdict(lambda: (collections.Counter(), collections.Counter()))
    for n, (direction, source, inside, each) in uniq(
            facts.dataset, "direction,source_address,source_internal,bytes"):
        ways[direction == OUTBOUND][inside == "1"][source] += n * int(each)
    outsiders, insiders = ways[facts.ways]
    sent = insiders if facts.ways and insiders else insiders + outsiders
    rows = table(report, "R06", "hosts")
    for row in rows:
        equal(f"rank {row['rank']}", sent.pop(row["host"]["label"]), row["bytes"])
    nothing_larger("bytes by host", sent, rows[-1]["bytes"] if rows else 0)


def check_ports(facts, report, which):
    counts, total = collections.Counter(), 0
    for n, (direction, protocol, port, fragment) in uniq(
            facts.dataset, "direction,protocol,destination_port,fragment"):
        if which == "outbound" and direction != OUTBOUND:
            continue
        total += n
        if protocol in ("6", "17") and fragment != "2":
            counts[("TCP" if protocol == "6" else "UDP", int(port))] += n
    rows = table(report, "R09", f"ports_{which}")
    for row in rows:
        equal(f"{row['protocol']} {row['port']} {which}",
              (counts.pop((row["protocol"], row["port"])), total),
              (row["records"], row["share"]["whole"]))
    nothing_larger(f"ports {which}", counts, rows[-1]["records"] if rows else 0)


def check_source_ports(facts, report):
    counts, total = collections.Counter(), 0
    for n, (direction, protocol, source, port, each) in uniq(
            facts.dataset, "direction,protocol,source_port,destination_port,packets"):
        if direction != OUTBOUND and facts.ways:
            continue
        total += n * int(each)
        if protocol in ("6", "17") and (source, port) != ("0", "0"):
            counts[("TCP" if protocol == "6" else "UDP", int(source))] += n * int(each)
    equal("source ports", len(counts), fact(report, "R12", "ports_used"))
    rows = table(report, "R12", "ports")
    for row in rows:
        equal(f"{row['protocol']} from {row['port']}",
              (counts.pop((row["protocol"], row["port"])), total),
              (row["packets"], row["share"]["whole"]))
    nothing_larger("source ports", counts, rows[-1]["packets"] if rows else 0)


def check_destinations(facts, report):
    """Returns the label of the host with most destinations."""
    met, packets = collections.Counter(), collections.Counter()
    seen = set()
    for n, (direction, source, inside, destination, each) in uniq(
            facts.dataset, "direction,source_address,source_internal,destination_address,packets"):
        if not facts.outward(direction) or (facts.known and inside != "1"):
            continue
        packets[source] += n * int(each)
        if (source, destination) not in seen:
            seen.add((source, destination))
            met[source] += 1
    rows = table(report, "R15", "hosts")
    equal("hosts that sent", len(met), fact(report, "R15", "hosts"))
    equal("destinations of all", len({d for _, d in seen}), fact(report, "R15", "distinct"))
    for row in rows:
        label = row["host"]["label"]
        equal(f"destinations of rank {row['rank']}", (met.pop(label), packets[label]),
              (row["destinations"], row["packets"]))
    nothing_larger("destinations", met, rows[-1]["destinations"] if rows else 0)
    return rows[0]["host"]["label"] if rows else None


def signature(protocol, port, icmp_type, icmp_code, flags, packets, size):
    if protocol in ("1", "58"):
        port = int(icmp_type) * 256 + int(icmp_code)
    elif protocol not in ("6", "17", "132"):
        port = None
    letters = "".join(l for bit, l in enumerate("FSRPAUEC") if int(flags) >> bit & 1)
    return int(protocol), port if port is None else int(port), letters, int(packets), int(size)


def check_signatures(facts, report, suspect):
    counts = {"suspect": collections.Counter(), "all": collections.Counter()}
    for n, (direction, source, *fields) in uniq(
            facts.dataset, "direction,source_address,protocol,destination_port,icmp_type,icmp_code,"
            "tcp_flags,packets,bytes"):
        if facts.outward(direction):
            counts["all"][signature(*fields)] += n
            if source == suspect:
                counts["suspect"][signature(*fields)] += n
    for which, counter in counts.items():
        equal(f"signatures, {which}", len(counter), fact(report, "R23", f"signatures_{which}"))
        equal(f"their records, {which}", sum(counter.values()), fact(report, "R23", f"records_{which}"))
        rows = table(report, "R23", which)
        for row in rows:
            key = (row["protocol"], row["destination_port"], row["flags"], row["packets"], row["bytes"])
            equal(f"signature {key}", counter.pop(key), row["records"])
        nothing_larger(f"signatures, {which}", counter, rows[-1]["records"] if rows else 0)


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: csv_oracle.py DATASET REPORT.json")
    facts = Facts(sys.argv[1])
    with open(sys.argv[2], encoding="utf-8") as file:
        report = json.load(file)
    if len(facts.addresses) != len(set(facts.addresses)):
        sys.exit("two hosts have one address: addresses do not name them")
    check_protocols(facts, report)
    check_volumes(facts, report)
    check_ports(facts, report, "outbound")
    check_ports(facts, report, "all")
    check_source_ports(facts, report)
    suspect = check_destinations(facts, report)
    check_signatures(facts, report, suspect)
    print("R02, R06, R09, R12, R15 and R23 are what sort and uniq count")


if __name__ == "__main__":
    os.environ["FLOWVEIL"]  # pylint: disable=pointless-statement
    main()
