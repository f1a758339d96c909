#!/usr/bin/python3
"""Convert captures to several datasets and hold them against one.

usage: shards_check.py [--step N] FOLDER

For each capture of the folder (or every N-th), in one of four ways (the next file has the
next): as uniflows, as biflows, as primitive records of packets in tunnels,
too, and as uniflows of these alone, by their tunnels' identifiers.  The capture's time is cut in some four parts:

- the datasets of `convert --shards`, merged, are to the byte the dataset of
  `convert -o`;
- with a dataset taken away, `--resume` gives the same datasets again.

Captures that cannot be read, and those whose packets have one time, are passed
by.  FLOWVEIL names the command.  Prints what differs; exits with 1 if anything
does, or if nothing was compared.
"""
import concurrent.futures
import filecmp
import glob
import os
import shutil
import subprocess
import sys
import tempfile

import h5py

HERE = os.path.dirname(os.path.abspath(__file__))
SECONDS = 300
PARTS = 4

WAYS = (["--records", "uniflow"], ["--records", "biflow"],
        ["--records", "primitive", "--tunnels", "both"],
        ["--records", "uniflow", "--tunnels", "inner", "--tunnel-id-in-key"])


def run(*arguments):
    return subprocess.run([os.environ["FLOWVEIL"], *arguments],
                          capture_output=True, timeout=SECONDS,
                          stdin=subprocess.DEVNULL, check=False)


def length(path):
    """Seconds that cut the times in a dataset in PARTS, or 0."""
    with h5py.File(path, "r") as f:
        rows = f["captures"]
        some = rows["packets_recorded"][:] > 0
        if not some.any():
            return 0
        span = int(rows["last_time"][:][some].max()) - \
            int(rows["first_time"][:][some].min())
    return 0 if span <= 0 else max(1, span // 10**9 // PARTS)


def check(path, number, key, folder):
    """(parts that were compared, problems)"""
    work = os.path.join(folder, str(number))
    one, parts, merged = (os.path.join(work, n)
                          for n in ("one.h5", "parts", "merged.h5"))
    convert = ["convert", "--key", f"file:{key}", "-q",
               *WAYS[number % len(WAYS)], path]
    os.mkdir(work)
    if run(*convert, "-o", one).returncode not in (0, 3):
        return 0, []
    seconds = length(one)
    if seconds == 0:
        return 0, []
    shards = [*convert, "--shards", parts, "--rotate", str(seconds)]
    made = run(*shards)
    if made.returncode not in (0, 3):
        return 0, [f"shards: {made.stderr.decode()}"]
    names = sorted(glob.glob(f"{parts}/*.h5"))
    done = run("dataset", "merge", "-q", "-o", merged, *reversed(names))
    if done.returncode != 0:
        return 0, [f"merge: {done.stderr.decode()}"]
    problems = []
    if not filecmp.cmp(one, merged, shallow=False):
        problems.append(f"{len(names)} datasets, merged, are not the one")
    away = names[number % len(names)]
    shutil.move(away, merged)
    again = run(*shards, "--resume")
    if again.returncode not in (0, 3) or \
            not filecmp.cmp(away, merged, shallow=False):
        problems.append(f"resumed differently: {again.stderr.decode()}")
    return len(names), problems


def task(arguments):
    path, number, key, folder = arguments
    try:
        return check(path, number, key, folder)
    finally:
        shutil.rmtree(os.path.join(folder, str(number)), ignore_errors=True)


def captures(root):
    for folder, _, names in sorted(os.walk(root)):
        for name in sorted(names):
            if name != "MANIFEST.tsv":
                yield os.path.join(folder, name)


def main():
    root = sys.argv[-1]
    step = int(sys.argv[2]) if sys.argv[1] == "--step" else 1
    compared = datasets = several = bad = 0
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        key = os.path.join(folder, "key")
        shutil.copy(os.path.join(HERE, "vectors", "reference.key"), key)
        os.chmod(key, 0o600)
        tasks = [(p, i, key, folder) for i, p in enumerate(captures(root))
                 if i % step == 0]
        for (path, *_), (parts, problems) in zip(tasks, pool.map(task, tasks)):
            compared += parts > 0
            several += parts > 1
            datasets += parts
            bad += bool(problems)
            for problem in problems:
                print(f"{os.path.relpath(path, root)}: {problem}")
    print(f"shards: {compared} captures, {several} of them in several "
          f"datasets, {datasets} in all; {bad} differ")
    return 1 if bad or several == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
