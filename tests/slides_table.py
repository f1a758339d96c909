#!/usr/bin/python3
"""What the reference slides print beside what a report of the month says.

	slides_table.py [--scale S] REPORT.json

Prints the table 'slides | ours | ok', a line for each fact of the report that
has a figure of the slides beside it.  A figure is ok when ours, rounded as the
slides round theirs, is theirs.  Words are held to the ranges of WORDS below.
Two of the slides' words cannot be met, and are marked "see" with the reason;
anything else that is off is a "no" and gives status 1.  Below full scale shares
of packets move, since small cells and the printed signatures do not shrink: what
is off then, and need not hold at any scale, is marked "-".
"""
import argparse
import decimal
import json
import re
import sys

DAY = 86400 * 10**9

# What the slides' words ask for: (least, most) of the fact's number.
WORDS = {
    ("R01", "period"): (28 * DAY, 31 * DAY),         # 1 month
    ("R10", "vrml_top_host"): (90, 100),             # almost all, in percent
    ("R10", "half_life_packets"): (1, 1000),         # minute traces
    ("R12", "port_36459"): (3, 100),                 # a spike, in percent
    ("R12", "port_13991"): (3, 100),
    ("R12", "port_44849"): (3, 100),
    ("R12", "port_52523"): (3, 100),
    ("R14", "packets"): (0, 0),                      # none
    ("R14", "listening"): (0, 0),
    ("R15", "spike"): (10, 10**9),                   # times the median
    ("R16", "networks"): (2, 65536),                 # multiple /16s
    ("R18", "share"): (50, 100),                     # dominates
    ("R20", "near"): (90, 100),                      # near sequential
    ("R21", "mean"): (0, 9.999999),                  # less than 10
    ("R21", "coverage"): (50, 100),                  # most ports
    ("R25", "ratio_outward"): (1.5, 2.499999),       # double
    ("R25", "ratio_all"): (1.5, 2.499999),
}

# Words of the slides that do not hold, and why.
SLIPS = {
    ("R11", "icmp"): "rwptoflow writes type and code there: of ICMP only echo replies",
    ("R16", "near"): "peers do not lie in ranges; --suspect scanner makes ranges",
}

# Results that the month keeps at any scale, but for R18's share.
ANY_SCALE = {"R00", "R06", "R08", "R10", "R13", "R14", "R15", "R18", "R19", "R20", "R23"}


def number(fact):
    """The fact's number, as a percentage if it is a share."""
    value = fact["value"]
    if isinstance(value, dict):
        exact = decimal.Decimal(value["part"]) / decimal.Decimal(value["whole"] or 1)
        return exact * 100 if fact["type"] == "share" else exact
    return decimal.Decimal(value)


def shown(fact):
    value = fact["value"]
    if fact["type"] == "duration":
        return f"{number(fact) / DAY:.2f} days"
    if fact["type"] == "share":
        return f"{value['percent']:.10f}".rstrip("0").rstrip(".") + " %"
    return str(value["value"] if isinstance(value, dict) else value)


def holds(key, fact):
    slides = fact["slides"]
    if key in WORDS:
        least, most = WORDS[key]
        return least <= number(fact) <= most
    if fact["type"] == "text":
        return slides == fact["value"]
    figure = re.fullmatch(r"([\d.]+)( %)?", slides)
    if figure is None:
        return False
    theirs = decimal.Decimal(figure[1])
    return number(fact).quantize(theirs, rounding=decimal.ROUND_HALF_UP) == theirs


def judge(key, fact, full):
    if key in SLIPS:
        return "see"
    if holds(key, fact):
        return "yes"
    everywhere = key[0] in ANY_SCALE and key != ("R18", "share")
    return "no" if full or everywhere else "-"


def figures(report):
    """(result, name) and fact, of all that have the slides' word beside them."""
    for section in report["sections"]:
        # Behind R25 the slides ask and print no figure.
        if section["id"] > "R25":
            continue
        for fact in section["facts"]:
            if fact.get("slides"):
                yield (section["id"], fact["name"]), fact
        # One table has the slides' figures in a column of its own.
        for table in section["tables"]:
            if (section["id"], table["name"]) == ("R01", "slides"):
                for row in table["rows"]:
                    yield (section["id"], row["observation"]), {
                        "label": row["observation"], "type": "share",
                        "slides": row["slides"], "value": row["share"]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("report")
    a = parser.parse_args()
    with open(a.report, encoding="utf-8") as f:
        report = json.load(f)
    rows = list(figures(report))
    print(f"{'':4} {'figure':<44} {'slides':>18} | {'ours':>14} | ok")
    verdicts = []
    for key, fact in rows:
        verdicts.append(judge(key, fact, a.scale == 1))
        print(f"{key[0]:4} {fact['label']:<44.44} {fact['slides']:>18} | "
              f"{shown(fact):>14} | {verdicts[-1]}")
    for key, reason in SLIPS.items():
        print(f"  {key[0]}: {reason}")
    print(f"{verdicts.count('yes')} ok, {verdicts.count('no')} off, "
          f"{verdicts.count('see')} that the slides get wrong or leave open, "
          f"{verdicts.count('-')} for the full scale only")
    return 1 if "no" in verdicts or verdicts.count("yes") == 0 else 0


sys.exit(main())
