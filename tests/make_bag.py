#!/usr/bin/python3
"""Makes bags to verify, good and bad, without a line of the program under
test: RFC 8493 by hand, openssl(1) for the signature, tarfile and zipfile.

    make_bag.py DATASET DIRECTORY [--key PRIVATE.pem] [--digest sha256|sha512]
    make_bag.py --archive KIND DIRECTORY ARCHIVE
    make_bag.py --evil KIND ARCHIVE
"""
import hashlib
import io
import os
import subprocess
import sys
import tarfile
import zipfile


def spill(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def slurp(path):
    with open(path, "rb") as file:
        return file.read()


def manifest(folder, names, digest):
    return "".join(
        f"{hashlib.new(digest, slurp(os.path.join(folder, n))).hexdigest()}  {n}\n"
        for n in sorted(names)).encode()


def make(dataset, folder, key=None, digest="sha256"):
    payload = {
        "data/README.md": b"Made-up flows.\n",
        "data/flows.h5": slurp(dataset),
        "data/metadata/schema.json": b"{}\n",
    }
    for name, data in payload.items():
        spill(os.path.join(folder, name), data)
    size = sum(len(data) for data in payload.values())
    spill(os.path.join(folder, "bagit.txt"),
          b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    spill(os.path.join(folder, "bag-info.txt"),
          b"Source-Organization: Example\n"
          b"Payload-Oxum: %d.%d\n" % (size, len(payload)))
    spill(os.path.join(folder, f"manifest-{digest}.txt"),
          manifest(folder, payload, digest))
    retag(folder, key, digest)


def retag(folder, key=None, digest="sha256"):
    """Write the tag manifest of what is there, and sign it."""
    tags = [n for n in os.listdir(folder)
            if n != "data" and not n.startswith("tagmanifest-")]
    path = os.path.join(folder, f"tagmanifest-{digest}.txt")
    spill(path, manifest(folder, tags, digest))
    if key is not None:
        subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey",
                        key, "-in", path, "-out", path + ".sig"], check=True)


def archive(kind, folder, path):
    top = os.path.basename(folder.rstrip("/"))
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as out:
            for base, _, names in sorted(os.walk(folder)):
                for name in sorted(names):
                    full = os.path.join(base, name)
                    out.write(full, os.path.join(
                        top, os.path.relpath(full, folder)))
    elif kind == "tar.zst":
        archive("tar", folder, path + ".tar")
        subprocess.run(["zstd", "-q", "--rm", path + ".tar", "-o", path],
                       check=True)
    else:
        with tarfile.open(path, {"tar": "w", "tar.gz": "w:gz"}[kind]) as out:
            out.add(folder, top)


def member(name, data=b"", kind=tarfile.REGTYPE, link=""):
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = len(data), kind, link
    return info, data


class Zeros(io.RawIOBase):
    """As many zero bytes as one likes."""

    def readable(self):
        return True

    def readinto(self, buffer):
        buffer[:] = bytes(len(buffer))
        return len(buffer)


def evil(kind, path):
    first = member("bag/bagit.txt", b"BagIt-Version: 1.0\n")
    if kind == "bomb.zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
            out.writestr("bag/bagit.txt", b"")
            out.writestr("bag/data/flows.h5", bytes(300 << 20))
        return
    members = {
        "parent": [first, member("bag/../../x", b"x")],
        "absolute": [first, member("/tmp/x", b"x")],
        "backslash": [first, member("bag\\..\\x", b"x")],
        "control": [first, member("bag/a\033[2Jb", b"x")],
        "symlink": [first, member("bag/x", kind=tarfile.SYMTYPE,
                                  link="/etc/passwd")],
        "hardlink": [first, member("bag/x", kind=tarfile.LNKTYPE,
                                   link="bag/bagit.txt")],
        "device": [first, member("bag/x", kind=tarfile.CHRTYPE)],
        "twice": [first, first],
        "elsewhere": [first, member("other/x", b"x")],
        "bomb": [first],
    }[kind]
    with tarfile.open(path, "w:gz" if kind == "bomb" else "w") as out:
        for info, data in members:
            out.addfile(info, io.BytesIO(data))
        if kind == "bomb":
            info = tarfile.TarInfo("bag/data/flows.h5")
            info.size = 400 << 20
            out.addfile(info, io.BufferedReader(Zeros()))


def main(argv):
    if argv[0] == "--archive":
        archive(*argv[1:])
    elif argv[0] == "--evil":
        evil(*argv[1:])
    elif argv[0] == "--retag":
        retag(*argv[1:])
    else:
        options = dict(zip(argv[2::2], argv[3::2]))
        make(argv[0], argv[1], options.get("--key"),
             options.get("--digest", "sha256"))


main(sys.argv[1:])
