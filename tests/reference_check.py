#!/usr/bin/python3
"""Recounts the slides' figures from the captures of a reference month.

usage: reference_check.py [--scale S | --plain] DIRECTORY [SITE]

Reads the pcap or pcapng files (compressed or not) of one site (hotel-01) by
itself, shares no code and no table with the generator, and prints a row for
each figure: what the slides print, what the month has, and whether they
agree.  Exits with 1 when one does not.  Packets are counted as SiLK rwptoflow
counts them (one record for each IPv4 packet).  With --scale other than 1,
figures that hold at full scale only are printed and not judged.  With --plain,
for other profiles and sites, only the packets are judged: sums, order, TCP.
"""

import glob
import math
import os
import struct
import subprocess
import sys
from collections import Counter, defaultdict

# What undoes a compression, by the ending of the name.
UNDO = {"gz": ["gzip", "-dc"], "bz2": ["bzip2", "-dc"], "xz": ["xz", "-dc"],
        "zst": ["zstd", "-qdc"], "lz4": ["lz4", "-qdc"]}
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
LETTERS = ((FIN, "F"), (SYN, "S"), (RST, "R"), (PSH, "P"), (ACK, "A"))
PRINTED = [
    (21005, 6, 80, "A", 40), (5502, 6, 80, "A", 52), (1373, 6, 443, "A", 40),
    (1280, 6, 80, "RA", 40), (1261, 17, 1900, "", 61), (1173, 6, 80, "S", 52),
    (914, 6, 80, "S", 48), (866, 6, 65209, "R", 40), (673, 6, 80, "FA", 40),
    (430, 6, 80, "A", 60),
]


def flag_text(flags):
    order = "FSRPA"
    return "".join(sorted((l for b, l in LETTERS if flags & b),
                          key=order.index))


def frames(path):
    """Yields (time in microseconds, frame, original length)."""
    tool = UNDO.get(path.rsplit(".", 1)[-1], ["cat"])
    with open(path, "rb") as f:
        data = subprocess.run(tool, stdin=f, check=True,
                              stdout=subprocess.PIPE).stdout
    if data[:4] == b"\xd4\xc3\xb2\xa1":
        at = 24
        unpack = struct.Struct("<IIII").unpack_from
        while at < len(data):
            s, us, kept, whole = unpack(data, at)
            at += 16
            yield s * 1000000 + us, data[at:at + kept], whole
            at += kept
        if at != len(data):
            raise ValueError(path + ": cut off")
    else:
        at = 0
        while at < len(data):
            kind, length = struct.unpack_from("<II", data, at)
            if struct.unpack_from("<I", data, at + length - 4)[0] != length:
                raise ValueError(path + ": block lengths differ")
            if kind == 6:
                _, hi, lo, kept, whole = struct.unpack_from("<IIIII", data,
                                                            at + 8)
                yield hi << 32 | lo, data[at + 28:at + 28 + kept], whole
            at += length


def checksum(data):
    if len(data) & 1:
        data += b"\0"
    s = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while s >> 16:
        s = (s & 0xffff) + (s >> 16)
    return s


class Conversation:
    """One TCP conversation, seen on both taps."""

    __slots__ = ("state", "next", "last", "client_out", "closed")

    def __init__(self, out, seq):
        self.client_out = out
        self.next = {out: (seq + 1) & 0xffffffff}
        self.closed = 0


