#!/usr/bin/env python3
"""How well R28a to R28e do in generated months, whose truth is known.

	FLOWVEIL=COMMAND access_score.py [--scale FACTOR] [SEED]...

Makes months of each seed (1 unless one is given) at a scale (0.3): the deck's
with either suspicious host, and today's.  Reports on them, and compares with the
truth beside the captures:

- addresses active at once, by hour of the day, with those that have a conversation
  under way, and with those that are leased; and sessions with conversations cut
  by the same silence;
- packets encrypted, with what the applications are that sent them;
- who is said to scan, with who does.

No two devices share an address at one time in these months, and none calls home
by the clock.  So both are planted into a copy: two addresses become one, fifty
times; and packets of a voice stream are turned into contacts of made-up beacons,
of which some wait for a time of chance and are none.

Status 1 if a figure is below what docs/analyses.md says of it.  The truth is
synthetic: these figures say how well a method does where our assumptions hold, and
nothing about any real network.
"""
import argparse
import json
import os
import shutil
import sys

import h5py
import numpy as np

import month_truth
from month_truth import OUTBOUND, TCP, UDP

HALF_HOUR = 1800 * 10**9
STEP = 300 * 10**9
HOUR = 12 * STEP
NONE = 2**32 - 1
SYN = 2

# Applications of the generator whose payload nobody on the way can read.
SEALED = {b'https', b'quic', b'ssh', b'dot', b'wireguard', b'openvpn', b'esp',
          b'ipsec-nat', b'imap-tls', b'push-apple', b'push-google'}
# Likewise, on ports that R28b takes for nothing.
SEALED_ELSEWHERE = {b'video-call'}
SEALED_KINDS = {'HTTPS', 'QUIC', 'DNS over TLS', 'DNS over QUIC', 'SSH', 'IPsec',
                'WireGuard', 'OpenVPN', 'Mail and push over TLS'}

# Planted: period in seconds, by how much a wait may differ, how many contacts.
BEACONS = [(period, jitter, contacts)
           for period, contacts in ((120, 300), (900, 96), (3600, 48))
           for jitter in (0, 0.05, 0.1, 0.2, 0.3, None)]


class Check:
    def __init__(self):
        self.failed = False

    def __call__(self, name, value, good):
        print(f'  {name:58} {value}{"" if good else "   <- poor"}')
        self.failed |= not good


def report(flowveil, dataset, only='R28'):
    return {s['id']: s for s in json.loads(month_truth.run(
        flowveil, 'report', '--only', only, '--json', dataset))['sections']}


def rows(section, name):
    return next((t['rows'] for t in section['tables'] if t['name'] == name), [])


def value(section, name):
    return next(f['value'] for f in section['facts'] if f['name'] == name)


def conversations(truth, *names):
    with h5py.File(truth) as f:
        c = f['conversations']
        return {n: c[n][:] for n in ('start_time', 'duration', 'packets_out',
                                     'packets_in', 'protocol', *names)}


