#!/usr/bin/python3
"""Hold a report against a dataset, by counting its rows another way.

Usage: report_oracle.py DATASET REPORT.json

Every number that the report's tables print for R02, R06 and R09 is counted
again here, row by row, from the columns.
"""
import collections
import json
import sys

import h5py


def main():
    with h5py.File(sys.argv[1], "r") as dataset:
        flows = {name: column[:] for name, column in dataset["flows"].items()}
        internal = dataset["hosts/internal"][:]
        address = [a.decode() for a in dataset["hosts/address"][:]]
    with open(sys.argv[2], encoding="utf-8") as file:
        report = json.load(file)
    check(report, flows, internal, address)


def check(report, flows, internal, address):
    print(json.dumps(report, indent=1)[:3000])
    sys.exit("to be written against the report's form")


if __name__ == "__main__":
    main()
