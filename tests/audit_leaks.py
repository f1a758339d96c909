#!/usr/bin/python3
"""Makes leaky datasets, one after the other, and holds `flowveil audit` to
finding each, by the gate that is there for it.

	FLOWVEIL=COMMAND CAPGEN=COMMAND audit_leaks DIRECTORY

A good dataset is made of the canary capture (tests/canary.py) and some
flows; it passes, and an independent search finds none of what was planted.
Then each value that was planted is put back as a converter without that
protection would have left it, and further faults of all sorts are made.
Each leaky file must fail the gate named, no report may quote what was found,
and no gate may fail that has nothing to do with it.
"""
import ipaddress
import json
import os
import shutil
import subprocess
import sys

import h5py
import numpy

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import canary  # noqa: E402

FLOWVEIL = os.environ["FLOWVEIL"]
# What every change of a value does besides; it moves bytes in the file, too.
ALWAYS = {"contents", "structure"}

SOURCE = ipaddress.ip_address("192.0.2.1")
MAC = bytes.fromhex("02c0ffee1101")
BLACK = "black-marker anonymization"


def text_of(host):
    return host.decode() if isinstance(host, bytes) else host


def set_host(file, row, address):
    """Publish row as this address, in all three columns."""
    address = ipaddress.ip_address(address)
    value = int(address)
    if address.version == 4:
        value |= 0xffff << 32
    file["hosts/address_high"][row] = value >> 64
    file["hosts/address_low"][row] = value & (1 << 64) - 1
    file["hosts/address"][row] = str(address).encode()


def rows_of(file, version):
    return numpy.flatnonzero(file["hosts/ip_version"][()] == version)


def published(file, row):
    return ipaddress.ip_address(text_of(file["hosts/address"][int(row)]))


def attribute(name, value, where="/"):
    def change(file):
        file[where].attrs[name] = value
    return change


def column(name, row, value):
    def change(file):
        file[name][row] = value
    return change


def spell(name, text):
    """The bytes of a text as values of a column, one to a row."""
    def change(file):
        file[name][10:10 + len(text)] = numpy.frombuffer(text, dtype="u1")
    return change


def host(row, address):
    def change(file):
        set_host(file, row, address)
    return change


def made_from_source(file):
    """As a peer did: the destination is what the source was mapped to."""
    first, second = rows_of(file, 6)[:2]
    made = int(published(file, first)) ^ 1
    set_host(file, int(second), ipaddress.IPv6Address(made))


def half_made_from_source(file):
    """Or its host part alone, which prefixes do not show."""
    first, second = rows_of(file, 6)[:2]
    made = (int(published(file, second)) >> 64 << 64) | \
        (int(published(file, first)) & (1 << 64) - 1)
    set_host(file, int(second), ipaddress.IPv6Address(made))


def one_for_two(file):
    first, second = rows_of(file, 4)[5:7]
    set_host(file, int(second), published(file, first))


def swapped(file):
    rows = rows_of(file, 4)
    first, second = int(rows[4]), int(rows[-3])
    one, other = published(file, first), published(file, second)
    set_host(file, first, other)
    set_host(file, second, one)


def class_flipped(file):
    file["hosts/address_class"][4] = 1 - min(1, file["hosts/address_class"][4])


def stricter(file):
    """Values of the partner's policy under the one of an open release."""
    text = subprocess.run([FLOWVEIL, "policy", "show", "open"], check=True,
                          capture_output=True, text=True).stdout
    file.attrs["policy"] = text


def without_policy(file):
    """What nobody can be held to."""
    del file.attrs["policy"]


def dropped_but_there(file):
    file["flows/source_port"].attrs["anonymization_technique"] = BLACK


def deleted_column(file):
    packed = numpy.random.default_rng(1).integers(0, 99, 65536, dtype="u4")
    file.create_dataset("flows/x", data=packed, chunks=(65536,),
                        shuffle=True, compression=1)
    file.flush()
    # Something behind it, so that the file does not just become shorter.
    file.attrs["summary"] = "a" * 3000
    del file["flows/x"]


