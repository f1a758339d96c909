#!/usr/bin/python3
"""Holds the tree to the house's rules: which room may include which, who owns
each library's header, how long files and functions are, and that no two files
share a name.  Prints each breach with its place; exits with 1 if there is any.
"""
import os
import re
import sys

ROOMS = {
    "base": {"base"},
    "datasets": {"base", "datasets"},
    "anonymize": {"base", "datasets", "anonymize"},
    "convert": {"base", "datasets", "anonymize", "convert"},
    "analysis": {"base", "datasets", "analysis"},
    "cli": {"base", "datasets", "anonymize", "convert", "analysis", "cli"},
    "tests": {"base", "datasets", "anonymize", "convert", "analysis", "cli",
              "tests"},
}

# anonymize/ knows the nouns of datasets/ and the words for them, not how they
# are stored.
NOUNS = {"datasets/flow.h", "datasets/hosts.h", "datasets/counters.h",
         "datasets/schema.h", "datasets/yaml.h"}

# Library headers, and the files that may include them (tests may too).
OWNERS = {
    r"hdf5\.h": r"datasets/(container|fetch|layout|packing|reader|root|sink|splice"
                r"|intake|structure.*|writer)\.[ch]",
    r"archive(_entry)?\.h": r"(base/compressed|convert/unpack(_internal)?|datasets/archive(_read|_write)?)\.[ch]",
    r"seccomp\.h": r"base/sandbox_filter\.c",
    r"pcap(/pcap)?\.h": r"convert/(filter|linktype|live_tap)\.c",
    r"openssl/.*": r"(base/digest|anonymize/(key|key_file|key_wrap|aes)"
                   r"|datasets/signature(_public|_twin)?)\.c",
    r"isa-l\.h|isa-l/.*": r"(datasets/deflate|convert/gunzip)\.c",
    r"libdeflate\.h": r"datasets/(chunk|deflate|parquet_page)\.c",
    r"yaml\.h": r"datasets/yaml\.c",
    r"jansson\.h": r"(analysis/report_json|datasets/(info|describe|crate|datacite).*"
                   r"|cli/[a-z_]+)\.c",
}

FILE_LINES = 500
FUNCTION_LINES = 100

INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]')


def sources():
    for room in sorted(ROOMS):
        for folder, folders, names in os.walk(room):
            folders.sort()
            for name in sorted(names):
                if name.endswith((".c", ".h")):
                    yield room, os.path.join(folder, name)


def include_breach(room, path, kind, target):
    if kind == '"':
        to = target.split("/")[0]
        if to not in ROOMS:
            return f"includes {target}, which is not written from the root"
        if to not in ROOMS[room]:
            return f"{room}/ may not include {to}/"
        if room == "anonymize" and to == "datasets" and target not in NOUNS:
            return f"anonymize/ may include the nouns of datasets/ only"
        return None
    for header, owner in OWNERS.items():
        if room != "tests" and re.fullmatch(header, target) \
                and not re.fullmatch(owner, path):
            return f"<{target}> belongs to {owner}"
    return None


def functions(lines):
    """Yield (first line number, length) of each function body: in KNF it is
    what stands between braces in the first column."""
    start = None
    for number, line in enumerate(lines, 1):
        if line.rstrip() == "{":
            start = number
        elif line.startswith("}") and start is not None:
            yield start, number - start + 1
            start = None


def check(room, path):
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    if len(lines) - 1 > FILE_LINES:
        yield len(lines) - 1, f"file is longer than {FILE_LINES} lines"
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        breach = match and include_breach(room, path, *match.groups())
        if breach:
            yield number, breach
        if line != line.rstrip():
            yield number, "ends in white space"
    for number, length in functions(lines):
        if length > FUNCTION_LINES:
            yield number, f"function of {length} lines"


def main():
    breaches = 0
    seen = {}
    checked = 0
    for room, path in sources():
        checked += 1
        name = os.path.basename(path)
        if name in seen and name != "main.c":
            print(f"{path}: has the name of {seen[name]}")
            breaches += 1
        seen[name] = path
        for number, text in check(room, path):
            print(f"{path}:{number}: {text}")
            breaches += 1
    if checked == 0:
        print("lint_structure: no sources here", file=sys.stderr)
        return 1
    print(f"structure: {checked} files, {breaches} breaches")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
