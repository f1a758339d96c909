#!/usr/bin/python3
"""The report over ten million records, beside what people do without it.

Usage: report_rate.py [SCALE]

Makes the reference month at SCALE (3: ten million packets), converts it to one
record per packet, and times, wall clock, median of five:

- the whole report, with its memory;
- R23, the signatures, alone, beside cut | sort | uniq -c on the CSV that
  `dataset export` gives, of the columns that make a signature; and beside
  sort | uniq -c on a CSV that was exported with those columns only;
- nfdump's statistics on the same traffic, as nfpcapd's flows: addresses by
  bytes, ports either way, protocols.  It counts flows where we count packets,
  and answers a few of the report's questions.

FLOWVEIL is the command.
"""
import glob
import os
import statistics
import subprocess
import sys
import tempfile
import time

COMMAND = os.environ["FLOWVEIL"]
SIGNATURE = "direction,protocol,destination_port,icmp_type,icmp_code,tcp_flags,packets,bytes"
RUNS = 5


def run(arguments, **options):
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL, **options)


def timed(arguments, **options):
    """Median wall seconds and the largest memory in MB."""
    seconds, memory = [], 0
    for _ in range(RUNS):
        start = time.monotonic()
        child = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, **options)
        _, status, usage = os.wait4(child.pid, 0)
        seconds.append(time.monotonic() - start)
        memory = max(memory, usage.ru_maxrss // 1024)
        if status != 0:
            raise SystemExit(f"{arguments[0]} failed")
    return statistics.median(seconds), memory


def make(folder, scale):
    month, dataset = os.path.join(folder, "month"), os.path.join(folder, "month.h5")
    key = os.path.join(folder, "key")
    run([COMMAND, "generate", "-q", "--scale", str(scale), "--snaplen", "134", "-o", month])
    run([COMMAND, "key", "new", key], stderr=subprocess.DEVNULL)
    taps = []
    for side in ("outbound", "inbound"):
        for capture in sorted(glob.glob(f"{month}/*-{side}-*.pcap")):
            taps += [f"--{side}", capture]
    run([COMMAND, "convert", "-q", "--key", f"file:{key}", "--records", "primitive",
         "--internal", "10.1.0.0/16", "-o", dataset, *taps], stderr=subprocess.DEVNULL)
    flows = os.path.join(folder, "nfdump")
    os.mkdir(flows)
    for capture in sorted(glob.glob(f"{month}/*.pcap")):
        run(["nfpcapd", "-r", capture, "-w", flows, "-t", "86400"], stderr=subprocess.DEVNULL)
        os.unlink(capture)
    return dataset, flows


def main():
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as folder:
        dataset, flows = make(folder, scale)
        text = subprocess.run([COMMAND, "dataset", "info", dataset], check=True,
                              capture_output=True, text=True).stdout
        print(next(line for line in text.splitlines() if "flows" in line.lower()))
        csv, lean = os.path.join(folder, "all.csv"), os.path.join(folder, "signatures.csv")
        run([COMMAND, "dataset", "export", "-q", "-o", csv, dataset])
        run([COMMAND, "dataset", "export", "-q", "--columns", SIGNATURE, "-o", lean, dataset])
        with open(csv, encoding="ascii") as file:
            names = file.readline().rstrip().split(",")
        fields = ",".join(str(names.index(name) + 1) for name in SIGNATURE.split(","))
        rows = [
            ("the whole report", timed([COMMAND, "report", "-q", dataset])),
            ("R23 alone", timed([COMMAND, "report", "-q", "--only", "R23", dataset])),
            ("cut | sort | uniq -c", timed(
                ["sh", "-c", f"cut -d, -f{fields} {csv} | LC_ALL=C sort | uniq -c"])),
            ("sort | uniq -c, few columns", timed(
                ["sh", "-c", f"LC_ALL=C sort {lean} | uniq -c"])),
            ("nfdump, six statistics", timed(
                ["nfdump", "-q", "-R", flows, "-n", "20", "-s", "srcip/bytes", "-s", "dstip/bytes",
                 "-s", "srcport/packets", "-s", "dstport/packets", "-s", "proto/packets",
                 "-s", "record/packets"], stderr=subprocess.DEVNULL)),
        ]
    print(f"{'':28} {'seconds':>8} {'peak MB':>8}")
    for name, (seconds, memory) in rows:
        print(f"{name:28} {seconds:8.2f} {memory:8}")
    for name, (seconds, _) in rows[2:4]:
        print(f"R23 is {seconds / rows[1][1][0]:.1f} times as fast as {name}")
    print(f"nfdump takes {rows[4][1][0] / rows[0][1][0]:.2f} times the whole report's time")


main()
