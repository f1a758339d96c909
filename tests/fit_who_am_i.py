#!/usr/bin/env python3
"""Fit the weights of the evidence of R26 on generated months.

	FLOWVEIL=COMMAND fit_who_am_i.py           print analysis/weights.h
	FLOWVEIL=COMMAND fit_who_am_i.py --check   compare it with what is there
	FLOWVEIL=COMMAND fit_who_am_i.py --judge    on a month that was not fitted
	FLOWVEIL=COMMAND fit_who_am_i.py --measure DATASET

The last compares the evidence that the report of a dataset prints with what
is measured here, by other code.

Months of both variants of the suspicious host are made, with seeds that no
test looks at.  Units are the suspicious host in
thirds of a month, the stays of guests, and, for servers, the far side of
services: the same records from the other end.  What each unit's evidence is
(docs/analyses.md, R26) is binned, and for each class the share of its units
in each bin counted.
"""
import json
import math
import os
import sys

import h5py
import numpy as np

import month_truth
from month_truth import INBOUND, OUTBOUND, PERSONAS, PUBLIC, TCP, UDP

FIN, SYN, RST, ACK = 1, 2, 4, 16
SEEDS = (11,)
OTHER_SEEDS = (12,)
CLASSES = ('scanner', 'peer', 'server', 'stream', 'client')
DAY = 86400 * 10**9

# Name, and where its bins end, in thousandths.
EVIDENCE = (
    ('answered', (50, 200, 500, 800)),
    ('acks_per_syn', (500, 1000, 2000, 5000, 20000)),
    ('closes_per_syn', (100, 250, 500, 750)),
    ('fan_out', (50, 150, 400, 800)),
    ('destination_entropy', (200, 400, 600, 800)),
    ('common_prefix', (1200, 2000, 4000, 12000, 24000)),
    ('source_port_entropy', (200, 400, 600, 800)),
    ('destination_port_entropy', (50, 200, 400, 600, 800)),
    ('main_port', (50, 150, 300, 600)),
    ('both_protocols', (10, 30, 100, 300)),
    ('ports_per_peer', (100, 500, 800)),
    ('accepted', (10, 100, 500, 900)),
    ('udp', (50, 200, 400, 700)),
    ('largest_share', (50, 200, 500, 800)),
)

# Ports that both protocols use anyway: Karagiannis et al. 2004, and
# neighbours of the local network.
COMMON_PORTS = (53, 67, 68, 88, 123, 135, 137, 138, 139, 161, 389, 445, 500,
                1900, 3544, 4500, 5353, 5355)

# Of ten units, one is taken to be like no month of ours: so that no bin is
# impossible, and no evidence decides alone.
STRANGE = 0.1
FEWEST = 30  # packets sent; with fewer there is little to fit


def ratio(part, whole):
    return None if whole == 0 else part / whole


def entropy(counts):
    """RU of Xu, Zhang and Bhattacharyya 2005, for counts of draws."""
    draws = int(counts.sum())
    if draws < 2:
        return None
    p = counts[counts > 0] / draws
    return float(-(p * np.log2(p)).sum()) / math.log2(draws)


def common_prefixes(address):
    """Mean of the bits that successive IPv4 addresses have in common."""
    if len(address) < 2:
        return None
    x = (address[1:] ^ address[:-1]).astype(np.uint64)
    bits = 32 - np.floor(np.log2(np.maximum(x, 1)) + 1)
    return float(np.where(x == 0, 32, bits).mean())


