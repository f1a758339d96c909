#!/usr/bin/python3
"""Packets per second of the converter, beside a peer on the same file.

Usage: convert_rate.py CAPTURE PACKETS

The capture is read once to bring it into the page cache.  Then each command
runs RUNS times in turn; the fastest run of each counts.  CPU time is user and
system, all threads; memory is the peak resident set.  FLOWVEIL names the
command.  nfpcapd (Debian's nfdump) is the peer: it builds flows, as uniflow
does; its 1.7.1 makes one flow of each packet to port 53.
"""
import os
import subprocess
import sys
import tempfile
import time

RUNS = 3


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


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: convert_rate.py CAPTURE PACKETS")
    capture, packets = sys.argv[1], int(sys.argv[2])
    flowveil = os.environ["FLOWVEIL"]
    with open(capture, "rb") as file:
        while file.read(1 << 20):
            pass
    with tempfile.TemporaryDirectory() as folder:
        key = f"{folder}/key"
        subprocess.run([flowveil, "key", "new", key], check=True,
                       capture_output=True)
        commands = {}
        for mode in ("primitive", "uniflow", "biflow"):
            for threads in ("1", "2"):
                commands[f"{mode}, {threads} thread{'s'[:int(threads) - 1]}"] = [
                    flowveil, "convert", "--key", f"file:{key}", "--replace",
                    "-q", "-o", f"{folder}/out.h5", "--records", mode,
                    "--threads", threads, capture]
        commands["nfpcapd (nfdump)"] = ["nfpcapd", "-r", capture, "-l", folder]
        best = {name: min(run(command) for _ in range(RUNS))
                for name, command in commands.items()}
    peer = best["nfpcapd (nfdump)"][1]
    print(f"{'':30} {'M packets/s':>11} {'CPU s':>6} {'M packets/CPU s':>15} "
          f"{'peak MB':>7}   nfpcapd's CPU")
    for name, (wall, cpu, peak) in best.items():
        print(f"{name:30} {packets / wall / 1e6:11.2f} {cpu:6.2f} "
              f"{packets / cpu / 1e6:15.2f} {peak / 1e6:7.0f} "
              f"{peer / cpu:6.1f} times ours")


if __name__ == "__main__":
    main()
