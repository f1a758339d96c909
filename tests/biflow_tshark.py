#!/usr/bin/python3
"""Compare biflows with tshark's conversations.

usage: biflow_tshark.py FOLDER...

Each capture of at most LARGEST bytes, in order of name and until SECONDS have
passed, is converted to biflows without timeouts, and read by tshark without
reassembly.  A conversation is what tshark numbers as a TCP or UDP stream; of
each, the ports, packets and bytes (IP total length) of both directions must be
those of one biflow.  Captures in which either sees what the other cannot are
compared no further, and counted by reason: docs/biflows.md tells of each.

FLOWVEIL names the command.  Prints what differs, and what was compared; exits
with 1 if anything differs that is not told there.
"""
import collections
import json
import os
import subprocess
import sys
import tempfile
import time

import h5py

LARGEST = 200 * 1024
SECONDS = 120
LONG = 1000000000  # seconds: the longest timeout there is
LATER = 2  # enum fv_fragment

FIELDS = ("frame.protocols", "tcp.stream", "udp.stream", "ip.len", "ipv6.plen",
          "tcp.srcport", "tcp.dstport", "udp.srcport", "udp.dstport", "ip.src", "ip.dst",
          "ipv6.src", "ipv6.dst", "frame.time_epoch")
OPTIONS = ("ip.defragment:FALSE", "ipv6.defragment:FALSE",
           "tcp.desegment_tcp_streams:FALSE", "tcp.check_checksum:FALSE")
IP = {"ip": "ip", "ipv6": "ipv6"}
EXTENSIONS = ("ah", "ipv6.hopopts", "ipv6.routing", "ipv6.fraghdr", "ipv6.dstopts")


class Otherwise(Exception):
    """Why a capture is not compared."""


def run(arguments):
    return subprocess.run(arguments, capture_output=True, timeout=60,
                          stdin=subprocess.DEVNULL, check=False)


def tshark(path):
    """A list of dictionaries, one for each frame."""
    arguments = ["tshark", "-n", "-r", path, "-T", "fields", "-E",
                 "occurrence=f"]
    for option in OPTIONS:
        arguments += ["-o", option]
    for field in FIELDS:
        arguments += ["-e", field]
    done = run(arguments)
    if done.returncode != 0:
        raise Otherwise("tshark cannot read all of it")
    return [dict(zip(FIELDS, line.split("\t")))
            for line in done.stdout.decode(errors="replace").splitlines()]


def transport(frame):
    """The protocol above the outermost IP header, or None."""
    layers = frame["frame.protocols"].split(":")
    for i, name in enumerate(layers):
        if name in IP:
            for above in layers[i + 1:]:
                if above not in EXTENSIONS:
                    return name, above
            return name, None
    return None, None


def number(text):
    return int(text, 0) if text else 0


def conversations(path):
    """For each stream, what both of its ends sent, by (address, port)."""
    streams = collections.defaultdict(dict)
    frames = tshark(path)
    times = [float(frame["frame.time_epoch"] or 0) for frame in frames]
    if times and max(times) - min(times) >= LONG:
        raise Otherwise("its packets are decades apart, as broken clocks make "
                        "them: an idle timeout")
    for frame in frames:
        ip, above = transport(frame)
        if frame["frame.protocols"].split(":").count("ip") + \
                frame["frame.protocols"].split(":").count("ipv6") > 1 \
                and above not in ("icmp", "icmpv6"):
            raise Otherwise("it has tunnels, of which tshark counts the "
                            "innermost")
        if above not in ("tcp", "udp"):
            continue
        if not frame[f"{above}.stream"]:
            raise Otherwise("it has lengths that cannot be, of which tshark "
                            "makes no stream")
        if ip == "ip" and number(frame["ip.len"]) == 0:
            raise Otherwise("it has packets without a length, to be cut up "
                            "by a network card")
        size = number(frame["ip.len"]) if ip == "ip" else \
            40 + number(frame["ipv6.plen"])
        # UDP has no streams: dissectors of tshark divide some (SNMP).
        name = frame["tcp.stream"] if above == "tcp" else frozenset(
            (frame[f"{ip}.{end}"], frame[f"udp.{end}port"])
            for end in ("src", "dst"))
        ends = streams[above, name]
        for end in ("src", "dst"):
            ends.setdefault((frame[f"{ip}.{end}"],
                             number(frame[f"{above}.{end}port"])), [0, 0])
        sent = ends[frame[f"{ip}.src"], number(frame[f"{above}.srcport"])]
        sent[0] += 1
        sent[1] += size
    return collections.Counter(
        (above, tuple(sorted((port, *sent)
                             for (_, port), sent in ends.items())))
        for (above, _), ends in streams.items())


