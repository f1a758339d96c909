#!/usr/bin/python3
"""Holds the truth about a reference month against its captures.

usage: reference_truth.py DIRECTORY [SITE]

Reads truth.h5 with h5py and the captures of one site (hotel-01) by itself,
and prints a row for each thing that must agree: the packets of each
conversation, its first and last, the hardware address that each packet
inside comes from with the lease of that moment, applications with ports, and
changes with leases.  Exits with 1 when one does not.
"""

import bisect
import glob
import ipaddress
import os
import sys
from collections import Counter, defaultdict

import h5py

from reference_check import merged

PORTS = {"ssh": 22, "web": 80, "https": 443, "fasttrack": 1214,
         "bittorrent": 6881, "half-life": 27015}
PORTED = (6, 17)


def table(file, name):
    """A table as a list of dictionaries, text as str."""
    group = file[name]
    columns = {}
    for c in group.attrs["column-order"]:
        data = group[c]
        columns[c] = (data.asstr()[:] if data.dtype.kind in "SO"
                      else data[:]).tolist()
    return [dict(zip(columns, row)) for row in zip(*columns.values())]


class Seen:
    """What the captures say."""

    def __init__(self, leases):
        self.leases = leases
        self.packets = [0, 0]
        self.pairs = Counter()
        self.first = {}
        self.last = {}
        self.streams = Counter()
        self.strangers = Counter()

    def add(self, out, when, frame):
        self.packets[out] += 1
        if frame[12:14] == b"\x08\0":
            ip = frame[14:]
            ends, proto = (ip[12:16], ip[16:20]), ip[9]
            body = ip[(ip[0] & 15) * 4:]
            whole = (ip[6] << 8 | ip[7]) & 0x3fff == 0
        elif frame[12:14] == b"\x86\xdd" and frame[20] in PORTED:
            ends, proto = (frame[22:38], frame[38:54]), frame[20]
            body, whole = frame[54:], True
        else:
            return
        near, far = ends if out else ends[::-1]
        if proto in PORTED + (47, 50):
            self.pairs[proto, near, far, out] += 1
        if proto == 6 and whole:
            a, b = body[:2], body[2:4]
            key = (near, far) + ((a, b) if out else (b, a))
            self.streams[key, out] += 1
            self.first.setdefault(key, when)
            self.last[key] = when
        if out and len(near) == 4:
            self.check_lease(near, when, frame[6:12])

    def check_lease(self, near, when, mac):
        times, rows = self.leases[near]
        at = bisect.bisect_right(times, when) - 1
        if at < 0 or rows[at] != (mac, rows[at][1]) or when >= rows[at][1]:
            self.strangers[near] += 1


def mac_bytes(text):
    return bytes.fromhex(text.replace(":", ""))


def leases_of(truth, site):
    """By inside address: begins in order, and (mac, end)."""
    found = defaultdict(list)
    for row in truth["leases"]:
        address = truth["addresses"][row["address"]]
        if address["site"] == site:
            found[ipaddress.ip_address(address["address"]).packed].append(
                (row["start_time"] // 1000, mac_bytes(row["mac"]),
                 row["end_time"] // 1000))
    for rows in found.values():
        rows.sort()
        for (_, _, end), (begin, _, _) in zip(rows, rows[1:]):
            assert end <= begin, "two leases of one address at a time"
    return {a: ([r[0] for r in rows], [r[1:] for r in rows])
            for a, rows in found.items()}


def told_by(truth, site):
    """The same sums as Seen has, from the conversations."""
    pairs, streams, first, last = Counter(), Counter(), {}, {}
    packets = [0, 0]
    for c in truth["conversations"]:
        if truth["addresses"][c["address"]]["site"] != site:
            continue
        packets[1] += c["packets_out"]
        packets[0] += c["packets_in"]
        near = ipaddress.ip_address(c["near_address"]).packed
        far = ipaddress.ip_address(c["far_address"]).packed
        proto = c["protocol"]
        for out, name in ((0, "packets_in"), (1, "packets_out")):
            if proto in PORTED + (47, 50) and c[name]:
                pairs[proto, near, far, out] += c[name]
        if proto != 6:
            continue
        key = (near, far, c["near_port"].to_bytes(2, "big"),
               c["far_port"].to_bytes(2, "big"))
        for out, name in ((0, "packets_in"), (1, "packets_out")):
            if c[name]:
                streams[key, out] += c[name]
        begin = c["start_time"] // 1000
        end = (c["start_time"] + c["duration"]) // 1000
        first[key] = min(begin, first.get(key, begin))
        last[key] = max(end, last.get(key, end))
    return packets, pairs, streams, first, last


class Table:
    def __init__(self):
        self.failed = 0

    def row(self, name, what, ok):
        self.failed += not ok
        print("%-52s %-20s %s" % (name, what, "yes" if ok else "NO"))

    def same(self, name, truth, seen):
        off = sum(1 for k in set(truth) | set(seen)
                  if truth.get(k, 0) != seen.get(k, 0))
        self.row(name, "%d, %d off" % (len(truth), off), off == 0 and truth)


def check_tables(truth, t):
    """What holds within the truth."""
    wrong = 0
    for c in truth["conversations"]:
        port = PORTS.get(c["application"])
        if port and port not in (c["far_port"], c["near_port"]):
            wrong += 1
        wrong += truth["devices"][c["device"]]["user"] != c["user"]
    t.row("applications have their ports, devices their users",
          "%d wrong" % wrong, wrong == 0)
    begins = {(l["address"], l["start_time"]): l["user"]
              for l in truth["leases"]}
    wrong = sum(1 for c in truth["changes"] if c["kind"] == 0 and
                begins.get((c["address"], c["time"])) != c["user_after"])
    users = sum(1 for c in truth["changes"] if c["kind"] == 0)
    t.row("changes of user are where leases begin",
          "%d, %d wrong" % (users, wrong), wrong == 0 and users > 0)
    # Each lease but the first of its address is a change.
    t.row("no change is missing", str(len(begins)), users == len(begins) -
          len({l["address"] for l in truth["leases"]}))


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    directory = sys.argv[1]
    name = sys.argv[2] if len(sys.argv) == 3 else "hotel-01"
    with h5py.File(os.path.join(directory, "truth.h5"), "r") as file:
        truth = {n: table(file, n) for n in file}
    site = [s["name"] for s in truth["sites"]].index(name)
    seen = Seen(leases_of(truth, site))
    for path in sorted(glob.glob(os.path.join(directory,
                                              name + "-inbound-*.pcap*"))):
        twin = os.path.join(directory, os.path.basename(path).replace(
            "-inbound-", "-outbound-"))
        for out, (when, frame, _) in merged(path, twin):
            seen.add(out, when, frame)
    packets, pairs, streams, first, last = told_by(truth, site)
    t = Table()
    t.row("packets of each tap", str(packets), packets == seen.packets)
    t.same("packets by protocol, both addresses, direction", pairs, seen.pairs)
    t.same("packets by TCP connection and direction", streams, seen.streams)
    t.same("first packet of each TCP connection", first, seen.first)
    t.same("last packet of each TCP connection", last, seen.last)
    t.row("packets from an address that its sender has not",
          str(sum(seen.strangers.values())), not seen.strangers)
    check_tables(truth, t)
    print("%d conversations, %d things off" %
          (len(truth["conversations"]), t.failed))
    return 1 if t.failed else 0


if __name__ == "__main__":
    sys.exit(main())
