#!/usr/bin/env python3
"""How well R27 finds the changes of hosts in a generated month.

	FLOWVEIL=COMMAND segmentation_score.py [SEED]...

Makes the month of each seed (1 unless one is given), reports on it, and
compares the changes found with those of the truth.  A place where the host can
change is between two sessions of one address; it does if a user arrived since
the session before began.  Rules that one would try first stand beside it, the
last two with the threshold that does best on the very truth.  Status 1 if R27
has an F1 below 0.8 or below any of them.

The truth is synthetic: these figures say how well the method does where our
assumptions hold, and nothing about any real network.
"""
import json
import os
import sys

import numpy as np

import month_truth
from month_truth import OUTBOUND, PUBLIC

IDLE = 1800 * 10**9
LONGEST = 12 * 3600 * 10**9
TARGET = 0.8
CONCENTRATION = 1000


def sessions(month):
    """Address by address: begin, end and public destinations of each."""
    f, host = month.flow, month.host
    out = np.flatnonzero((f['direction'] == OUTBOUND) &
                         (host['internal'][f['source']] == 1))
    out = out[np.lexsort((f['start_time'][out], f['source'][out]))]
    who, when = f['source'][out], f['start_time'][out]
    slot = when // IDLE
    fresh = np.r_[True, (np.diff(who) != 0) | (np.diff(when) > IDLE)]
    # Who is never silent is cut at the first slot that begins past 12 hours.
    first_of_slot = np.r_[True, (np.diff(who) != 0) | (np.diff(slot) != 0)]
    begin = 0
    for i in np.flatnonzero(fresh | first_of_slot):
        if fresh[i] or when[i] - begin > LONGEST:
            fresh[i] = True
            begin = when[i]
    found = {}
    for rows in np.split(out, np.flatnonzero(fresh)[1:]):
        to = np.unique(f['destination'][rows])
        found.setdefault(int(f['source'][rows[0]]), []).append(
            (int(f['start_time'][rows[0]]), int(f['start_time'][rows[-1]]),
             frozenset(to[host['address_class'][to] == PUBLIC].tolist())))
    return found


def changes(month):
    """When users arrive, by host number."""
    found = {}
    c = month.changes
    for address, time in zip(c['address'][c['kind'] == 0], c['time'][c['kind'] == 0]):
        found.setdefault(month.number.get(address), []).append(int(time))
    return found


def reported(month, flowveil):
    """What R27 says: (label, begin) of segments, all facts."""
    report = json.loads(month_truth.run(flowveil, 'report', '--json', '--only', 'R27',
                                        month.dataset))
    section = next(s for s in report['sections'] if s['id'] == 'R27')
    rows = next(t for t in section['tables'] if t['name'] == 'segments')['rows']
    facts = {f['name']: f['value'] for f in section['facts']}
    return {(r['host']['label'], r['begins']) for r in rows}, facts


def score(said, truth):
    right = int((said & truth).sum())
    p = right / max(int(said.sum()), 1)
    r = right / max(int(truth.sum()), 1)
    return p, r, 2 * p * r / (p + r) if right else 0.0


def best(value, truth):
    """The threshold that does best, as an oracle would choose it."""
    return max((score(value >= t, truth) for t in np.unique(value)),
               key=lambda s: s[2])


def places(month, found):
    """Every place between sessions: where, gap, both sessions, the truth."""
    arrivals = changes(month)
    label = month.host['address']
    start = min(s[0][0] for s in found.values())
    for host, s in sorted(found.items()):
        times = np.sort(np.array(arrivals.get(host, []), np.int64))
        for before, now in zip(s, s[1:]):
            k = np.searchsorted(times, (before[0], now[0]), side='right')
            yield ((label[host].decode(), now[0] - start), now[0] - before[1],
                   before[2], now[2], k[1] > k[0])


def overlap(a, b):
    return len(a & b) / len(a | b) if a | b else 0.0


def ratio(a, b, known, draws):
    """ln of two urns over one, for two sessions; see analysis/urns.h."""
    q = lambda d: known[d] / draws
    rise = lambda n: sum(np.log(1 + np.arange(n) / CONCENTRATION))
    return (rise(len(a) + len(b)) - rise(len(a)) - rise(len(b)) -
            sum(np.log(1 + 1 / (CONCENTRATION * q(d))) for d in a & b))


def judge(flowveil, seed):
    with month_truth.scratch() as directory:
        month = month_truth.made(flowveil, directory, seed=seed)
        segments, facts = reported(month, flowveil)
    found = sessions(month)
    all_places = list(places(month, found))
    truth = np.array([p[4] for p in all_places])
    known = {}
    for s in found.values():
        for _, _, to in s:
            for d in to:
                known[d] = known.get(d, 0) + 1
    draws = sum(known.values())
    said = np.array([p[0] in segments for p in all_places])
    gap = np.array([p[1] for p in all_places])
    rows = [
        ('R27', score(said, truth)),
        ('gap of more than 12 h', score(gap > LONGEST, truth)),
        ('overlap of destinations, oracle threshold',
         best(np.array([-overlap(p[2], p[3]) for p in all_places]), truth)),
        ('likelihood of destinations, oracle threshold',
         best(np.array([ratio(p[2], p[3], known, draws) for p in all_places]), truth)),
    ]
    print(f'seed {seed}: {len(all_places)} places between sessions, '
          f'{int(truth.sum())} changes of user')
    for name, (p, r, f1) in rows:
        print(f'  {name:46} precision {p:.2f}  recall {r:.2f}  F1 {f1:.3f}')
    print('  R27 expected of itself'.ljust(48),
          *(f'{w} {facts[w]["percent"] / 100:.2f} ' for w in ('precision', 'recall')))
    ok = (facts['boundaries'] == len(all_places) and
          len(segments) - len(found) == int(said.sum()))
    if not ok:
        print('  the sessions of R27 are not those counted here')
    return ok and rows[0][1][2] >= max(TARGET, *(r[1][2] for r in rows[1:]))


def main():
    flowveil = os.environ['FLOWVEIL']
    good = [judge(flowveil, int(seed)) for seed in sys.argv[1:] or ['1']]
    return 0 if all(good) else 1


if __name__ == '__main__':
    sys.exit(main())