def measure(f, host, out, into, near=True):
    """Evidence of one unit: rows it sent and rows sent to it, by index."""
    col = lambda name, rows: f[name][rows]
    packets = col('packets', out)
    tcp = col('protocol', out) == TCP
    udp = col('protocol', out) == UDP
    flags = col('tcp_flags', out)
    first = col('initial_tcp_flags', out)
    to = col('destination', out)
    sport = col('source_port', out)
    dport = col('destination_port', out)
    syn = tcp & ((first & (SYN | ACK)) == SYN)
    # Packets that acknowledge, less a first SYN, less refusals.
    acks = np.where(tcp & (flags & ACK > 0) & ((flags & RST == 0) | (packets > 1)),
                    packets - (first & SYN > 0), 0).astype(np.int64)
    closes = tcp & ((flags & FIN > 0) | ((flags & RST > 0) & (flags & ACK > 0)))
    answers = ((col('protocol', into) == TCP) & (col('tcp_flags', into) & ACK > 0) &
               (col('tcp_flags', into) & RST == 0))
    attempted = np.unique(to[syn])
    answered = np.union1d(to[acks > 0], col('source', into)[answers])
    ports = (tcp | udp) & ((sport > 0) | (dport > 0))
    public = host['address_class'][to] == PUBLIC

    e = {}
    e['answered'] = ratio(np.isin(attempted, answered).sum(), len(attempted))
    e['acks_per_syn'] = ratio(acks.sum(), syn.sum())
    e['closes_per_syn'] = ratio(closes.sum(), syn.sum())
    e['fan_out'] = ratio(len(attempted), syn.sum())
    sent = np.bincount(to[public], weights=packets[public].astype(float)) \
        if public.any() else np.zeros(1)
    e['destination_entropy'] = entropy(sent)
    order = np.lexsort((to, col('start_time', out)))
    seen, at = np.unique(to[order], return_index=True)
    seen = to[order][np.sort(at)]
    seen = seen[(host['ip_version'][seen] == 4) & (host['address_class'][seen] == PUBLIC)]
    e['common_prefix'] = common_prefixes(
        host['address_low'][seen] & 0xffffffff) if near else None
    by = lambda port: np.bincount(port[ports], weights=packets[ports].astype(float),
                                  minlength=65536)
    e['source_port_entropy'] = entropy(by(sport))
    e['destination_port_entropy'] = entropy(by(dport))
    all_ports = packets[ports].sum()
    e['main_port'] = ratio(by(sport).max(), all_ports)
    odd = public & ~np.isin(sport, COMMON_PORTS) & ~np.isin(dport, COMMON_PORTS)
    over = [np.unique(to[odd & p]) for p in (tcp, udp)]
    e['both_protocols'] = ratio(len(np.intersect1d(*over)), len(np.union1d(*over)))
    high = public & ports & (dport > 1024)
    e['ports_per_peer'] = ratio(len(np.unique(dport[high])), len(np.unique(to[high])))
    taken = (tcp & ((first & (SYN | ACK)) == (SYN | ACK))).sum()
    e['accepted'] = ratio(taken, taken + syn.sum())
    e['udp'] = ratio(packets[udp].sum(), packets[tcp | udp].sum())
    e['largest_share'] = ratio(sent.max(), sent.sum())
    return e


def split(key, rows):
    """Rows by their key, in order of time."""
    rows = rows[np.argsort(key[rows], kind='stable')]
    if len(rows) == 0:
        return {}
    cuts = np.flatnonzero(np.diff(key[rows])) + 1
    return {int(key[part[0]]): part for part in np.split(rows, cuts)}


