#!/usr/bin/python3
"""Compare captures with what `flowveil anonymize` makes of them.

usage: packets_check.py [--every] CAPTURE|FOLDER...

For each capture, and all link types in one pcapng:

- both convert, with one record per packet, to the same columns: times,
  protocols, ports, lengths, flags, ICMP, fragments, TTL classes, SYN window,
  MSS and scale, and who speaks with whom;
- tshark finds nothing malformed that was not before, no wrong checksum, and
  the same TCP conversations: completeness, relative numbers, lengths.

With --every, a capture that cannot be read is passed by, and what tshark sees
in tunnels is not compared: for folders of real and damaged captures.

FLOWVEIL names the command; FLOWVEIL_WITHOUT_TSHARK leaves tshark out.  Prints
what differs; exits with 1 if anything does.
"""
import concurrent.futures
import os
import shutil
import subprocess
import sys
import tempfile

import h5py
import numpy

HERE = os.path.dirname(os.path.abspath(__file__))
SECONDS = 300

COLUMNS = ("start_time", "duration", "source", "destination", "source_port",
           "destination_port", "protocol", "icmp_type", "icmp_code",
           "tcp_flags", "packets", "bytes", "fragment", "ttl")
STACK = ("ttl", "syn_length", "window", "mss", "window_scale")

CHECKSUMS = [f"{p}.checksum.status" for p in (
    "ip", "tcp", "udp", "icmp", "icmpv6")]
TCP = ["tcp.completeness", "tcp.seq", "tcp.ack", "tcp.len", "tcp.flags.str",
       "tcp.window_size_value"]
FIELDS = ["frame.number", "frame.time_epoch", "_ws.malformed", "icmp.type",
          "icmpv6.type", *TCP, *CHECKSUMS]
PREFERENCES = ["-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE",
               "-o", "udp.check_checksum:TRUE",
               "-o", "tcp.desegment_tcp_streams:FALSE",
               "-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE"]


def run(arguments):
    return subprocess.run(arguments, capture_output=True, timeout=SECONDS,
                          stdin=subprocess.DEVNULL, check=False)


def tshark(path):
    """A dictionary for each frame; of a field that a frame has many times,
    the values are joined by commas."""
    arguments = ["tshark", "-n", "-r", path, *PREFERENCES, "-T", "fields"]
    for field in FIELDS:
        arguments += ["-e", field]
    text = run(arguments).stdout.decode(errors="replace")
    return [dict(zip(FIELDS, line.split("\t"))) for line in text.splitlines()]


def columns(path):
    """What the two datasets must agree on, by name."""
    with h5py.File(path, "r") as f:
        found = {name: f["flows"][name][:] for name in COLUMNS}
        stack = f["flows"]["stack"][:]
        some = stack != numpy.iinfo(stack.dtype).max
        for name in STACK:
            values = f["stacks"][name][:]
            found[f"stack {name}"] = numpy.where(
                some, values[numpy.where(some, stack, 0)] if len(values)
                else 0, -1)
    return found


def compare_columns(one, other):
    before, after = columns(one), columns(other)
    for name, values in before.items():
        if not numpy.array_equal(values, after[name]):
            where = "lengths" if len(values) != len(after[name]) else \
                f"first at row {int((values != after[name]).argmax())}"
            yield f"column {name} differs, {where}"


def segments(frames):
    """TCP segments as tshark sees them, in order of time.  An acknowledgment
    number without the flag means nothing, and is not kept; what tshark makes
    of a conversation whose first SYN it did not see turns on raw numbers."""
    found = []
    for frame in frames:
        if not frame["tcp.flags.str"] or frame["icmp.type"] \
                or frame["icmpv6.type"]:
            continue
        time = frame["frame.time_epoch"]
        done, number, acknowledged, *rest = [
            frame[name].split(",")[0] for name in TCP]
        if not int(done or 0) & 1:
            done = number = ""
        rest[1] = rest[1][4:]  # reserved bits are dropped, accurate ECN too
        if "A" not in rest[1] or not rest[0]:  # a fragment has raw numbers
            acknowledged = ""
        found.append((time, done, number, acknowledged, *rest))
    return found


def odd_times(found):
    """Whether a fraction is more than a second: tshark prints it as it is, or
    has it overflow; ours carries it into the seconds."""
    return any(len(f[0].split(".")[-1]) > 9 for f in found)


def compare_tshark(path, output, every):
    before, after = tshark(path), tshark(output)
    wrong = [f for f in after
             if any("0" in f[name].split(",") for name in CHECKSUMS)]
    if wrong:
        yield f"{len(wrong)} wrong checksums, first {wrong[0]}"
    malformed = [sum(bool(f["_ws.malformed"]) for f in frames)
                 for frames in (before, after)]
    if malformed[1] > malformed[0]:
        yield f"{malformed[1]} packets malformed, {malformed[0]} before"
    before, after = segments(before), segments(after)
    if every and len(before) != len(after):
        return
    if odd_times(before):
        before = [("", *f[1:]) for f in before]
        after = [("", *f[1:]) for f in after]
    before, after = sorted(before), sorted(after)
    if before != after:
        pairs = [(a, b) for a, b in zip(before, after) if a != b]
        yield (f"TCP differs in {len(pairs)} of {len(before)} segments "
               f"({len(after)} after), first {pairs[:1]}")


def check(path, key, folder, every):
    """(whether it was compared, problems) of one capture."""
    flowveil = os.environ["FLOWVEIL"]
    output = os.path.join(folder, "out.pcapng")
    result = run([flowveil, "anonymize", "--key", f"file:{key}", "-o", output,
                  "--replace", "-q", path])
    text = result.stderr.decode(errors="replace")
    if result.returncode not in (0, 3):
        if result.returncode == 1 and every and "Sanitizer" not in text \
                and "runtime error" not in text:
            return False, []
        return False, [f"status {result.returncode}: {text[:1000]}"]
    problems = []
    for name, capture in (("before", path), ("after", output)):
        converted = run([
            flowveil, "convert", "--key", f"file:{key}", "--records",
            "primitive", "-q", "--replace", "-o",
            os.path.join(folder, f"{name}.h5"), capture])
        wanted = result.returncode if name == "before" else 0
        if converted.returncode != wanted:
            return True, [f"{name}: convert says {converted.returncode}: "
                          f"{converted.stderr[:500]!r}"]
    problems += compare_columns(os.path.join(folder, "before.h5"),
                                os.path.join(folder, "after.h5"))
    if "FLOWVEIL_WITHOUT_TSHARK" not in os.environ:
        problems += compare_tshark(path, output, every)
    return True, problems


def captures(names):
    for name in names:
        if not os.path.isdir(name):
            yield name
            continue
        for folder, folders, files in os.walk(name):
            folders.sort()
            for file in sorted(files):
                if not file.endswith((".tsv", ".h5")):
                    yield os.path.join(folder, file)


def check_apart(path, key, every):
    """As check, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return path, *check(path, key, folder, every)


def main(arguments):
    every = "--every" in arguments
    compared = bad = 0
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        key = os.path.join(folder, "key")
        shutil.copy(os.path.join(HERE, "vectors", "reference.key"), key)
        os.chmod(key, 0o600)
        paths = captures([a for a in arguments if a != "--every"])
        for path, was_compared, problems in pool.map(
                lambda path: check_apart(path, key, every), paths):
            compared += was_compared
            bad += bool(problems)
            for problem in problems:
                print(f"{os.path.basename(path)}: {problem}")
    print(f"packets: {compared} captures compared, {bad} differ")
    return 1 if bad or compared == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
