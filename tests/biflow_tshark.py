#!/usr/bin/python3
"""Compare biflows with tshark's conversations, tuple by tuple.

usage: biflow_tshark.py [--least CAPTURES TUPLES] CAPTURE|FOLDER...
       biflow_tshark.py --self-test

Each capture is converted to biflows, tunnels and what is in them, without
timeouts, and read by tshark without reassembly (tests/tshark_streams.py).  For
every 5-tuple of TCP and UDP:

- packets, bytes (IP total length) and bytes of frames (link_bytes besides) of
  both directions are the same, to the packet and the octet; later fragments, which have no ports, by address;
- there are as many biflows as tshark has streams, and each has the packets and
  bytes of one of them.

What cannot be compared so is set aside by tuple or by frame, under a reason of
ASIDE, which docs/biflows.md explains; what has none is a difference.  Addresses
are compared as pseudonyms.

With --least, also fails when fewer captures with TCP or UDP, or fewer tuples,
were compared.  --self-test changes a made-up capture in one place after the
other, and fails when a change is not found.

FLOWVEIL names the command; with FLOWVEIL_WITHOUT_TSHARK, as under the
sanitizers, nothing is done.  Exits with 1 if anything differs.
"""
import argparse
import collections
import concurrent.futures
import json
import lzma
import os
import shutil
import subprocess
import sys
import tempfile

import h5py

import biflow_controls
import tshark_streams

HERE = os.path.dirname(os.path.abspath(__file__))
SECONDS = 100
LONG = 1000000000  # seconds: the longest timeout there is
LATER = 2  # enum fv_fragment
IDLE = 1  # enum fv_end_reason
XZ = b"\xfd7zXZ\0"

# What is not decoded here and tshark looks through, by its name.
UNKNOWN = {
    "clip", "erf", "fr", "ipnet", "tr", "vntag",
    "wpan", "ayiya", "gtpprime", "nsh", "version"}

# What is not compared, or not all three figures of it.
ASIDE = {
    "refused": "captures with TCP or UDP that flowveil refuses",
    "tshark": "captures with TCP or UDP that tshark refuses",
    "unknown": "frames with IP behind a link or tunnel not decoded here",
    "stopped": "tuples in tunnels whose UDP length stops tshark",
    "divided": "tuples, but for their number: UDP that tshark divides",
    "idle": "tuples, but for their number: packets decades apart",
    "kinds": "tuples, but for their number: in and out of tunnels",
    "stream": "tuples, but for their number: packets without a stream"}

COLUMNS = ("protocol", "source", "source_port", "destination",
           "destination_port", "packets", "bytes", "reverse_packets",
           "reverse_bytes", "link_bytes", "reverse_link_bytes", "fragment", "encapsulation", "end_reason")

# A biflow: what its ends sent, the kind of tunnel, whether silence ended it.
Biflow = collections.namedtuple("Biflow", "sent tunnel idle")

# What both made of one capture: Biflows by tuple (None: refused), whether
# flowveil found it damaged, and tshark_streams.Streams.
Both = collections.namedtuple("Both", "biflows damaged streams")


def run(arguments, text=None):
    return subprocess.run(arguments, capture_output=True, timeout=SECONDS,
                          input=text if text is not None else b"",
                          check=False)