def units(month, variant):
    """Class and evidence of each unit of a month."""
    f, host = month.flow, month.host
    inside = host['internal'] == 1
    sent = (f['direction'] == OUTBOUND)
    came = (f['direction'] == INBOUND)
    out = split(f['source'], np.flatnonzero(sent))
    into = split(f['destination'], np.flatnonzero(came))
    users, leases = month.users, month.leases
    when = f['start_time']
    none = np.zeros(0, np.int64)
    part = lambda rows, a, b: rows[(when[rows] >= a) & (when[rows] < b)]
    like = {'sharer': 'peer', 'caller': 'stream', 'gamer': 'stream'}

    start = int(when.min())
    for address, user, a, b in zip(leases['address'], leases['user'],
                                   leases['start_time'], leases['end_time']):
        number = month.number.get(address)
        if number is None or users['router'][user] == 1:
            continue
        suspect = user == 0
        kind = like.get(PERSONAS[users['persona'][user]], 'client')
        group = 'resident' if user < 5 else 'guest'
        pieces = [(a, b)]
        if suspect:
            group = 'suspect'
            kind = 'scanner' if variant == 'scanner' else 'peer'
        elif variant == 'scanner':
            continue  # as in the other variant
        if group != 'guest':
            pieces += [(start + i * 10 * DAY, start + (i + 1) * 10 * DAY)
                       for i in range(3)]
        for begin, end in pieces:
            rows = part(out.get(number, none), begin, end)
            if f['packets'][rows].sum() >= FEWEST:
                yield kind, group, measure(
                    f, host, rows, part(into.get(number, none), begin, end))
    if variant == 'scanner':
        return
    # The far side: a server seen by the clients of this site.
    far_out = split(f['source'], np.flatnonzero(came))
    far_in = split(f['destination'], np.flatnonzero(sent))
    for number, rows in far_out.items():
        if len(rows) < 200 or host['address_class'][number] != PUBLIC or inside[number]:
            continue
        served = np.isin(f['source_port'][rows], (22, 25, 53, 80, 110, 143, 443))
        if served.mean() > 0.9:
            yield 'server', 'far', measure(
                f, host, rows, far_in.get(number, none), near=False)


def bin_of(value, edges):
    return sum(round(value * 1000) >= e for e in edges)


def fit(found):
    """ln P(bin | class) in thousandths of nats: [evidence][class][bin]."""
    table = []
    for name, edges in EVIDENCE:
        row = []
        for c in CLASSES:
            share = np.zeros(len(edges) + 1)
            groups = sorted({g for k, g, _ in found if k == c})
            weight = 0
            for g in groups:
                values = [e[name] for k, h, e in found
                          if k == c and h == g and e[name] is not None]
                if not values:
                    continue
                bins = np.bincount([bin_of(v, edges) for v in values],
                                   minlength=len(share))
                share += bins / bins.sum()
                weight += 1
            row.append((1 - STRANGE) * share / weight + STRANGE / len(share)
                       if weight > 0 else None)
        # What cannot be fitted is as the other classes are: no evidence.
        middle = np.mean([p for p in row if p is not None], axis=0)
        table.append([[round(1000 * math.log(x)) for x in
                       (middle if p is None else p)] for p in row])
    return table


def header(found, table):
    """analysis/weights.h"""
    counts = {c: sum(k == c for k, _, _ in found) for c in CLASSES}
    lines = ['#ifndef ANALYSIS_WEIGHTS_H', '#define ANALYSIS_WEIGHTS_H', '',
             '/* tests/fit_who_am_i.py printed this file. */',
             '/* clang-format off */',
             '', '/*', ' * ln P(bin of an evidence | class), in thousandths of nats; fitted on',
             ' * generated months.  Units of each class:',
             ' * ' + ', '.join(f'{c} {n}' for c, n in counts.items()) + '.',
             ' * Where there was nothing to fit with, the mean of the others.', ' */', '']
    most = max(len(e) for _, e in EVIDENCE) + 1
    lines += [f'#define FV_WEIGHTS_BINS {most}', '',
              '/*', ' * X(name, bins, edges in thousandths, and a row for each of',
              ' * ' + ', '.join(CLASSES) + ')', ' */', '#define FV_WEIGHTS_LIST(X) \\']
    for (name, edges), row in zip(EVIDENCE, table):
        numbers = lambda v: 'ROW(' + ', '.join(map(str, v)) + ')'
        lines.append(f'\tX({name}, {len(edges) + 1}, {numbers(edges)}, \\')
        for i, v in enumerate(row):
            end = ')' if i + 1 == len(row) else ','
            lines.append(f'\t\t{numbers(v)}{end} \\')
    lines[-1] = lines[-1][:-2]
    return '\n'.join(lines + ['', '#endif', ''])