class Month:
    def __init__(self):
        self.read = self.not4 = self.fragments = self.later = 0
        self.short = self.incomplete = 0
        self.proto = Counter()
        self.dport = Counter()
        self.sport = Counter()
        self.either = Counter()
        self.hosts_of = defaultdict(set)
        self.out_bytes = Counter()
        self.out_by_host_port = defaultdict(Counter)
        self.dsts = defaultdict(set)
        self.host_proto = Counter()
        self.host_sport = defaultdict(Counter)
        self.signatures = defaultdict(Counter)
        self.first_sport = defaultdict(dict)
        self.new_dsts = defaultdict(list)
        self.zero_port = Counter()
        self.bad_sums = self.backwards = 0
        self.tcp = {}
        self.tcp_bad = Counter()
        self.tcp_count = Counter()

    def ipv4(self, out, when, ip):
        ihl = (ip[0] & 15) * 4
        total = ip[2] << 8 | ip[3]
        ff = (ip[6] << 8 | ip[7]) & 0x3fff
        proto = ip[9]
        if checksum(ip[:ihl]) != 0xffff:
            self.bad_sums += 1
        near, far = ip[12:16], ip[16:20]
        if not out:
            near, far = far, near
        body = ip[ihl:total]
        if ff:
            self.fragments += 1
            if ff & 0x1fff:
                self.later += 1
        sport = dport = flags = 0
        if ff & 0x1fff == 0:
            if proto in (6, 17):
                sport, dport = struct.unpack_from(">HH", body)
                if proto == 6:
                    flags = body[13] & 63
            elif proto == 1:
                dport = body[0] << 8 | body[1]
            if proto == 6 and len(body) < 14 or proto == 17 and len(body) < 4:
                self.incomplete += 1
            if not ff and len(ip) >= total:
                self.sums(ip, proto, body)
        self.proto[out, proto] += 1
        if dport == 0 and proto != 6:
            self.zero_port[proto] += 1
        for port in {sport, dport}:
            self.either[out, proto, port] += 1
            if proto in (6, 17):
                self.hosts_of[proto, port].add(near)
        self.host_proto[near, out, proto] += 1
        if out:
            self.dport[dport] += 1
            self.sport[proto, sport] += 1
            self.out_bytes[near] += total
            self.out_by_host_port[near][proto, dport] += 1
            if far not in self.dsts[near]:
                self.dsts[near].add(far)
                self.new_dsts[near].append(int.from_bytes(far, "big"))
            self.host_sport[near][proto, sport] += 1
            self.signatures[near][proto, dport, flags, total] += 1
            if proto == 6 and flags & (SYN | ACK) == SYN:
                self.first_sport[near].setdefault(sport, when)
        if proto == 6 and not ff:
            self.stream(out, (near, far, sport if out else dport,
                              dport if out else sport), flags, body, total -
                        ihl)

    def sums(self, ip, proto, body):
        if proto in (6, 17):
            if proto == 17 and body[6:8] == b"\0\0":
                return
            pseudo = ip[12:20] + struct.pack(">BBH", 0, proto, len(body))
            if checksum(pseudo + body) != 0xffff:
                self.bad_sums += 1
        elif proto in (1, 2) and checksum(body) != 0xffff:
            self.bad_sums += 1

    def stream(self, out, key, flags, body, length):
        """Whole conversations, in sequence: nothing skipped, all closed."""
        seq, ack = struct.unpack_from(">II", body, 4)
        data = length - (body[12] >> 4) * 4
        c = self.tcp.get(key)
        if flags & (SYN | ACK) == SYN:
            if c is not None and c.client_out == out and not c.closed and \
                    len(c.next) == 1:
                return  # again, without an answer
            if c is not None and not c.closed and len(c.next) == 2:
                self.tcp_bad["SYN inside a conversation"] += 1
            self.tcp[key] = Conversation(out, seq)
            self.tcp_count["attempts"] += 1
            return
        if c is None:
            self.tcp_bad["no SYN before, port %d" % key[3]] += 1
            return
        if flags & SYN:
            c.next[out] = (seq + 1) & 0xffffffff
            self.tcp_count["connections"] += 1
        elif flags & RST:
            c.closed = 2
            if len(c.next) == 1:
                self.tcp_count["refused"] += 1
        elif out not in c.next:
            self.tcp_bad["data before the handshake"] += 1
        else:
            ahead = (seq - c.next[out]) & 0xffffffff
            if 0 < ahead < 1 << 31:
                self.tcp_bad["a segment is missing"] += 1
            if ahead == 0:
                c.next[out] = (seq + data + (flags & FIN)) & 0xffffffff
            if flags & FIN:
                c.closed += 1
        if flags & ACK and (not out) in c.next and not flags & RST:
            beyond = (ack - c.next[not out]) & 0xffffffff
            if 0 < beyond < 1 << 31:
                self.tcp_bad["an ACK of what was not sent"] += 1

    def finish(self):
        for key, c in self.tcp.items():
            if len(c.next) == 2 and c.closed < 2:
                self.tcp_bad["not closed"] += 1

    def add(self, out, when, frame):
        self.read += 1
        if len(frame) < 14:
            self.short += 1
        elif frame[12:14] != b"\x08\0":
            self.not4 += 1
        elif len(frame) < 34:
            self.short += 1
        else:
            self.ipv4(out, when, frame[14:])


