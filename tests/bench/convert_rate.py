#!/usr/bin/python3
"""Packets per second of the converter, beside its peers on the same file.

Usage: convert_rate.py CAPTURE PACKETS

CAPTURE has headers only.  Of it are made, in a folder that is removed again:
the same packets at full size (1,000 bytes on average, filled), and the
capture as gzip.  Each is read once to bring it into the page cache.  Then
all commands run RUNS times in turn; the run that counts is the median, by
time on the wall.  CPU time is user and system, all threads; memory is the
peak resident set.  FLOWVEIL names the command.

Peers, all from Debian: nfpcapd (nfdump), softflowd, which exports to a port
that nobody listens on, and argus, which sleeps for a second at its end.  They
build flows, as uniflow does; nfpcapd 1.7.1 makes one flow of each packet to
port 53.
"""
import os
import subprocess
import sys
import tempfile
import time

import numpy

RUNS = 5

# Of the full-size capture: bytes of a packet, its record's header included.
SIZE = 1000
RECORD = 16
SLICE = 100_000


def run(arguments):
    """(wall seconds, CPU seconds, peak bytes) of one run."""
    start = time.monotonic()
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL,
                          stdin=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{arguments[0]} failed with {process.returncode}")
    return (time.monotonic() - start, usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss * 1024)


def measure(commands, folder):
    """The median run of each command, run in turn.

    Each writes a new dataset: to free the one before is not its work.
    """
    runs = {name: [] for name in commands}
    for _ in range(RUNS):
        for name, command in commands.items():
            if os.path.exists(f"{folder}/out.h5"):
                os.unlink(f"{folder}/out.h5")
            runs[name].append(run(command))
    return {name: sorted(all_runs)[RUNS // 2]
            for name, all_runs in runs.items()}


def warm(path):
    with open(path, "rb") as file:
        while file.read(1 << 20):
            pass


def make_full(capture, output):
    """The same packets, each filled up to about SIZE bytes."""
    data = numpy.fromfile(capture, dtype=numpy.uint8)
    random = numpy.random.default_rng(1)
    fill = random.integers(0, 256, SIZE + RECORD, dtype=numpy.uint8)
    at = 24
    with open(output, "wb") as file:
        file.write(data[:at].tobytes())
        while at < len(data):
            out = numpy.tile(fill, (SLICE, 1))
            n = 0
            while n < SLICE and at < len(data):
                row, n = out[n], n + 1
                captured = int.from_bytes(data[at + 8:at + 12].tobytes(),
                                          "little")
                row[:RECORD + captured] = data[at:at + RECORD + captured]
                row[8:16] = numpy.frombuffer(
                    SIZE.to_bytes(4, "little") * 2, dtype=numpy.uint8)
                # The IP length, of Ethernet without a tag.
                row[RECORD + 16:RECORD + 18] = ((SIZE - 14) >> 8,
                                                (SIZE - 14) & 255)
                at += RECORD + captured
            out[:n].tofile(file)


def convert(flowveil, folder, capture, mode, threads):
    return [flowveil, "convert", "--key", f"file:{folder}/key",
            "-q", "-o", f"{folder}/out.h5", "--records", mode,
            "--threads", str(threads), capture]


def show_headers(flowveil, folder, capture, packets):
    commands = {}
    for mode in ("primitive", "uniflow", "biflow"):
        for threads in (1, 2):
            name = f"{mode}, {threads} thread{'s'[:threads - 1]}"
            commands[name] = convert(flowveil, folder, capture, mode, threads)
    commands["nfpcapd (nfdump)"] = ["nfpcapd", "-r", capture, "-l", folder]
    commands["softflowd"] = ["softflowd", "-d", "-r", capture, "-n",
                             "127.0.0.1:9", "-m", "1000000"]
    commands["argus"] = ["argus", "-r", capture, "-w", f"{folder}/argus"]
    found = measure(commands, folder)
    print(f"{'headers only':24} {'M packets/s':>11} {'CPU s':>6} "
          f"{'M packets/CPU s':>15} {'peak MB':>7}   uniflow's CPU")
    ours = found["uniflow, 2 threads"]
    for name, (wall, cpu, peak) in found.items():
        print(f"{name:24} {packets / wall / 1e6:11.2f} {cpu:6.2f} "
              f"{packets / cpu / 1e6:15.2f} {peak / 1e6:7.0f}   "
              f"{cpu / ours[1]:5.1f} times")


def show_bytes(flowveil, folder, capture):
    full, packed = f"{folder}/full.pcap", f"{folder}/headers.pcap.gz"
    make_full(capture, full)
    with open(packed, "wb") as file:
        subprocess.run(["gzip", "-6", "-c", capture], stdout=file, check=True)
    for path in (full, packed):
        warm(path)
    found = measure({
        "full": convert(flowveil, folder, full, "uniflow", 2),
        "packed": convert(flowveil, folder, packed, "uniflow", 2),
        "gzip": ["gzip", "-dc", packed],
    }, folder)
    size = os.path.getsize(full)
    print(f"full size: {size / found['full'][0] / 1e9:.2f} GB/s, "
          f"{size / found['full'][1] / 1e9:.2f} GB per CPU s")
    print(f"gzip: {found['packed'][0]:.2f} s, where gzip -dc alone takes "
          f"{found['gzip'][0]:.2f} s")


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: convert_rate.py CAPTURE PACKETS")
    capture, packets = sys.argv[1], int(sys.argv[2])
    flowveil = os.environ["FLOWVEIL"]
    warm(capture)
    with tempfile.TemporaryDirectory(
            dir=os.path.dirname(os.path.abspath(capture))) as folder:
        subprocess.run([flowveil, "key", "new", f"{folder}/key"], check=True,
                       capture_output=True)
        show_headers(flowveil, folder, capture, packets)
        show_bytes(flowveil, folder, capture)


if __name__ == "__main__":
    main()
