#!/usr/bin/python3
"""How fast datasets are merged, beside h5py doing the same on the same files.

Usage: merge_rate.py [MILLION_ROWS]

As many rows as told, ten million by default.  Four cases; in the first, the
rows are those that writing is measured with (bench_writer, dataset_rate.py), in
the others made-up captures are converted into shards (one record per packet),
which are packed twice as small:

flows          two datasets, each a whole number of chunks: all are copied

same numbers   days of one site that know the same hosts, each a whole number
               of chunks: nearly all chunks are copied as they lie
many sites     a whole number of chunks each: hosts get other numbers
off the grid   as many sites, with shards that end inside a chunk: all that
               follows is cut and packed again

The rate is bytes of the shards' files per second; the fastest of RUNS runs
counts, in wall time and in processor time of all threads.  For the first, the
same of `cp` is shown, which copies the bytes and no more.  h5py reads, maps
with NumPy and writes with shuffle and gzip 1, in one thread, without digests;
it does so once, and for the rows of two shards only.  FLOWVEIL, CAPGEN and
BENCH_WRITER name the commands.
"""
import os
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

RUNS = 3
SHARDS = 5
CHUNK = 65536
HOSTS = 20000


def run(arguments, output):
    """(wall seconds, processor seconds, peak bytes) of a command, which
    writes a file that is not there."""
    if os.path.exists(output):
        os.unlink(output)
    start = time.monotonic()
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{arguments[0]} failed with {process.returncode}")
    return (time.monotonic() - start, usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss * 1024)


def shift(path, seconds):
    """Make the records of a dataset later; its digests are then void, which
    neither side looks at."""
    with h5py.File(path, "r+") as f:
        for name in ("captures/first_time", "captures/last_time"):
            if len(f[name]):
                f[name][:] += seconds * 10**9
        digest = f.attrs["content_digest"]
        f.attrs["content_digest"] = digest[:-2] + f"{seconds % 256:02x}"


def shards(folder, case, rows):
    """Make the shards of a case; their paths."""
    flowveil, capgen = os.environ["FLOWVEIL"], os.environ["CAPGEN"]
    capture, key = f"{folder}/capture.pcap", f"{folder}/key"
    if not os.path.exists(key):
        subprocess.run([flowveil, "key", "new", key], check=True,
                       capture_output=True)
    each = rows // SHARDS // CHUNK * CHUNK
    if case == "off the grid":
        each -= CHUNK // 3
    subprocess.run([capgen, "flows", str(each), str(HOSTS), capture],
                   check=True)
    paths = []
    for i in range(SHARDS):
        path = f"{folder}/{case.replace(' ', '-')}-{i}.h5"
        site = "one" if case == "same numbers" else f"site-{i}"
        subprocess.run([flowveil, "convert", "--key", f"file:{key}", "-q",
                        "--records", "primitive", "--site", site, "-o", path,
                        capture], check=True)
        if case == "same numbers":
            shift(path, 86400 * i)
        paths.append(path)
    os.remove(capture)
    return paths


def flows(folder, rows):
    """Two datasets of flows alone; their paths."""
    each = rows // 2 // CHUNK * CHUNK
    paths = [f"{folder}/flows-{i}.h5" for i in range(2)]
    for path in paths:
        subprocess.run([os.environ["BENCH_WRITER"], str(each), path],
                       check=True, capture_output=True)
    shift(paths[1], 86400)
    return paths


def merge_h5py(paths, output):
    """What dataset merge does to /flows, in Python."""
    hosts, before = {}, 0
    columns = {}
    with h5py.File(output, "w") as out:
        for path in paths:
            with h5py.File(path) as f:
                there = zip(f["hosts/address_high"][:],
                            f["hosts/address_low"][:],
                            [f["sites/name"][0]] * len(f["hosts/site"]))
                host = np.array([hosts.setdefault(key, len(hosts))
                                 for key in there], dtype=np.uint32)
                n = int(f["flows"].attrs["NROWS"])
                for name, column in f["flows"].items():
                    if name not in columns:
                        columns[name] = out.create_dataset(
                            f"flows/{name}", (0,), column.dtype,
                            maxshape=(None,), chunks=(CHUNK,), shuffle=True,
                            compression="gzip", compression_opts=1)
                    columns[name].resize((before + n,))
                    for at in range(0, n, CHUNK):
                        values = column[at:at + CHUNK]
                        if column.attrs.get("refers_to") == "hosts":
                            values = host[values]
                        at += before
                        columns[name][at:at + len(values)] = values
                before += n


def measures(paths):
    """Rows in all, bytes of one, and bytes of each file."""
    n = 0
    for path in paths:
        with h5py.File(path) as f:
            n += int(f["flows"].attrs["NROWS"])
            width = sum(c.dtype.itemsize for c in f["flows"].values())
    return n, width, [os.path.getsize(path) for path in paths]


def main():
    rows = int(float(sys.argv[1]) * 1e6) if len(sys.argv) > 1 else 10**7
    flowveil = os.environ["FLOWVEIL"]
    print(f"{'':14} {'':10} {'M rows':>6} {'MB':>4} {'s':>6} {'CPU s':>6} "
          f"{'MB/s':>6} {'MB/CPU s':>8} {'raw MB/CPU s':>12} {'peak MB':>7}")
    with tempfile.TemporaryDirectory() as folder:
        paths = flows(folder, rows)
        output = f"{folder}/out.h5"
        n, width, size = measures(paths)
        for threads in ("1", "2"):
            results = [run([flowveil, "dataset", "merge", "-q", "--threads",
                            threads, "-o", output, *paths], output)
                       for _ in range(RUNS)]
            show("flows", f"threads {threads}", n, width, sum(size),
                 [min(r[i] for r in results) for i in range(3)])
        results = [run(["cp", path, output], output)
                   for _ in range(RUNS) for path in paths]
        show("flows", "cp", n, width, sum(size),
             [2 * min(r[i] for r in results) for i in range(2)] + [0])
    for case in ("same numbers", "many sites", "off the grid"):
        with tempfile.TemporaryDirectory() as folder:
            paths = shards(folder, case, rows)
            output = f"{folder}/out.h5"
            n, width, size = measures(paths)
            for threads in ("1", "2"):
                results = [run([flowveil, "dataset", "merge", "-q", "--threads",
                                threads, "-o", output, *paths], output)
                           for _ in range(RUNS)]
                show(case, f"threads {threads}", n, width, sum(size),
                     [min(r[i] for r in results) for i in range(3)])
            wall, cpu = time.monotonic(), time.process_time()
            merge_h5py(paths[:2], output)
            show(case, "h5py", n * 2 // SHARDS, width, sum(size[:2]),
                 [time.monotonic() - wall, time.process_time() - cpu, 0])


def show(case, who, rows, width, size, best):
    wall, cpu, peak = best
    memory = f"{peak / 1e6:7.0f}" if peak else f"{'':7}"
    print(f"{case:14} {who:10} {rows / 1e6:6.2f} {size / 1e6:4.0f} "
          f"{wall:6.2f} {cpu:6.2f} {size / wall / 1e6:6.0f} "
          f"{size / cpu / 1e6:8.0f} {rows * width / cpu / 1e6:12.0f} {memory}",
          flush=True)


if __name__ == "__main__":
    main()