def merged(inbound, outbound):
    """Both taps of a day in order of time."""
    a, b = frames(inbound), frames(outbound)
    x, y = next(a, None), next(b, None)
    while x or y:
        if y is None or x is not None and x[0] <= y[0]:
            yield False, x
            x = next(a, None)
        else:
            yield True, y
            y = next(b, None)


def lognormal_distance(values, sigma):
    """Kolmogorov-Smirnov, against the lognormal law with their mean log."""
    logs = sorted(math.log(v) for v in values)
    mu = sum(logs) / len(logs)
    worst = 0
    for i, v in enumerate(logs):
        f = (1 + math.erf((v - mu) / (sigma * math.sqrt(2)))) / 2
        worst = max(worst, abs(f - i / len(logs)),
                    abs(f - (i + 1) / len(logs)))
    return worst


class Table:
    def __init__(self, full):
        self.full = full
        self.failed = 0

    def row(self, name, slides, month, ok, always=False):
        judged = self.full or always
        verdict = "yes" if ok else "NO" if judged else "(scaled)"
        if not ok and judged:
            self.failed += 1
        print("%-44s %-22s %-26s %s" % (name, slides, month, verdict))

    def percent(self, name, part, whole, digits, printed):
        share = 100 * part / whole if whole else 0
        self.row(name, printed + " %", "%.*f %% (%d)" %
                 (digits + 2, share, part),
                 "%.*f" % (digits, share) == printed)

    def exact(self, name, slides, value, always=True):
        self.row(name, str(slides), str(value), value == slides, always)