# Values that share a vote (analysis/evidence.c).
SHARED = (('answered', 'acks_per_syn', 'closes_per_syn'),
          ('fan_out', 'destination_entropy', 'largest_share'),
          ('source_port_entropy', 'main_port'),
          ('destination_port_entropy', 'ports_per_peer'))
LEAST = 2303


def verdict(e, table):
    """The class, or unknown; without what rules a scan out."""
    total = np.zeros(len(CLASSES))
    for (name, edges), row in zip(EVIDENCE, table):
        if e[name] is None:
            continue
        votes = next((g for g in SHARED if name in g), (name,))
        known = sum(e[n] is not None for n in votes)
        total += np.array([r[bin_of(e[name], edges)] for r in row]) / known
    order = np.argsort(total)
    return CLASSES[order[-1]] if total[order[-1]] - total[order[-2]] >= LEAST \
        else 'unknown'


def judge(found, table):
    """Print what hosts of each class are taken for."""
    print('truth'.ljust(18), *(c.rjust(9) for c in CLASSES + ('unknown',)))
    for c, g in sorted({(k, g) for k, g, _ in found}):
        said = [verdict(e, table) for k, h, e in found if (k, h) == (c, g)]
        print(f'{c}, {g}'.ljust(18),
              *(str(said.count(x)).rjust(9) for x in CLASSES + ('unknown',)))


def months(flowveil, seeds):
    """Units of months of both variants."""
    found = []
    for seed in seeds:
        for variant in ('p2p', 'scanner'):
            with month_truth.scratch() as directory:
                month = month_truth.made(
                    flowveil, directory, seed=seed, suspect=variant)
            found += units(month, variant)
    return found


def compare(flowveil, dataset):
    """Whether R26 of the dataset has the values that are measured here."""
    with h5py.File(dataset) as f:
        flow = {c: f['flows'][c][:] for c in month_truth.COLUMNS}
        host = {c: f['hosts'][c][:] for c in f['hosts']}
    report = json.loads(month_truth.run(flowveil, 'report', '--json', '--only', 'R26',
                                        dataset))
    section = next(s for s in report['sections'] if s['id'] == 'R26')
    label = next(f for f in section['facts'] if f['name'] == 'host')['value']['label']
    number = int(np.flatnonzero(host['address'] == label.encode())[0])
    here = measure(flow, host,
                   np.flatnonzero((flow['source'] == number) &
                                  (flow['direction'] == OUTBOUND)),
                   np.flatnonzero((flow['destination'] == number) &
                                  (flow['direction'] == INBOUND)))
    rows = next(t for t in section['tables'] if t['name'] == 'evidence')['rows']
    good = len(rows) == len(here)
    for (name, value), row in zip(here.items(), rows):
        there = row['value'] and row['value']['part'] / row['value']['whole']
        same = (there is None) == (value is None) and (
            value is None or abs(value - there) < 1e-6)
        good &= same
        print(name, value, there, '' if same else 'DIFFER')
    return 0 if good else 1


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    flowveil = os.environ['FLOWVEIL']
    if sys.argv[1:2] == ['--measure']:
        return compare(flowveil, sys.argv[2])
    found = months(flowveil, SEEDS)
    if '--judge' in sys.argv:
        judge(months(flowveil, OTHER_SEEDS), fit(found))
        return 0
    text = header(found, fit(found))
    if '--check' not in sys.argv:
        sys.stdout.write(text)
        return 0
    with open(os.path.join(here, '..', 'analysis', 'weights.h')) as f:
        same = f.read() == text
    print('analysis/weights.h is', 'what the fit prints' if same else
          'NOT what the fit prints: run tests/fit_who_am_i.py')
    return 0 if same else 1


if __name__ == '__main__':
    sys.exit(main())