def another_column(file):
    file.create_dataset("flows/comment", data=numpy.zeros(
        file["flows/vlan"].shape, dtype="u4"), maxshape=(None,),
        chunks=(65536,), shuffle=True, compression=1)


def decoded(value):
    return int.from_bytes(value, "little")


PACKED = SOURCE.packed
HALF = canary.HOST6[0][8:]
EUI = bytes([MAC[0] ^ 2]) + MAC[1:3] + b"\xff\xfe" + MAC[3:]

# What is done to the file, and the gates that must fail.
LEAKS = [
    ("an address as text in an attribute", {"texts"},
     attribute("summary", f"the gateway is {SOURCE}.")),
    ("an address as one number in a text", {"texts"},
     attribute("summary", f"seen at {int(SOURCE)}")),
    ("an address in hexadecimal in a text", {"texts"},
     attribute("summary", f"seen at {PACKED.hex()}")),
    ("an address in reverse in a text", {"texts"},
     attribute("summary", "1.2.0.192.in-addr.arpa")),
    ("an IPv6 address in full in a text", {"texts"},
     attribute("summary", "at [" + ipaddress.ip_address(
         canary.HOST6[0]).exploded.upper() + "]:443")),
    ("an IPv6 address in short in a text", {"texts"},
     attribute("title", "at " + str(ipaddress.ip_address(canary.HOST6[0])))),
    ("a MAC with colons in a text", {"texts"},
     attribute("summary", f"guest {MAC.hex(':').upper()}")),
    ("a MAC with dashes in a text", {"texts"},
     attribute("summary", f"guest {MAC.hex('-')}")),
    ("a MAC in fours in a text", {"texts"},
     attribute("summary", "guest 02c0.ffee.1101")),
    ("a MAC without signs in a text", {"texts"},
     attribute("summary", f"guest {MAC.hex()}")),
    ("an EUI-64 in a text", {"texts"},
     attribute("summary", f"guest {EUI.hex(':')}")),
    ("an address as a number in an attribute", {"addresses"},
     attribute("valid_max", numpy.uint64(int(SOURCE)), "flows/duration")),
    ("an address in an attribute of its own", {"structure", "texts"},
     attribute("gateway", str(SOURCE))),
    ("an address in the name of an attribute", {"structure", "texts"},
     attribute(f"gateway-{SOURCE}", "x")),
    ("a file name in an attribute", {"names"},
     attribute("title", "canary-CANARYFILE.pcapng, converted")),
    ("a host name in the description of a column", {"names"},
     attribute("description", "Mostly of CANARYS-IPHONE-13",
               "flows/duration")),
    ("a name of the list in an attribute", {"names"},
     attribute("summary", "Recorded by Conrad Nary")),
    ("payload with a host name in a column", {"names"},
     spell("flows/icmp_code", b"canary-web.example.com")),
    ("payload with an address as text in a column", {"texts"},
     spell("flows/icmp_code", b"\0" + str(SOURCE).encode() + b"\0")),
    ("an address byte by byte in a column", {"addresses"},
     spell("flows/icmp_code", PACKED)),
    ("a MAC byte by byte in a column", {"identifiers"},
     spell("flows/icmp_code", MAC)),
    ("an address in an integer, highest byte first", {"addresses"},
     column("flows/duration", 7, int(SOURCE))),
    ("an address in an integer, lowest byte first", {"addresses"},
     column("flows/duration", 7, decoded(PACKED))),
    ("an address in the middle of an integer", {"addresses"},
     column("flows/duration", 7, int(SOURCE) << 16)),
    ("an IPv6 host part in an integer", {"identifiers"},
     column("flows/bytes", 7, int.from_bytes(HALF, "big"))),
    ("a MAC as the token of a device", {"identifiers"},
     column("devices/token", 0, int.from_bytes(MAC, "big"))),
    ("a MAC as a token, lowest byte first", {"identifiers"},
     column("devices/token", 0, decoded(MAC))),
    ("an EUI-64 as the address of a host", {"identifiers", "prefixes"},
     lambda file: set_host(file, int(rows_of(file, 6)[1]),
                           ipaddress.IPv6Address(b"\xfe\x80" + b"\0" * 6 +
                                                 EUI))),
    ("an IPv6 destination made from the source", {"prefixes"},
     made_from_source),
    ("an IPv6 host part made from the source", {"injective"},
     half_made_from_source),
    ("a quoted address as a host", {"addresses", "prefixes"},
     lambda file: set_host(file, int(rows_of(file, 4)[3]),
                           "198.51.100.5")),
    ("a host under its own address", {"fixed-points", "prefixes"},
     host(0, "198.51.100.1")),
    ("a host's own address in the text alone", {"addresses", "classes"},
     column("hosts/address", 0, b"198.51.100.1")),
    ("two hosts under one address", {"injective", "prefixes"}, one_for_two),
    ("two hosts under each other's addresses", {"prefixes"}, swapped),
    ("another address class", {"classes"}, class_flipped),
    ("a TTL as it was captured", {"policy"}, column("flows/ttl", 5, 61)),
    ("a TTL of a stack as it was captured", {"policy"},
     column("stacks/ttl", 0, 61)),
    ("a VLAN beyond the pseudonyms", {"policy"},
     column("flows/vlan", 5, 4097)),
    ("a code that the format does not have", {"policy"},
     column("flows/direction", 5, 9)),
    ("values in a column that was dropped", {"policy"}, dropped_but_there),
    ("a stricter policy than the values obey", {"policy"}, stricter),
    ("no policy at all", {"policy"}, without_policy),
    ("a column that was deleted and is still there", {"structure"},
     deleted_column),
    ("a column of its own", {"structure"}, another_column),
]