def report(m, t):
    hosts = [h for h in m.out_bytes]
    records = m.read - m.not4 - m.short
    both = Counter()
    for (out, proto), n in m.proto.items():
        both[proto] += n
    outbound = sum(n for (out, _), n in m.proto.items() if out)
    suspect = max(m.dsts, key=lambda h: len(m.dsts[h]))
    loudest = max(m.out_bytes, key=m.out_bytes.get)

    t.exact("R01 inside addresses", 100, len(hosts), False)
    t.percent("R01 not IPv4", m.not4, m.read, 1, "1.7")
    t.percent("R01 fragmented", m.fragments, m.read, 2, "0.06")
    t.percent("R01 too short", m.short, m.read, 1, "0.0")
    t.percent("R01 incomplete", m.incomplete, m.read, 1, "0.0")
    for name, group in (("both taps", (0, 1)), ("outbound", (1,)),
                        ("inbound", (0,))):
        n = sum(v for (o, _), v in m.proto.items() if o in group)

        def protocol(*numbers):
            return sum(m.proto[o, p] for o in group for p in numbers)
        t.percent("R02 TCP, " + name, protocol(6), n, 0, "65")
        t.percent("R02 UDP, " + name, protocol(17), n, 0, "34")
        t.percent("R04 VPN (47, 50, 51), " + name, protocol(47, 50, 51), n, 2,
                  "0.09")
        t.percent("R05 IGMP, " + name, protocol(2), n, 2, "0.18")
        t.percent("R25 ICMP, " + name, protocol(1), n, 2, "0.04")
    t.percent("R03 IPv6 encapsulation", both[41], records, 5, "0.00003")
    t.exact("R03 packets of it", 1, both[41])

    ranked = sorted(m.out_bytes.values(), reverse=True)
    share = ranked[0] / sum(ranked)
    t.row("R06 bytes out, top 1 and top 10", "large variations",
          "%.2f, %.2f" % (share, sum(ranked[:10]) / sum(ranked)), share > .2)
    distance = lognormal_distance(ranked, 2.0)
    t.row("R06 KS distance to lognormal, sigma 2.0", "< 0.12",
          "%.3f" % distance, distance < .12)
    top = m.out_by_host_port[loudest].most_common(2)
    vrml = sum(n for (p, port), n in m.out_by_host_port[loudest].items()
               if port == 4204)
    t.row("R08 most bytes out: its top port", "4204", str(top),
          vrml > sum(m.out_by_host_port[loudest].values()) / 2, True)
    t.percent("R09 ports 80 and 443, outbound", m.dport[80] + m.dport[443],
              outbound, 0, "41")
    t.row("R10 4204 from one host", "almost all",
          "%.3f" % (vrml / max(1, m.dport[4204])), vrml > .95 * m.dport[4204])

    def service(ports, protocols=(6, 17)):
        """Records and hosts with such a port on either side."""
        n = sum(m.either[o, p, q] for o in (0, 1) for p in protocols
                for q in ports)
        hosts = set()
        for p in protocols:
            for q in ports:
                hosts |= m.hosts_of[p, q]
        return n, len(hosts)
    t.exact("R10 BitTorrent 6881-6889: records, hosts", (25, 1),
            service(range(6881, 6890)))
    n, h = service((27015,))
    t.row("R10 Half-Life", "minute traces", "%d, %d hosts" % (n, h),
          0 < n <= 100, True)
    t.row("R11 port 0, no port at all", "ICMP",
          str(dict(m.zero_port)), True)
    n = sum(m.either[o, 6, 22] for o in (0, 1))
    t.percent("R12 SSH, both taps", n, records, 0, "10")
    t.percent("R12 SSH, outbound", m.either[1, 6, 22], outbound, 0, "10")
    peaks = Counter()
    for (p, port), n in m.sport.items():
        if p in (6, 17):
            peaks[port] += n
    spikes = [p for p, _ in peaks.most_common(4)]
    t.row("R12 peaks among source ports", "36459 13991 44849 52523",
          " ".join(map(str, spikes)),
          set(spikes) == {36459, 13991, 44849, 52523}, False)
    t.exact("R13 FastTrack 1214: records, hosts", (1700, 50),
            service((1214,), (6,)))
    t.exact("R14 ports 6660-6669", (0, 0), service(range(6660, 6670)))

    counts = sorted((len(v) for v in m.dsts.values()), reverse=True)
    t.row("R15 destinations by host", "spikes",
          "%d, then %s" % (counts[0], counts[1:4]),
          counts[0] > 2 * counts[1])
    print("      the suspicious host has most of them; it is not printed")
    own = m.new_dsts[suspect]
    t.row("R16 /16 networks it accessed", "multiple",
          str(len({a >> 16 for a in own})), len({a >> 16 for a in own}) > 1,
          True)
    lcp = [32 - (a ^ b).bit_length() for a, b in zip(own, own[1:])]
    t.row("R16 mean common prefix of new destinations", "2.4 or 30 (ours)",
          "%.2f" % (sum(lcp) / len(lcp)), True)
    sports = Counter()
    for (p, port), n in m.host_sport[suspect].items():
        if p in (6, 17):
            sports[port] += n
    t.exact("R18 its source port", 36459, sports.most_common(1)[0][0])
    first = m.first_sport[suspect]
    order = sorted(first, key=first.get)
    steps = [(b - a) % 16383 for a, b in zip(order, order[1:])]
    near = sum(1 for s in steps if 1 <= s <= 16) / max(1, len(steps))
    t.row("R20 ports in sequence from 49153",
          "near sequential", "%.3f of %d, from %d" %
          (near, len(steps), min(order)),
          near > .9 and min(order) == 49153, False)
    dports = Counter()
    for (p, d, f, b), n in m.signatures[suspect].items():
        if p in (6, 17):
            dports[d] += n
    mean = sum(dports.values()) / len(dports)
    t.row("R21 mean flows by destination port", "< 10", "%.2f" % mean,
          mean < 10)
    high = sum(1 for d in dports if d > 1024) / 64511
    t.row("R21 ports above 1024 that it accessed", "most", "%.2f" % high,
          high > .5)
    printed = {(p, d, f, b): n for n, p, d, f, b in PRINTED}
    seen = Counter()
    for (p, d, f, b), n in m.signatures[suspect].items():
        seen[p, d, "".join(sorted(flag_text(f), key="FSRPA".index)), b] += n
    for n, p, d, f, b in PRINTED:
        key = (p, d, "".join(sorted(f, key="FSRPA".index)), b)
        t.exact("R23 %d %d %s 1 %d" % (p, d, f or "-", b), n, seen.pop(key, 0))
    if seen:
        key, n = seen.most_common(1)[0]
        t.row("R23 the next signature", "< 430", "%d %s" % (n, key), n < 430,
              True)
    for name, group in (("out", (1,)), ("both ways", (0, 1))):
        n = sum(v for (h, o, _), v in m.host_proto.items()
                if h == suspect and o in group)

        def own_share(p):
            return sum(m.host_proto[suspect, o, p] for o in group)
        t.percent("R24 its TCP, " + name, own_share(6), n, 0, "65")
        t.percent("R24 its UDP, " + name, own_share(17), n, 0, "34")
        t.percent("R24 its IGMP, " + name, own_share(2), n, 2, "0.18")
        t.percent("R25 its ICMP, " + name, own_share(1), n, 2, "0.08")


