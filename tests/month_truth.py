"""The reference month as an analyst may not see it: a dataset of it beside
its truth.  Read by segmentation_score.py and fit_who_am_i.py.

Addresses of the truth are real ones, those of the dataset pseudonyms.  They
are matched by conversations: start, both ports and protocol.
"""
import csv
import glob
import os
import subprocess
import tempfile
from collections import Counter, defaultdict

import h5py
import numpy as np

TCP, UDP = 6, 17
OUTBOUND, INBOUND = 1, 2
COLUMNS = ('start_time', 'source', 'destination', 'source_port',
           'destination_port', 'direction', 'tcp_flags', 'initial_tcp_flags',
           'stack', 'packets', 'bytes', 'protocol')


class Month:
    """Columns of /flows and /hosts, and the rows of the truth."""

    def __init__(self, dataset, truth):
        with h5py.File(dataset) as f:
            self.flow = {c: f['flows'][c][:] for c in COLUMNS}
            self.host = {c: f['hosts'][c][:] for c in f['hosts']}
            self.stack = {c: f['stacks'][c][:] for c in f['stacks']}
        self.truth = {
            table: rows(truth, table) for table in ('leases', 'users', 'changes')}
        self.number = self.match(truth)

    def match(self, truth):
        """Number in the dataset of each address of the truth."""
        f = self.flow
        out = np.flatnonzero((f['direction'] == OUTBOUND) &
                             np.isin(f['protocol'], (TCP, UDP)))
        place = {}
        for i in out:
            place.setdefault(
                (int(f['start_time'][i]), int(f['source_port'][i]),
                 int(f['destination_port'][i]), int(f['protocol'][i])),
                int(f['source'][i]))
        votes = defaultdict(Counter)
        for c in rows(truth, 'conversations-*'):
            key = (int(c['start']), int(c['near_port']), int(c['far_port']),
                   int(c['protocol']))
            if c['client_inside'] == '1' and key in place:
                votes[c['near_address']][place[key]] += 1
        return {address: v.most_common(1)[0][0]
                for address, v in votes.items()}


def rows(truth, table):
    """All rows of the truth's table of that name."""
    found = []
    for path in sorted(glob.glob(os.path.join(truth, f'*-truth-{table}.csv'))):
        with open(path, newline='') as f:
            found += csv.DictReader(f)
    return found


def make(flowveil, directory, seed=1, scale=1.0, suspect='p2p'):
    """Generate a month in directory, convert it; the dataset's path."""
    run = lambda *a: subprocess.run(a, check=True, stdout=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL)
    truth = os.path.join(directory, 'month')
    dataset = os.path.join(directory, 'month.h5')
    key = os.path.join(directory, 'key')
    run(flowveil, 'generate', '--seed', str(seed), '--scale', str(scale),
        '--suspect', suspect, '--snaplen', '134', '-o', truth)
    run(flowveil, 'key', 'new', key)
    captures = []
    for way in ('outbound', 'inbound'):
        for path in sorted(glob.glob(f'{truth}/*-{way}-*.pcap')):
            captures += ['--' + way, path]
    run(flowveil, 'convert', '--key', 'file:' + key, '-o', dataset,
        '--records', 'primitive', '--internal', '10.1.0.0/16', *captures)
    for path in captures[1::2]:
        os.unlink(path)
    return dataset, truth


def made(flowveil, **how):
    """A Month that was generated, converted, read and removed again."""
    with tempfile.TemporaryDirectory() as directory:
        return Month(*make(flowveil, directory, **how))