class Trial:
    def __init__(self, directory):
        self.directory = directory
        self.good = f"{directory}/good.h5"
        self.leaky = f"{directory}/leaky.h5"
        self.captures = []
        self.tried = self.wrong = 0

    def run(self, *command):
        return subprocess.run(command, capture_output=True, text=True,
                              check=False)

    def must(self, *command):
        done = self.run(*command)
        if done.returncode != 0:
            sys.exit(f"{command[0]} {command[1]}: {done.stderr}")

    def prepare(self):
        shutil.rmtree(self.directory, ignore_errors=True)
        os.makedirs(self.directory)
        canary.make(self.directory)
        flows, key = f"{self.directory}/flows.pcap", f"{self.directory}/key"
        self.must(os.environ["CAPGEN"], "flows", "2000", "60", flows)
        # One key for ever: under another, chance may leave a host its own
        # pseudonym, and the gate lets one more pass then.
        shutil.copy(os.path.join(HERE, "vectors", "reference.key"), key)
        os.chmod(key, 0o600)
        self.captures = [f"{self.directory}/canary-CANARYFILE.pcapng", flows]
        self.must(FLOWVEIL, "convert", "--key", f"file:{key}", "-o", self.good,
                  "--records", "primitive", *self.captures)
        with open(f"{self.directory}/names", "w", encoding="utf-8") as file:
            file.write("Conrad Nary\ncanary password swordfish\n"
                       "not host canary-admin\n")

    def audit(self, dataset):
        raw = [word for capture in self.captures
               for word in ("--raw", capture)]
        done = self.run(FLOWVEIL, "audit", "--json", dataset, *raw, "--names",
                        f"{self.directory}/names")
        return done.returncode, done.stdout, done.stderr

    def judge(self, what, expected, secrets, allowed=frozenset()):
        """Audit the leaky file: the gates that must fail, and may."""
        self.tried += 1
        status, out, err = self.audit(self.leaky)
        faults = []
        if not out:
            faults.append(f"no report ({err.strip()})")
        else:
            failed = {gate["gate"] for gate in json.loads(out)["gates"]
                      if gate["outcome"] == "failed"}
            if not expected <= failed:
                faults.append(f"{sorted(expected - failed)} did not fail")
            if failed - expected - allowed - ALWAYS:
                faults.append(f"{sorted(failed - expected)} failed")
        if status != 1:
            faults.append(f"exit status {status}")
        if any(secret.lower() in (out + err).lower() for secret in secrets):
            faults.append("the report quotes what it found")
        if faults:
            self.wrong += 1
            print(f"NOT OK  {what}: {'; '.join(faults)}")

    def good_passes(self):
        self.tried += 1
        status, out, err = self.audit(self.good)
        if status != 0 or not json.loads(out)["passed"]:
            self.wrong += 1
            print(f"NOT OK  the good dataset does not pass\n{out}{err}")
        if canary.search(self.good, f"{self.directory}/planted.json") != 0:
            self.wrong += 1

    def planted(self):
        """Each value of the register, put back."""
        # Where a host has another's address, or its own.
        allowed = {"prefixes", "classes", "fixed-points"}
        gates = {"ipv4": {"addresses"}, "ipv6": {"identifiers"},
                 "mac": {"identifiers"}, "name": {"names"}}
        path = f"{self.directory}/planted.json"
        with open(path, encoding="utf-8") as file:
            entries = json.load(file)
        for number, entry in enumerate(entries):
            canary.plant(self.good, path, number, self.leaky)
            if entry["kind"] != "bytes":
                self.judge(f"planted: {entry['place']}, {entry['kind']}",
                           gates[entry["kind"]], [entry["value"]],
                           allowed if entry["kind"] == "ipv6" else set())
                continue
            # Only the capture's maker knows: his own search must find it.
            self.tried += 1
            with open(f"{self.directory}/one.json", "w",
                      encoding="utf-8") as file:
                json.dump([entry], file)
            if canary.search(self.leaky, f"{self.directory}/one.json") != 1:
                self.wrong += 1
                print(f"NOT OK  planted: {entry['place']}: not found")

    def faults(self):
        secrets = [str(SOURCE), MAC.hex(":"), "Conrad", "iphone", "CANARYFILE"]
        for what, expected, change in LEAKS:
            shutil.copyfile(self.good, self.leaky)
            with h5py.File(self.leaky, "r+", libver=("v108", "v108")) as file:
                change(file)
            self.judge(what, expected, secrets)

    def raw_bytes(self):
        """What lies in the file where no structure of it is."""
        shutil.copyfile(self.good, self.leaky)
        with open(self.leaky, "ab") as file:
            file.write(b"\0" * 64 + str(SOURCE).encode() + b"\0" * 64 +
                       MAC + b"\0" * 64)
        self.judge("bytes behind the end", {"texts", "identifiers"},
                   [str(SOURCE)])
        with open(self.good, "rb") as file:
            data = bytearray(file.read())
        # Room that HDF5 keeps for entries of an index is zeros at first.
        at = data.index(b"TREE") + 1024
        assert not any(data[at:at + 64])
        data[at:at + len(MAC)] = MAC
        with open(self.leaky, "wb") as file:
            file.write(data)
        self.judge("bytes in room that nothing uses", {"identifiers"}, [])

    def user_block(self):
        self.tried += 1
        with open(self.good, "rb") as file:
            data = file.read()
        with open(self.leaky, "wb") as file:
            file.write(str(SOURCE).encode().ljust(512, b"\0") + data)
        status, out, err = self.audit(self.leaky)
        if status != 1 or str(SOURCE) in out + err:
            self.wrong += 1
            print("NOT OK  a user block: is not refused")

    def other_captures(self):
        shutil.copyfile(self.good, self.leaky)
        self.captures.reverse()
        self.good_passes()  # their times are in order, whatever is named first
        self.captures = self.captures[-1:]
        self.judge("a capture too few", {"captures"}, [])


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    trial = Trial(sys.argv[1])
    trial.prepare()
    trial.good_passes()
    trial.planted()
    trial.faults()
    trial.raw_bytes()
    trial.user_block()
    trial.other_captures()
    print(f"audit: {trial.tried} datasets, {trial.wrong} judged wrongly")
    return 1 if trial.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