def packets(m, t):
    t.exact("wrong checksums", 0, m.bad_sums)
    t.exact("times that run backwards", 0, m.backwards)
    print("      TCP: " + ", ".join("%d %s" % (n, k)
                                   for k, n in m.tcp_count.items()))
    t.row("TCP conversations", "whole, in sequence",
          str(dict(m.tcp_bad) or "yes"), not m.tcp_bad, True)


def main():
    args = sys.argv[1:]
    scale = 1.0
    plain = args[:1] == ["--plain"]
    if plain:
        args = args[1:]
    if args[:1] == ["--scale"] and len(args) > 1:
        scale = float(args[1])
        args = args[2:]
    if len(args) not in (1, 2):
        sys.exit(__doc__)
    site = args[1] if len(args) == 2 else "hotel-01"
    inbound = sorted(glob.glob(os.path.join(args[0],
                                            site + "-inbound-*.pcap*")))
    if not inbound:
        sys.exit("reference_check: no captures of %s" % site)
    month = Month()
    for path in inbound:
        last = [0, 0]
        twin = os.path.join(args[0], os.path.basename(path).replace(
            "-inbound-", "-outbound-"))
        for out, (when, frame, whole) in merged(path, twin):
            if when < last[out]:
                month.backwards += 1
            last[out] = when
            month.add(out, when, frame)
    month.finish()
    table = Table(scale == 1)
    print("%-44s %-22s %-26s %s" % ("figure", "slides", "month", "ok"))
    if not plain:
        report(month, table)
    packets(month, table)
    print("%d packets read, %d figures off" % (month.read, table.failed))
    return 1 if table.failed else 0


if __name__ == "__main__":
    sys.exit(main())