class Tools:
    """The command, with a key and a policy that keeps what is compared."""

    def __init__(self, folder):
        self.flowveil = os.environ["FLOWVEIL"]
        self.policy = os.path.join(folder, "policy")
        key = os.path.join(folder, "key")
        shutil.copy(os.path.join(HERE, "vectors", "reference.key"), key)
        os.chmod(key, 0o600)
        self.key = ["--key", f"file:{key}", "--canonical"]
        self.write_policy()

    def write_policy(self):
        shown = run([self.flowveil, "policy", "show", "open"]).stdout
        lines = []
        for line in shown.decode().splitlines():
            name = line.strip().split(":")[0]
            if name in ("source_port", "destination_port", "packets",
                        "bytes", "link_bytes"):
                line = line.split(":")[0] + ": keep"
            elif name == "policy":
                line = "policy: as-captured"
            lines.append(line)
        with open(self.policy, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

    def biflows(self, path, folder):
        """(Biflows by tuple or None, whether the capture is damaged)."""
        out = os.path.join(folder, "biflows.h5")
        done = run([
            self.flowveil, "convert", *self.key, "--json", "--replace",
            "--records", "biflow", "--policy", self.policy, "--threads", "1",
            "--idle-timeout", str(LONG), "--active-timeout", "0",
            "--tcp-linger", str(LONG), "--fragment-ports", "no",
            "--tunnels", "both", "--no-resync", "-o", out, path])
        if done.returncode not in (0, 3):
            return None, True
        recorded = json.loads(done.stdout)["counters"]["packets_recorded"]
        found = collections.defaultdict(list)
        if recorded > 0:
            with h5py.File(out) as dataset:
                read_biflows(dataset, found)
        return found, done.returncode == 3

    def pseudonyms(self, addresses):
        """A dictionary with what each address became."""
        addresses = sorted(addresses)
        done = run([self.flowveil, "anonymize", *self.key, "--addresses"],
                   "".join(a + "\n" for a in addresses).encode())
        return dict(zip(addresses, done.stdout.decode().splitlines(),
                        strict=True))


def read_biflows(dataset, found):
    flows = dataset["flows"]
    address = [a.decode() for a in dataset["hosts/address"][:]]
    for (protocol, source, source_port, destination, destination_port,
         packets, size, back, back_size, link, back_link, fragment, tunnel,
         reason) in zip(
             *(flows[name][:].tolist() for name in COLUMNS)):
        if protocol not in tshark_streams.TRANSPORT.values():
            continue
        ends = ((address[source], source_port),
                (address[destination], destination_port))
        # A host may speak with itself.
        sent = collections.defaultdict(lambda: [0, 0, 0])
        for end, n, octets, more in (
                (ends[0], packets, size, link),
                (ends[1], back, back_size, back_link)):
            if n > 0:
                sent[end][0] += n
                sent[end][1] += octets
                sent[end][2] += octets + more
        found[protocol, fragment == LATER, tuple(sorted(ends))].append(
            Biflow(dict(sent), tunnel, reason == IDLE))


def measure(tools, path):
    """Both of one capture."""
    with tempfile.TemporaryDirectory() as folder:
        biflows, damaged = tools.biflows(path, folder)
        with open(path, "rb") as file:
            packed = file.read(len(XZ)) == XZ
        theirs = path
        if packed:  # which tshark does not open
            theirs = os.path.join(folder, "unpacked")
            with lzma.open(path) as source, open(theirs, "wb") as file:
                shutil.copyfileobj(source, file)
        streams = tshark_streams.read(theirs)
        return Both(biflows, damaged, streams)


def measure_copy(tools, path):
    """Both of what tshark reads of a capture, or None."""
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "copy.pcapng")
        run(["editcap", "-F", "pcapng", path, copy])
        if not os.path.exists(copy) or os.path.getsize(copy) == 0:
            return None
        both = measure(tools, copy)
        return both if both.biflows is not None else None


def total(parts):
    """What each end sent, of all parts."""
    found = {}
    for sent in parts:
        for end, figures_of in sent.items():
            before = found.get(end, (0, 0, 0))
            found[end] = tuple(map(sum, zip(before, figures_of)))
    return found


def in_order(parts):
    return sorted(sorted((end, *n) for end, n in sent.items())
                  for sent in parts)


def figures(parts):
    """What may be printed of what ends sent: all but their addresses."""
    return [sorted((end[1], *n) for end, n in sent.items())
            for sent in parts][:4]


def why_not_counted(key, biflows, streams):
    """Why the number of biflows says nothing, or None."""
    if None in streams:
        return "stream"
    if any(biflow.idle for biflow in biflows) and len(biflows) > 1:
        return "idle"
    if len({biflow.tunnel for biflow in biflows}) > 1:
        return "kinds"
    return None


def compare_tuple(key, biflows, streams, counts):
    """A sentence where they differ, or None."""
    ours = [biflow.sent for biflow in biflows]
    theirs = list(streams.values())
    name = {6: "TCP", 17: "UDP"}[key[0]] + (" later" if key[1] else "")
    if total(ours) != total(theirs):
        return (f"{name}: [port, packets, bytes, frames] here {figures(ours)}, "
                f"tshark {figures(theirs)}")
    counts["tuples"] += 1
    for packets, size, frames in total(ours).values():
        counts["packets"] += packets
        counts["bytes"] += size
        counts["frames"] += frames
    if key[1]:
        return None
    reason = why_not_counted(key, biflows, streams)
    if reason is not None:
        counts[reason] += 1
        return None
    if key[0] == 17 and len(theirs) > 1 and len(ours) == 1:
        counts["divided"] += 1
        return None
    counts["streams"] += len(theirs)
    if in_order(ours) != in_order(theirs):
        return (f"{name}: {len(ours)} biflows {figures(ours)}, tshark "
                f"{len(theirs)} streams {figures(theirs)}")
    return None


def compare(both, pseudonym):
    """(sentences, counts) of one capture that both could read."""
    counts = collections.Counter()
    problems = list(both.streams.strange)
    theirs = {
        (protocol, later, tuple(sorted((pseudonym[a], p) for a, p in ends))):
        {number: {(pseudonym[a], p): n for (a, p), n in sent.items()}
         for number, sent in streams.items()}
        for (protocol, later, ends), streams in both.streams.tuples.items()}
    for layer, frames in both.streams.unknown.items():
        counts["unknown"] += frames
        if layer not in UNKNOWN:
            problems.append(f"{frames} frames with IP behind {layer}")
    stopped = both.streams.stopped
    for key in sorted(set(theirs) | set(both.biflows)):
        biflows = both.biflows.get(key, [])
        packets = sum(n[0] for b in biflows for n in b.sent.values())
        if key not in theirs and packets <= stopped \
                and all(biflow.tunnel for biflow in biflows):
            stopped -= packets
            counts["stopped"] += 1
            continue
        problem = compare_tuple(key, biflows, theirs.get(key, {}), counts)
        if problem is not None:
            problems.append(problem)
    return problems, counts


