#!/usr/bin/python3
"""Packets per second of `flowveil anonymize`, and of copying them.

Usage: packet_rate.py CAPTURE PACKETS

The capture is read once to bring it into the page cache.  Then each command
runs RUNS times in turn; the fastest run of each counts.  CPU time is user and
system, all threads; memory is the peak resident set.  FLOWVEIL names the
command.  editcap (Wireshark's), if it is here, writes the same packets again
and changes nothing: what reading and writing alone cost it.
"""
import os
import shutil
import subprocess
import sys
import tempfile

from convert_rate import RUNS, run


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: packet_rate.py CAPTURE PACKETS")
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
        for ending in ("pcap", "pcapng"):
            for threads in ("1", "2"):
                name = f"{ending}, {threads} thread{'s'[:int(threads) - 1]}"
                commands[name] = [
                    flowveil, "anonymize", "--key", f"file:{key}",
                    "--replace", "-q", "-o", f"{folder}/out.{ending}",
                    "--threads", threads, capture]
        if shutil.which("editcap"):
            commands["editcap, a copy"] = [
                "editcap", "-F", "nsecpcap", capture, f"{folder}/copy.pcap"]
        best = {name: min(run(command) for _ in range(RUNS))
                for name, command in commands.items()}
    print(f"{'header-only packets':30} {'M packets/s':>11} {'CPU s':>6} "
          f"{'M packets/CPU s':>15} {'peak MB':>7}")
    for name, (wall, cpu, peak) in best.items():
        print(f"{name:30} {packets / wall / 1e6:11.2f} {cpu:6.2f} "
              f"{packets / cpu / 1e6:15.2f} {peak / 1e6:7.0f}")


if __name__ == "__main__":
    main()
