#!/usr/bin/python3
"""Speed of `dataset export`, beside h5py with pandas on the same rows.

Usage: export_rate.py CAPTURE

The capture is converted, one record per packet, and read once into the page
cache.  Each command then runs RUNS times; the fastest run counts.  CSV goes to
/dev/null, all else into a file.  CPU time is user and system, all threads.  The peer reads with h5py, looks the addresses up and
writes with to_csv, in this process, the first PEER_ROWS rows; that it writes
the very same bytes is checked.  FLOWVEIL names the command.
"""
import os
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np
import pandas as pd

RUNS = 3
PEER_ROWS = 200_000
NONE = 0xffffffff


def run(arguments, output=subprocess.DEVNULL):
    """(wall seconds, CPU seconds) of one run."""
    start = time.monotonic()
    with subprocess.Popen(arguments, stdout=output, stdin=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{arguments} failed with {process.returncode}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime


def peer(dataset, path):
    """The CSV of the first rows, by h5py and pandas; CPU seconds."""
    start = time.process_time()
    with h5py.File(dataset) as f:
        address = f["hosts/address"].asstr()[:]
        frame = {}
        for name in f["flows"].attrs["column-order"]:
            column = f["flows"][name]
            values = column[:PEER_ROWS]
            if column.attrs.get("refers_to") == "hosts":
                frame[name + "_address"] = address[values]
            elif "refers_to" in column.attrs:
                frame[name] = pd.arrays.IntegerArray(values.astype("int64"), values == NONE)
            else:
                frame[name] = values
    pd.DataFrame(frame).to_csv(path, index=False)
    return time.process_time() - start


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: export_rate.py CAPTURE")
    flowveil = os.environ["FLOWVEIL"]
    with tempfile.TemporaryDirectory() as folder:
        key, dataset, text, theirs = (f"{folder}/{n}" for n in ("key", "out.h5", "out.csv", "peer.csv"))
        subprocess.run([flowveil, "key", "new", key], check=True, capture_output=True)
        subprocess.run([flowveil, "convert", "--key", f"file:{key}", "-q", "-o", dataset,
                        "--records", "primitive", sys.argv[1]], check=True)
        with h5py.File(dataset) as f:
            rows = int(f["flows"].attrs["NROWS"])
        export = [flowveil, "dataset", "export", "-q"]
        subprocess.run([*export, "-o", text, dataset], check=True)
        size = os.path.getsize(text)
        commands = {}
        for threads in ("1", "2"):
            commands[f"CSV, {threads} thread{'s'[:int(threads) - 1]}"] = [
                *export, "--threads", threads, dataset]
        for name in ("csv.gz", "csv.zst", "parquet"):
            commands[f".{name}, 1 thread"] = [
                *export, "--threads", "1", "--replace", "-o", f"{folder}/x.{name}", dataset]
        best = {name: min(run(command) for _ in range(RUNS)) for name, command in commands.items()}
        sizes = {f".{name}, 1 thread": os.path.getsize(f"{folder}/x.{name}")
                 for name in ("csv.gz", "csv.zst", "parquet")}
        seconds = min(peer(dataset, theirs) for _ in range(RUNS))
        subprocess.run([*export, "--replace", "--head", str(PEER_ROWS), "-o", text, dataset], check=True)
        with open(text, "rb") as ours, open(theirs, "rb") as other:
            if ours.read() != other.read():
                sys.exit("h5py and pandas wrote something else")
        share = np.divide(min(PEER_ROWS, rows), rows)
    print(f"{rows} rows, {size / 1e6:.0f} MB of CSV\n{'':30} {'M rows/s':>8} {'MB of text/s':>12} {'CPU s':>6} "
          f"{'MB/CPU s':>8} {'MB':>6}")
    for name, (wall, cpu) in best.items():
        print(f"{name:30} {rows / wall / 1e6:8.2f} {size / wall / 1e6:12.0f} {cpu:6.2f} {size / cpu / 1e6:8.0f} "
              f"{sizes.get(name, size) / 1e6:6.1f}")
    cpu = best["CSV, 1 thread"][1] * share
    print(f"{'h5py and pandas, same bytes':30} {rows * share / seconds / 1e6:8.2f} {size * share / seconds / 1e6:12.0f} "
          f"{seconds:6.2f} {size * share / seconds / 1e6:8.0f}: {seconds / cpu:.0f} times our CPU time, "
          f"row for row")


if __name__ == "__main__":
    main()
