#!/usr/bin/python3
"""Checks a bag (RFC 8493, version 1.0) and the RO-Crate in it by another
road: shares no code with what made it.

    bag_check.py BAG              prints what it checked; 1 on a fault
    bag_check.py --controls BAG   also damages copies, each in one way, and
                                  fails when a damage goes unnoticed
"""
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
import unicodedata

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
UUID = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}"
                  r"-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class Fault(Exception):
    pass


def need(condition, text):
    if not condition:
        raise Fault(text)


def slurp(path):
    with open(path, "rb") as file:
        return file.read()


def digest(path):
    sha = hashlib.sha256()
    with open(path, "rb") as file:
        for piece in iter(lambda: file.read(1 << 20), b""):
            sha.update(piece)
    return sha.hexdigest()


def files_below(top):
    found = []
    for folder, folders, names in os.walk(top):
        for name in folders + names:
            path = os.path.join(folder, name)
            need(not os.path.islink(path), f"{path} is a link")
        for name in names:
            path = os.path.join(folder, name)
            need(os.path.isfile(path), f"{path} is no regular file")
            found.append(os.path.relpath(path, top))
    return sorted(found)


def manifest(path):
    entries = {}
    text = slurp(path).decode("utf-8")
    need(text.endswith("\n"), f"{path} does not end in a line feed")
    for line in text[:-1].split("\n"):
        match = re.fullmatch(r"([0-9a-f]{64})  ([^\s%]+)", line)
        need(match, f"{path}: no entry: {line!r}")
        need(match[2] not in entries, f"{path}: {match[2]} stands twice")
        need(not match[2].startswith("/") and ".." not in match[2].split("/"),
             f"{path}: {match[2]} leads out of the bag")
        entries[match[2]] = match[1]
    need(list(entries) == sorted(entries, key=str.encode),
         f"{path} is not sorted")
    return entries


def bag_info(path):
    pairs = []
    for line in slurp(path).decode("utf-8").splitlines():
        match = re.fullmatch(r"([A-Za-z-]+): (\S.*)", line)
        need(match, f"bag-info.txt: no label: {line!r}")
        need(not any(unicodedata.category(c) == "Cc" for c in line),
             "bag-info.txt: control character")
        pairs.append((match[1], match[2]))
    return pairs


def check_info(bag, payload):
    pairs = bag_info(os.path.join(bag, "bag-info.txt"))
    labels = [label for label, _ in pairs]
    info = dict(pairs)
    for label in ("Source-Organization", "Contact-Email", "Bagging-Date",
                  "External-Identifier", "Payload-Oxum",
                  "Bag-Software-Agent"):
        need(labels.count(label) == 1, f"bag-info.txt: {label} once, please")
    need(re.fullmatch(r"\d{4}-\d\d-\d\d", info["Bagging-Date"]),
         "bag-info.txt: Bagging-Date is no date")
    need(UUID.fullmatch(info["External-Identifier"]),
         "bag-info.txt: External-Identifier is no UUID")
    size = sum(os.path.getsize(os.path.join(bag, name)) for name in payload)
    need(info["Payload-Oxum"] == f"{size}.{len(payload)}",
         f"Payload-Oxum says {info['Payload-Oxum']}, not "
         f"{size}.{len(payload)}")
    if "Bag-Count" in info:
        match = re.fullmatch(r"(\d+) of (\d+)", info["Bag-Count"])
        need(match and 1 <= int(match[1]) <= int(match[2]),
             "bag-info.txt: Bag-Count")
        need("Bag-Group-Identifier" in info, "bag-info.txt: a part of what?")


def check_manifests(bag):
    everything = files_below(bag)
    payload = [name for name in everything if name.startswith("data/")]
    listed = manifest(os.path.join(bag, "manifest-sha256.txt"))
    need(set(payload) == set(listed),
         f"payload and manifest differ: {set(payload) ^ set(listed)}")
    tags = manifest(os.path.join(bag, "tagmanifest-sha256.txt"))
    for name in ("bagit.txt", "bag-info.txt", "manifest-sha256.txt"):
        need(name in tags, f"the tag manifest lacks {name}")
    need(not any(name.startswith(("data/", "tagmanifest")) for name in tags),
         "the tag manifest lists what it must not")
    loose = [name for name in everything if not name.startswith("data/")
             and name not in tags and not name.startswith("tagmanifest-")]
    need(not loose, f"files that nothing vouches for: {loose}")
    for name, wanted in {**listed, **tags}.items():
        need(os.path.isfile(os.path.join(bag, name)), f"{name} is missing")
        need(digest(os.path.join(bag, name)) == wanted,
             f"{name} is not what its digest says")
    return payload


