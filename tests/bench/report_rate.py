#!/usr/bin/python3
"""The report over ten million records, beside what people do without it.

Usage: report_rate.py [SCALE]

Makes the reference month at SCALE (3: ten million packets), converts it to one
record per packet, and times, median of five, wall clock and all that the
processes computed:

- the whole report, with its memory;
- R23, the signatures, alone;
- the same by hand, on the CSV as `dataset export` writes it: cut out the columns
  of a signature, sort | uniq -c;
- the last step alone, on a CSV that was exported with only these columns;
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
    """Median wall seconds, median seconds of computing, largest memory in MB."""
    seconds, computing, memory = [], [], 0
    for _ in range(RUNS):
        start = time.monotonic()
        child = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, **options)
        _, status, usage = os.wait4(child.pid, 0)
        seconds.append(time.monotonic() - start)
        computing.append(usage.ru_utime + usage.ru_stime)
        memory = max(memory, usage.ru_maxrss // 1024)
        if status != 0:
            raise SystemExit(f"{arguments[0]} failed")
    return statistics.median(seconds), statistics.median(computing), memory


def by_hand(csv):
    """Signatures out of a CSV with all columns, counted."""
    with open(csv, encoding="ascii") as file:
        names = file.readline().rstrip("\n").split(",")
    fields = ",".join(str(names.index(name) + 1) for name in SIGNATURE.split(","))
    return ["sh", "-c", f"cut -d, -f{fields} {csv} | LC_ALL=C sort | uniq -c"]


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
        csv, lean = (os.path.join(folder, n) for n in ("flows.csv", "signatures.csv"))
        run([COMMAND, "dataset", "export", "-q", "-o", csv, dataset])
        run([COMMAND, "dataset", "export", "-q", "--columns", SIGNATURE, "-o", lean, dataset])
        rows = [
            ("the whole report", timed([COMMAND, "report", "-q", dataset])),
            ("R23 alone", timed([COMMAND, "report", "-q", "--only", "R23", dataset])),
            ("cut | sort | uniq -c", timed(by_hand(csv))),
            ("sort | uniq -c", timed(["sh", "-c", f"LC_ALL=C sort {lean} | uniq -c"])),
            ("nfdump, six statistics", timed(
                ["nfdump", "-q", "-R", flows, "-n", "20", "-s", "srcip/bytes", "-s", "dstip/bytes",
                 "-s", "srcport/packets", "-s", "dstport/packets", "-s", "proto/packets",
                 "-s", "record/packets"], stderr=subprocess.DEVNULL)),
        ]
    print(f"{'':24} {'seconds':>8} {'computing':>10} {'peak MB':>8}")
    for name, (seconds, computing, memory) in rows:
        print(f"{name:24} {seconds:8.2f} {computing:10.2f} {memory:8}")
    report, r23, full, lean, nfdump = (figures for _, figures in rows)
    print(f"R23 is {full[0] / r23[0]:.1f} times as fast as cut | sort | uniq -c on the exported "
          f"CSV, {lean[0] / r23[0]:.1f} times as sort | uniq -c on its columns alone")
    print(f"in computing, {full[1] / r23[1]:.1f} and {lean[1] / r23[1]:.1f} times less")
    print(f"nfdump takes {nfdump[0] / report[0]:.2f} times the whole report's time")
    print("load of the machine: " + " ".join(f"{n:.1f}" for n in os.getloadavg()))


main()
