"""The reference month as an analyst may not see it: a dataset of it beside
its truth.  Used by segmentation_score.py, access_score.py and
fit_who_am_i.py.

Addresses of the truth are real ones, those of the dataset pseudonyms.  They
are matched by conversations: start, both ports and protocol.
"""
import glob
import os
import subprocess
import tempfile

import h5py
import numpy as np

TCP, UDP = 6, 17
OUTBOUND, INBOUND = 1, 2
PUBLIC = 0
COLUMNS = ('start_time', 'source', 'destination', 'source_port',
           'destination_port', 'direction', 'tcp_flags', 'initial_tcp_flags',
           'stack', 'packets', 'protocol')
PERSONAS = ('browser', 'worker', 'gamer', 'sharer', 'caller', 'idle')


class Month:
    """Columns of /flows and /hosts, and of the truth's tables."""

    def __init__(self, dataset, truth):
        self.dataset = dataset
        with h5py.File(dataset) as f:
            self.flow = {c: f['flows'][c][:] for c in COLUMNS}
            self.host = {c: f['hosts'][c][:] for c in f['hosts']}
        with h5py.File(truth) as f:
            read = lambda t: {c: f[t][c][:] for c in f[t]}
            self.users, self.leases, self.changes = map(
                read, ('users', 'leases', 'changes'))
            self.number = self.match(f['conversations'])

    def match(self, talks):
        """Number in the dataset of each of the truth's addresses, by row."""
        f = self.flow
        key = lambda start, near, far, protocol: np.rec.fromarrays(
            (start, near.astype('u2'), far.astype('u2'), protocol),
            names='t,n,f,p')
        out = np.flatnonzero((f['direction'] == OUTBOUND) &
                             np.isin(f['protocol'], (TCP, UDP)))
        ours = key(*(f[c][out] for c in ('start_time', 'source_port',
                                         'destination_port', 'protocol')))
        # Captures have microseconds.
        theirs = key(talks['start_time'][:] // 1000 * 1000,
                     *(talks[c][:] for c in ('near_port', 'far_port', 'protocol')))
        own = talks['initiator'][:] == 1
        _, a, b = np.intersect1d(ours, theirs[own], return_indices=True)
        pairs = np.stack((talks['address'][:][own][b], f['source'][out][a]), axis=1)
        pairs, count = np.unique(pairs, axis=0, return_counts=True)
        number = {}
        for (address, host), _ in sorted(zip(map(tuple, pairs), count),
                                         key=lambda p: p[1]):
            number[address] = host  # the most frequent one is last
        return number


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise SystemExit(done.stderr.decode())
    return done.stdout


def made(flowveil, directory, seed=1, scale=1.0, suspect='p2p', profile='deck'):
    """Generate a month in directory, convert it and read it."""
    month = os.path.join(directory, 'month')
    dataset = os.path.join(directory, 'month.h5')
    key = os.path.join(directory, 'key')
    run(flowveil, 'generate', '--seed', str(seed), '--scale', str(scale),
        '--profile', profile, *(('--suspect', suspect) if profile == 'deck' else ()),
        '--snaplen', '134', '-o', month)
    run(flowveil, 'key', 'new', key)
    captures = []
    for way in ('outbound', 'inbound'):
        for path in sorted(glob.glob(f'{month}/*-{way}-*.pcap')):
            captures += ['--' + way, path]
    run(flowveil, 'convert', '--key', 'file:' + key, '-o', dataset,
        '--records', 'primitive', '--internal', '10.1.0.0/16',
        '--internal', '2001:db8:1::/48', *captures)
    for path in captures[1::2]:
        os.unlink(path)
    return Month(dataset, os.path.join(month, 'truth.h5'))


def scratch():
    return tempfile.TemporaryDirectory(prefix='fv-month-')
