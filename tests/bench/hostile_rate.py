#!/usr/bin/python3
"""What hostile and long captures cost the converter, beside a plain one.

Usage: hostile_rate.py

Made-up captures of a million packets each: plain (20,000 flows), one packet a
flow among 65,536 hosts on either side, the same with spoofed addresses,
fragments that never finish, and tunnels 64 deep; and the plain one ten times
as long.  Prints, for flows in one direction, packets per second as a
share of the plain one's, and the peak of memory, with bytes for each flow and
its two addresses; and a line for each that is slower than a fifth, and when
memory grows with length.

FLOWVEIL names the command.
"""
import os
import subprocess
import sys
import tempfile
import time

import numpy

PACKETS = 1_000_000
FLOWS = 20_000
RUNS = 3
START = 1_262_304_000
DEPTH = 64


def write(path, packets, times):
    """A capture of raw IP; each row of PACKETS is a packet."""
    n, length = packets.shape
    out = numpy.zeros((n, 16 + length), dtype=numpy.uint8)
    out[:, 0:4] = (START + times // 1_000_000).astype("<u4").view(
        numpy.uint8).reshape(n, 4)
    out[:, 4:8] = (times % 1_000_000).astype("<u4").view(
        numpy.uint8).reshape(n, 4)
    out[:, 8:16] = numpy.frombuffer(
        int(length).to_bytes(4, "little") * 2, dtype=numpy.uint8)
    out[:, 16:] = packets
    with open(path, "wb") as file:
        file.write(bytes.fromhex("d4c3b2a1020004000000000000000000"
                                 "0000040065000000"))
        out.tofile(file)


def ipv4(n, protocol, length):
    """N headers, with room for LENGTH bytes behind them."""
    packets = numpy.zeros((n, 20 + length), dtype=numpy.uint8)
    packets[:, 0] = 0x45
    packets[:, 2] = (20 + length) >> 8
    packets[:, 3] = (20 + length) & 255
    packets[:, 5] = 1
    packets[:, 8] = 64
    packets[:, 9] = protocol
    packets[:, 12:16] = (10, 0, 0, 1)
    packets[:, 16:20] = (198, 18, 0, 1)
    return packets


def spread(packets, values, at, octets):
    """Write VALUES into the columns from AT on, big-endian."""
    for i in range(octets):
        packets[:, at + i] = (values >> 8 * (octets - 1 - i)) & 255


def plain(n, random):
    packets = ipv4(n, 17, 8)
    flow = random.integers(0, FLOWS, n)
    spread(packets, flow, 17, 3)
    spread(packets, 1024 + flow, 20, 2)
    packets[:, 25] = 8
    return packets


def one_packet_flows(n, random):
    """A flood from and to as many hosts as a /16 has."""
    packets = ipv4(n, 6, 20)
    spread(packets, random.integers(0, 1 << 16, n), 14, 2)
    spread(packets, random.integers(0, 1 << 16, n), 18, 2)
    spread(packets, random.integers(0, 1 << 32, n), 20, 4)
    packets[:, 32] = 0x50
    packets[:, 33] = 2
    return packets


def spoofed(n, random):
    """The same, with two addresses that no other packet has."""
    packets = one_packet_flows(n, random)
    spread(packets, random.integers(0, 1 << 32, n), 12, 4)
    spread(packets, random.integers(0, 1 << 32, n), 16, 4)
    return packets


def fragments(n, random):
    packets = ipv4(n, 17, 8)
    spread(packets, random.integers(0, 1 << 16, n), 14, 2)
    spread(packets, random.integers(1, 1 << 16, n), 4, 2)
    # Half of them first ones, half such as come from nowhere.
    first = random.integers(0, 2, n)
    packets[:, 6] = 0x20
    packets[:, 7] = numpy.where(first == 1, 0, 185)
    return packets


def tunnels(n, random):
    packets = ipv4(n, 4, 20 * DEPTH + 8)
    header = ipv4(1, 4, 0)[0]
    for i in range(1, DEPTH + 1):
        packets[:, 20 * i:20 * i + 20] = header
        packets[:, 20 * i + 2] = (20 * (DEPTH + 1 - i) + 8) >> 8
        packets[:, 20 * i + 3] = (20 * (DEPTH + 1 - i) + 8) & 255
    spread(packets, random.integers(0, FLOWS, n), 17, 3)
    packets[:, 20 * DEPTH + 9] = 17
    return packets


def in_child(work):
    """Do WORK in a process of its own: a command's peak of memory is never
    told as less than that of who started it."""
    pid = os.fork()
    if pid == 0:
        work()
        os._exit(0)
    if os.waitpid(pid, 0)[1] != 0:
        sys.exit("a capture was not written")


def run(arguments):
    """(wall seconds, peak bytes) of one run."""
    start = time.monotonic()
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{arguments} failed with {process.returncode}")
    return time.monotonic() - start, usage.ru_maxrss * 1024


def main():
    flowveil = os.environ["FLOWVEIL"]
    random = numpy.random.default_rng(7)
    # Name, packets, how many, options; a tenth of a second to a thousand.
    cases = [
        ("plain", plain, PACKETS, []),
        ("plain, ten times as long", plain, 10 * PACKETS, []),
        ("one packet a flow", one_packet_flows, PACKETS, []),
        ("the same, --max-flows 100000", one_packet_flows, PACKETS,
         ["--max-flows", "100000"]),
        ("and two new addresses each", spoofed, PACKETS, []),
        ("fragments that never finish", fragments, PACKETS, []),
        ("tunnels 64 deep, inner", tunnels, PACKETS // 2,
         ["--tunnels", "inner"]),
        ("the same, both: 9 records each", tunnels, PACKETS // 2,
         ["--tunnels", "both"]),
    ]
    found, wrong = {}, []
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([flowveil, "key", "new", f"{folder}/key"], check=True,
                       capture_output=True)
        capture = f"{folder}/capture.pcap"
        for name, make, n, options in cases:
            in_child(lambda m=make, k=n: write(
                capture, m(k, random), numpy.arange(k, dtype=numpy.int64)))
            command = [flowveil, "convert", "--key", f"file:{folder}/key",
                       "--replace", "-q", "-o", f"{folder}/out.h5", *options,
                       capture]
            wall, peak = sorted(run(command) for _ in range(RUNS))[RUNS // 2]
            found[name] = (n / wall, peak)
            os.remove(capture)
    rate, memory = found["plain"]
    print(f"{'flows in one direction':30} {'M packets/s':>11} {'of plain':>8} "
          f"{'peak MB':>7}")
    for name, (here, peak) in found.items():
        print(f"{name:30} {here / 1e6:11.2f} {here / rate:8.2f} "
              f"{peak / 1e6:7.0f}")
        if here < rate / 5:
            wrong.append(f"{name}: slower than a fifth")
    if found["plain, ten times as long"][1] > 1.25 * memory:
        wrong.append("memory grows with the length of a capture")
    # Each packet has a flow of its own, and two addresses of its own.
    more = found["and two new addresses each"][1] - memory
    print(f"a packet a flow: {more / PACKETS:.0f} bytes for a flow and two "
          "addresses, all threads, buffers and the final table of hosts "
          "included")
    for text in wrong:
        print(text)


if __name__ == "__main__":
    main()