def covered(begin, end, who, first, steps):
    """How many of each hour of the day, on the mean, are there at once."""
    present = set()
    for a, b, w in zip((begin - first) // STEP, (end - first) // STEP, who):
        present.update((int(w), t) for t in range(max(a, 0), min(b, steps - 1) + 1))
    hours = np.zeros(24)
    for _, t in present:
        hours[t // 12 % 24] += 1
    return hours / (steps / 24)


def sessions(begin, end, who):
    """How many there are: cut where an address is silent for half an hour."""
    order = np.lexsort((begin, who))
    n, last, until = 0, None, 0
    for a, b, w in zip(begin[order], end[order], who[order]):
        if w != last or a - until > HALF_HOUR:
            n, until = n + 1, b
        last, until = w, max(until, b)
    return n


def occupancy(check, month, truth, r):
    """R28a; the truth knows conversations, not each packet."""
    c = conversations(truth, 'near_address')
    said = np.array([h['mean']['part'] / h['mean']['whole'] for h in rows(r['R28a'], 'hours_1')])
    first = int(month.flow['start_time'].min()) // HOUR * HOUR
    steps = (int(month.flow['start_time'].max()) // HOUR * HOUR + HOUR - first) // STEP
    sent = (c['packets_out'] > 0) & (c['protocol'] != 0)
    begin, who = c['start_time'][sent], np.unique(c['near_address'][sent], return_inverse=True)[1]
    end = begin + c['duration'][sent].astype('i8')
    active = covered(begin, end, who, first, steps)
    leases = month.leases
    leased = covered(leases['start_time'], leases['end_time'] - 1, leases['address'], first, steps)
    off = np.abs(said - active).mean()
    check('active at once: said, true, mean absolute error by hour',
          f'{said.mean():.2f}  {active.mean():.2f}  {off:.2f}', off < 0.15 * active.mean())
    check('addresses leased at once, most of them silent', f'{leased.mean():.1f}', True)
    n = sessions(begin, end, who)
    said = value(r['R28a'], 'sessions')
    check('sessions: said, true', f'{said}  {n}', abs(said - n) < 0.1 * n)


def encryption(check, truth, r):
    c = conversations(truth, 'application')
    packets = (c['packets_out'] + c['packets_in']).astype('i8')
    crossing = ~np.isin(c['application'], (b'arp', b'neighbour', b'bridge', b'eapol'))
    whole = packets[crossing].sum()
    by_port = packets[np.isin(c['application'], list(SEALED))].sum()
    elsewhere = packets[np.isin(c['application'], list(SEALED_ELSEWHERE))].sum()
    said = sum(k['packets']['part'] for k in rows(r['R28b'], 'kinds') if k['kind'] in SEALED_KINDS)
    check('packets encrypted: said, true, of these on unknown ports',
          f'{said / whole:.3f}  {(by_port + elsewhere) / whole:.3f}  {elsewhere / whole:.3f}',
          abs(said - by_port) < 0.001 * whole)


def scanning(check, month, truth, suspect, r):
    found = {h['host']['label'] for h in rows(r['R28d'], 'addresses') if h['verdict'] != '-'}
    with h5py.File(truth) as f:
        role = f['addresses/role'][:]
    planted = {month.host['address'][month.number[int(a)]].decode()
               for a in np.flatnonzero(role == b'suspect-scanner')}
    check(f'scanners: planted, found (the suspicious host: {suspect})',
          f'{len(planted)}  {len(found)}', found == planted)


def share(month, truth, dataset):
    """Give each second inside address of a copy to the one before it, and tell the
    half hours in which both then send SYNs, between each other's."""
    order = [month.number[a] for a in sorted(month.number)]
    to = np.arange(len(month.host['address']), dtype='u4')
    for a, b in zip(order[0::2], order[1::2]):
        to[b] = a
    f, host = month.flow, month.host
    with h5py.File(dataset, 'r+') as file:
        stack_of = {n: file['stacks'][n][:] for n in file['stacks'] if n != 'window'}
        for column in ('source', 'destination'):
            file['flows'][column][:] = to[f[column]]
    stack = np.unique(np.stack(list(stack_of.values())), axis=1, return_inverse=True)[1].ravel()
    syn = np.flatnonzero((f['protocol'] == TCP) & (f['tcp_flags'] & 0x12 == SYN) &
                         (f['direction'] == OUTBOUND) & (host['internal'][f['source']] == 1) &
                         (f['stack'] != NONE))
    seen = {}
    for i in syn:
        who = int(to[f['source'][i]])
        t = int(f['start_time'][i])
        s = seen.setdefault((who, t // HALF_HOUR), {}).setdefault(
            (int(f['source'][i]), int(stack[f['stack'][i]])), [t, t])
        s[0], s[1] = min(s[0], t), max(s[1], t)
    both, told = set(), set()
    for key, there in seen.items():
        spans = [(a, b, h, k) for (h, k), (a, b) in there.items()]
        for i, (a, b, h, k) in enumerate(spans):
            for c, d, g, m in spans[:i]:
                if h != g and a < d and c < b:
                    both.add(key)
                    if k != m:
                        told.add(key)
    return both, told


def devices(check, month, truth, flowveil):
    copy = month.dataset + '.shared.h5'
    shutil.copy(month.dataset, copy)
    both, told = share(month, truth, copy)
    r = report(flowveil, copy)
    os.unlink(copy)
    said = value(r['R28c'], 'shared_halves')['part']
    addresses = {k[0] for k in both}
    found = value(r['R28c'], 'shared')
    check('half hours with two devices: true, of two stacks, said',
          f'{len(both)}  {len(told)}  {said}', abs(said - len(told)) <= 0.1 * len(told))
    check('addresses with two devices: true, said', f'{len(addresses)}  {found}',
          found <= len(addresses))


def plant(month, copy):
    """Turn packets of the commonest UDP port into contacts of beacons."""
    f, host = month.flow, month.host
    rng = np.random.default_rng(1)
    port, n = np.unique(f['destination_port'][(f['protocol'] == UDP) &
                                              (f['direction'] == OUTBOUND)], return_counts=True)
    spare = np.flatnonzero((f['protocol'] == UDP) & (f['direction'] == OUTBOUND) &
                           (f['destination_port'] == port[n.argmax()]))
    need = sum(c for _, _, c in BEACONS)
    if len(spare) < need:
        raise SystemExit('too few packets to plant beacons in')
    inside = [month.number[a] for a in sorted(month.number)]
    # Far addresses that one host alone meets, so that none is popular.
    pairs = np.unique(np.stack((f['destination'], f['source'])), axis=1)
    far, met = np.unique(pairs[0], return_counts=True)
    far = far[(met == 1) & (host['address_class'][far] == 0) & (host['internal'][far] == 0)]
    begin = int(f['start_time'].min())
    columns = {c: f[c].copy() for c in ('start_time', 'source', 'destination',
                                        'destination_port', 'source_port')}
    planted, at = {}, 0
    for i, (period, jitter, contacts) in enumerate(BEACONS):
        take = spare[at:at + contacts]
        at += contacts
        if jitter is None:
            waits = rng.exponential(period, contacts)
        else:
            waits = period * (1 + jitter * rng.uniform(-1, 1, contacts))
        columns['start_time'][take] = begin + (np.cumsum(waits) * 1e9).astype('i8')
        columns['source'][take] = inside[i % len(inside)]
        columns['destination'][take] = far[i * 37]
        columns['destination_port'][take] = 8443
        columns['source_port'][take] = 50000 + i
        planted[host['address'][inside[i % len(inside)]].decode(),
                host['address'][far[i * 37]].decode()] = (period, jitter)
    with h5py.File(copy, 'r+') as file:
        for name, column in columns.items():
            file['flows'][name][:] = column
    return planted


def beacons(check, month, flowveil):
    copy = month.dataset + '.beacons.h5'
    shutil.copy(month.dataset, copy)
    planted = plant(month, copy)
    r = report(flowveil, copy, 'R28e')
    os.unlink(copy)
    named = {(b['host']['label'], b['peer']['label']) for b in rows(r['R28e'], 'beacons')}
    for jitter in (0, 0.05, 0.1, 0.2, 0.3, None):
        there = [k for k, (p, j) in planted.items() if j == jitter and p > 300]
        found = sum(k in named for k in there)
        what = 'waits of chance' if jitter is None else f'waits {jitter:.0%} off at most'
        check(f'beacons planted, found: {what}', f'{len(there)}  {found}',
              found == 0 if jitter is None else jitter > 0.2 or found == len(there))
    check('found, and not planted', str(len(named - set(planted))), not named - set(planted))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--scale', type=float, default=0.3)
    parser.add_argument('seed', nargs='*', type=int, default=[1])
    arguments = parser.parse_args()
    flowveil = os.environ['FLOWVEIL']
    check = Check()
    for seed in arguments.seed:
        for profile, suspect in (('deck', 'p2p'), ('deck', 'scanner'), ('today', 'none')):
            with month_truth.scratch() as directory:
                month = month_truth.made(flowveil, directory, seed=seed, scale=arguments.scale,
                                         suspect=suspect, profile=profile)
                truth = os.path.join(directory, 'month', 'truth.h5')
                r = report(flowveil, month.dataset)
                print(f'seed {seed}, {profile}, suspicious host: {suspect}')
                scanning(check, month, truth, suspect, r)
                if suspect == 'scanner':
                    continue
                occupancy(check, month, truth, r)
                encryption(check, truth, r)
                if profile == 'deck':
                    devices(check, month, truth, flowveil)
                    beacons(check, month, flowveil)
    print('The truth is synthetic: nothing here is said about any real network.')
    return 1 if check.failed else 0


if __name__ == '__main__':
    sys.exit(main())