def check_crate(bag, payload):
    crate = json.loads(slurp(os.path.join(bag, "data/ro-crate-metadata.json")))
    graph = crate["@graph"]
    entities = {entity["@id"]: entity for entity in graph}
    need(len(entities) == len(graph), "crate: an @id comes twice")
    descriptor = entities["ro-crate-metadata.json"]
    need(descriptor["conformsTo"]["@id"] == "https://w3id.org/ro/crate/1.2",
         "crate: conformsTo")
    root = entities[descriptor["about"]["@id"]]
    for name in ("name", "description", "datePublished", "license", "author",
                 "publisher", "hasPart", "variableMeasured"):
        need(root.get(name), f"crate: root without {name}")
    parts = {"data/" + part["@id"] for part in root["hasPart"]}
    need(parts | {"data/ro-crate-metadata.json"} == set(payload),
         "crate: hasPart is not the payload")
    for part in parts:
        entity = entities[part[len("data/"):]]
        path = os.path.join(bag, part)
        need(entity["@type"] == "File", f"crate: {part} is no File")
        need(entity["sha256"] == digest(path), f"crate: digest of {part}")
        need(entity["contentSize"] == str(os.path.getsize(path)),
             f"crate: size of {part}")

    seen = set()

    def follow(value):
        if isinstance(value, dict):
            if set(value) == {"@id"}:
                seen.add(value["@id"])
            for inner in value.values():
                follow(inner)
        elif isinstance(value, list):
            for inner in value:
                follow(inner)

    for entity in graph:
        follow(entity)
    need(set(entities) - seen <= {"ro-crate-metadata.json", "#conversion"},
         f"crate: nothing refers to {set(entities) - seen}")
    outside = {"https://w3id.org/ro/crate/1.2"}
    need(seen - set(entities) <= outside,
         f"crate: refers to what it lacks: {seen - set(entities) - outside}")
    return len(graph)


def check(bag):
    need(slurp(os.path.join(bag, "bagit.txt")) == DECLARATION, "bagit.txt")
    payload = check_manifests(bag)
    check_info(bag, payload)
    entities = check_crate(bag, payload)
    return len(payload), entities


def damaged(bag):
    """Yields (what, damage): ways to damage a copy of the bag."""
    def edit(name, change):
        def damage(copy):
            path = os.path.join(copy, name)
            content = slurp(path)
            with open(path, "wb") as file:
                file.write(change(content))
        return damage

    def flip(content):
        middle = len(content) // 2
        return (content[:middle] + bytes([content[middle] ^ 1])
                + content[middle + 1:])

    def remove(name):
        return lambda copy: os.remove(os.path.join(copy, name))

    def create(name):
        def damage(copy):
            with open(os.path.join(copy, name), "wb") as file:
                file.write(b"x")
        return damage

    def relist(copy):
        """A wrong oxum, with a tag manifest that fits it."""
        path = os.path.join(copy, "bag-info.txt")
        text = slurp(path)
        with open(path, "wb") as file:
            file.write(re.sub(rb"Oxum: (\d)", rb"Oxum: 9\1", text))
        tags = os.path.join(copy, "tagmanifest-sha256.txt")
        lines = slurp(tags).decode().splitlines()
        with open(tags, "w", encoding="utf-8") as file:
            for line in lines:
                if line.endswith("  bag-info.txt"):
                    line = digest(path) + "  bag-info.txt"
                file.write(line + "\n")

    for folder, _, names in os.walk(bag):
        for name in names:
            inside = os.path.relpath(os.path.join(folder, name), bag)
            if not inside.startswith("tagmanifest-sha256.txt."):
                yield f"a bit of {inside}", edit(inside, flip)
                yield f"{inside} cut", edit(inside, lambda c: c[:-1])
    yield "a payload file more", create("data/more.txt")
    yield "a tag file more", create("more.txt")
    yield "a payload file less", remove("data/README.md")
    yield "a tag file less", remove("bag-info.txt")
    yield "a wrong oxum", relist
    yield "a manifest's line twice", edit(
        "manifest-sha256.txt", lambda c: c + c.splitlines(True)[-1])
    yield "a link for a file", lambda copy: (
        os.rename(os.path.join(copy, "data/README.md"),
                  os.path.join(copy, "data/r")),
        os.symlink("r", os.path.join(copy, "data/README.md")))


def controls(bag):
    tried = missed = 0
    with tempfile.TemporaryDirectory() as scratch:
        for what, damage in damaged(bag):
            copy = os.path.join(scratch, "bag")
            shutil.copytree(bag, copy)
            damage(copy)
            tried += 1
            try:
                check(copy)
            except (Fault, ValueError, OSError, KeyError):
                pass
            else:
                print(f"{bag}: unnoticed: {what}")
                missed += 1
            shutil.rmtree(copy)
    return tried, missed


def main():
    bag = sys.argv[-1]
    try:
        files, entities = check(bag)
    except (Fault, OSError, KeyError, ValueError) as fault:
        print(f"{bag}: {fault}")
        return 1
    print(f"{bag}: {files} files of payload, {entities} entities of the crate")
    if "--controls" in sys.argv:
        tried, missed = controls(bag)
        print(f"{bag}: {tried} damages, {missed} of them unnoticed")
        return 1 if missed or not tried else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