def addresses_of(streams):
    return {address for _, _, ends in streams.tuples for address, _ in ends}


def check_copy(tools, path, reason):
    """As check, of what tshark reads; without, it counts as ${reason}."""
    copy = measure_copy(tools, path)
    if copy is None:
        return [], collections.Counter({reason: 1})
    problems, counts = compare(
        copy, tools.pseudonyms(addresses_of(copy.streams)))
    counts["copies"] = 1
    return problems, counts


def check(tools, path, both, pseudonym):
    """(sentences, counts) of one capture."""
    streams = both.streams
    if both.biflows is None:
        if not streams.tuples and not streams.unknown:
            return [], collections.Counter()
        problems, counts = check_copy(tools, path, "refused")
    elif streams.status != 0 and streams.frames == 0:
        return [], collections.Counter(tshark=bool(both.biflows))
    else:
        problems, counts = compare(both, pseudonym)
        # Whose damage only flowveil sees has to agree all the same.
        if problems and streams.status != 0:
            problems, counts = check_copy(tools, path, "tshark")
    counts["read"] = 1
    counts["captures"] = counts["tuples"] > 0
    return problems, counts


def captures(names):
    """The largest first, so that none is left to the end."""
    found = [name for name in names if not os.path.isdir(name)]
    for name in names:
        for folder, _, files in os.walk(name):
            found += [os.path.join(folder, file) for file in files
                      if not file.endswith((".tsv", ".txt", ".md"))]
    return sorted(found, key=lambda path: (-os.path.getsize(path), path))


def summary(counts, bad):
    yield (f"biflows: {counts['captures']} captures with TCP or UDP, of "
           f"{counts['read']}, compared with tshark: {counts['tuples']} "
           f"tuples, {counts['streams']} conversations, {counts['packets']} "
           f"packets, {counts['bytes']} bytes, in frames {counts['frames']}; "
           f"{bad} captures differ")
    if counts["copies"]:
        yield (f"biflows: {counts['copies']} of them damaged or of another "
               "format: compared as tshark reads them")
    for name, words in ASIDE.items():
        if counts[name]:
            yield f"biflows: set aside: {counts[name]} {words}"


def verdict(counts, bad, least):
    """The exit status."""
    few = counts["captures"] < least[0] or counts["tuples"] < least[1]
    if few:
        print(f"biflows: fewer than {least[0]} captures or {least[1]} tuples "
              "were compared")
    return 1 if bad or few or counts["tuples"] == 0 else 0


def compare_all(tools, names, least):
    paths = captures(names)
    counts, bad = collections.Counter(), 0
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(measure, [tools] * len(paths), paths))
    pseudonym = tools.pseudonyms(
        set().union(*(addresses_of(both.streams) for both in found)))
    for path, both in sorted(zip(paths, found), key=lambda pair: pair[0]):
        problems, more = check(tools, path, both, pseudonym)
        counts += more
        bad += bool(problems)
        for problem in problems[:5]:
            print(f"{os.path.basename(path)}: {problem}")
        if len(problems) > 5:
            print(f"{os.path.basename(path)}: and {len(problems) - 5} more")
    for line in summary(counts, bad):
        print(line)
    return verdict(counts, bad, least)


def parse():
    head, usage, rest = __doc__.split("\n\n", 2)
    parser = argparse.ArgumentParser(
        usage=usage.removeprefix("usage: "), description=head + "\n\n" + rest,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="CAPTURE|FOLDER")
    parser.add_argument("--least", nargs=2, type=int, default=(1, 1),
                        metavar=("CAPTURES", "TUPLES"))
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    if arguments.self_test == bool(arguments.names):
        parser.error("name captures, or say --self-test")
    for name in arguments.names:
        if not os.path.exists(name):
            parser.error(f"{name}: there is no such file or folder")
    if "FLOWVEIL" not in os.environ:
        parser.error("FLOWVEIL is to name the command")
    return arguments


def main():
    arguments = parse()
    if "FLOWVEIL_WITHOUT_TSHARK" in os.environ:
        print("biflows: not compared, without tshark")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        tools = Tools(folder)
        if arguments.self_test:
            return biflow_controls.run(sys.modules[__name__], tools, folder)
        return compare_all(tools, arguments.names, arguments.least)


if __name__ == "__main__":
    sys.exit(main())