def biflows(path, folder):
    """The same of the biflows of TCP and UDP."""
    out = os.path.join(folder, "biflows.h5")
    done = run([os.environ["FLOWVEIL"], "convert", "--ephemeral", "--json",
                "--replace", "--records", "biflow", "--policy",
                os.path.join(folder, "policy"), "--idle-timeout", str(LONG),
                "--active-timeout", "0", "--tcp-linger", str(LONG),
                "--fragment-ports", "no", "-o", out, path])
    if done.returncode != 0:
        raise Otherwise("it is damaged, or no capture")
    counters = json.loads(done.stdout)["counters"]
    if counters["packets_recorded"] == 0:
        raise Otherwise("nothing in it is decoded here")
    if counters["transport_short"] > 0:
        raise Otherwise("it has transport headers that are cut off, of which "
                        "tshark makes no stream")
    flows = h5py.File(out)["flows"]
    names = ("protocol", "source_port", "destination_port", "packets", "bytes",
             "reverse_packets", "reverse_bytes", "fragment", "source",
             "destination")
    column = {name: flows[name][:].tolist() for name in names}
    found = collections.Counter()
    for row in zip(*(column[name] for name in names)):
        (protocol, source, destination, packets, size, back, back_size,
         fragment, one, other) = row
        if protocol not in (6, 17) or fragment == LATER:
            continue
        ends = [(source, packets, size)]
        if (one, source) != (other, destination):
            ends.append((destination, back, back_size))
        found["tcp" if protocol == 6 else "udp", tuple(sorted(ends))] += 1
    return found


def policy(folder):
    """One that keeps ports, packets and bytes as they are."""
    text = run([os.environ["FLOWVEIL"], "policy", "show", "open"]).stdout
    lines = []
    for line in text.decode().splitlines():
        name = line.strip().split(":")[0]
        if name in ("source_port", "destination_port", "packets", "bytes"):
            line = line.split(":")[0] + ": keep"
        elif name == "policy":
            line = "policy: as-captured"
        lines.append(line)
    with open(os.path.join(folder, "policy"), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def captures(folders):
    for folder in folders:
        for root, _, names in sorted(os.walk(folder)):
            for name in sorted(names):
                path = os.path.join(root, name)
                if os.path.getsize(path) <= LARGEST and \
                        not name.endswith((".tsv", ".txt", ".md")):
                    yield path


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__.split("\n\n")[1])
    end = time.monotonic() + SECONDS
    same, total, differing = 0, 0, 0
    reasons = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        policy(folder)
        for path in captures(sys.argv[1:]):
            if time.monotonic() > end:
                reasons["time was up"] += 1
                continue
            try:
                ours, theirs = biflows(path, folder), conversations(path)
            except Otherwise as reason:
                reasons[str(reason)] += 1
                continue
            if ours == theirs:
                same += 1
                total += sum(ours.values())
                continue
            differing += 1
            print(f"{path}: only here {dict(ours - theirs)}"[:300])
            print(f"{path}: only tshark {dict(theirs - ours)}"[:300])
    print(f"{same} captures agree, with {total} conversations; {differing} do "
          "not")
    for reason, times in sorted(reasons.items()):
        print(f"{times} not compared: {reason}")
    return differing > 0 or same == 0


if __name__ == "__main__":
    sys.exit(main())
