#!/usr/bin/python3
"""A capture with something planted in every place where identities leak, and
a search for it that shares no code with flowveil.

	canary make DIRECTORY
	canary search DATASET PLANTED
	canary plant DATASET PLANTED NUMBER LEAKY

make writes DIRECTORY/canary-CANARYFILE.pcapng and DIRECTORY/planted.json, the
list of what was planted: place, kind, value, and whether an audit can know it
for something to look for.  search looks for each of it in the decompressed
columns, the attributes, the names and the raw bytes of a dataset, as bytes in
both orders and as text; it exits with 1 when it finds any.  plant makes a
leaky copy of a dataset with entry NUMBER of the list in it, in the form that
a converter without protection would have left it in.

All addresses are of documentation, all names made up.
"""
import ipaddress
import json
import os
import random
import shutil
import struct
import sys

import h5py
import numpy

ETHERNET = 1


class Garden:
    """Hands out values that nothing else has, and remembers each."""

    def __init__(self):
        self.random = random.Random(20081101)
        self.planted = []
        self.used = 0

    def plant(self, place, kind, value, known=True):
        self.planted.append(
            {"place": place, "kind": kind, "value": value, "known": known})

    def ipv4(self, place):
        self.used += 1
        value = f"198.51.100.{self.used}" if self.used < 255 else \
            f"203.0.113.{self.used - 254}"
        self.plant(place, "ipv4", value)
        return ipaddress.ip_address(value).packed

    def ipv6(self, place):
        low = self.random.getrandbits(64) | 1 << 63
        packed = b"\x20\x01\x0d\xb8" + self.random.randbytes(4) + \
            low.to_bytes(8, "big")
        self.plant(place, "ipv6", str(ipaddress.ip_address(packed)))
        return packed

    def mac(self, place):
        packed = b"\x02" + self.random.randbytes(5)
        self.plant(place, "mac", packed.hex(":"))
        return packed

    def name(self, place, text, known=True):
        self.plant(place, "name", text, known)
        return text.encode()

    def secret(self, place, n):
        packed = self.random.randbytes(n)
        self.plant(place, "bytes", packed.hex(), known=False)
        return packed


HOST4 = [ipaddress.ip_address(f"192.0.2.{n}").packed for n in range(1, 9)]
HOST6 = [ipaddress.ip_address(f"2001:db8:77::a1b2:c3d{n}").packed
         for n in range(1, 9)]
MACS = [bytes.fromhex(f"02c0ffee{n:04x}") for n in range(0x1101, 0x1109)]


def ethernet(kind, payload, source=MACS[0], destination=MACS[1]):
    return destination + source + struct.pack("!H", kind) + payload


def ipv4(protocol, payload, source=HOST4[0], destination=HOST4[1],
         options=b"", total=None):
    words = 5 + len(options) // 4
    length = words * 4 + len(payload) if total is None else total
    return struct.pack("!BBHHHBBH", 0x40 | words, 0, length, 0, 0, 61,
                       protocol, 0) + source + destination + options + payload


def ipv6(following, payload, source=HOST6[0], destination=HOST6[1]):
    return struct.pack("!IHBB", 0x60000000, len(payload), following, 61) + \
        source + destination + payload


def udp(source, destination, payload):
    return struct.pack("!HHHH", source, destination, 8 + len(payload), 0) + \
        payload


def tcp(options=b"", payload=b"", flags=2):
    options += b"\0" * (-len(options) % 4)
    return struct.pack("!HHIIBBHHH", 40000, 443, 1, 0,
                       (5 + len(options) // 4) << 4 | flags >> 8, flags, 8192,
                       0, 0) + options + payload


def ip4(*arguments, **named):
    return ethernet(0x0800, ipv4(*arguments, **named))


def ip6(*arguments, **named):
    return ethernet(0x86dd, ipv6(*arguments, **named))


def icmp(kind, code, rest, payload):
    return struct.pack("!BBH", kind, code, 0) + rest + payload


def quote4(g, place):
    return ipv4(17, udp(1000, 2000, b""), g.ipv4(place + " source"),
                g.ipv4(place + " destination"))


def quote6(g, place):
    return ipv6(17, udp(1000, 2000, b""), g.ipv6(place + " source"),
                g.ipv6(place + " destination"))


def dns_name(text):
    return b"".join(bytes([len(part)]) + part
                    for part in text.split(b".")) + b"\0"


def icmp_frames(g):
    for kind, what in ((3, "unreachable"), (4, "quench"), (11, "exceeded"),
                       (12, "problem")):
        yield ip4(1, icmp(kind, 0, b"\0" * 4, quote4(g, f"ICMP {what} quote")))
    yield ip4(1, icmp(5, 1, g.ipv4("ICMP redirect gateway"),
                      quote4(g, "ICMP redirect quote")))
    name = g.name("ICMP extension interface name", "canary-core-eth7")
    info = struct.pack("!BBH", 2, 0x06, 0)[:2]
    address = struct.pack("!HH", 1, 0) + \
        g.ipv4("ICMP extension interface address")
    named = bytes([len(name) + 1]) + name
    body = address + named
    item = struct.pack("!H", 4 + len(body)) + info + body
    quote = quote4(g, "ICMP quote before an extension").ljust(128, b"\0")
    yield ip4(1, icmp(11, 0, b"\0\x20\0\0",
                      quote + struct.pack("!HH", 0x2000, 0) + item))
    yield ip4(1, icmp(9, 0, b"\1\2\0\1",
                      g.ipv4("ICMP router advertisement") + b"\0" * 4))
    for kind, what in ((1, "unreachable"), (2, "too big"), (3, "exceeded"),
                       (4, "problem")):
        yield ip6(58, icmp(kind, 0, b"\0" * 4,
                           quote6(g, f"ICMPv6 {what} quote")))


def neighbour_frames(g):
    link = b"\1\1" + g.mac("router advertisement link-layer option")
    prefix = b"\3\4\x40\xc0" + b"\0" * 12 + \
        g.ipv6("router advertisement prefix")
    servers = b"\x19\3\0\0\0\0\0\1" + g.ipv6("router advertisement DNS server")
    yield ip6(58, icmp(134, 0, b"\0" * 12, link + prefix + servers))
    yield ip6(58, icmp(135, 0, b"\0" * 4, g.ipv6("NDP solicitation target") +
                       b"\1\1" + g.mac("NDP solicitation option")))
    yield ip6(58, icmp(136, 0, b"\0" * 4, g.ipv6("NDP advertisement target") +
                       b"\2\1" + g.mac("NDP advertisement option")))
    quoted = quote6(g, "ICMPv6 redirect quote")
    header = b"\4" + bytes([1 + len(quoted) // 8]) + b"\0" * 6
    yield ip6(58, icmp(137, 0, b"\0" * 4, g.ipv6("ICMPv6 redirect target") +
                       g.ipv6("ICMPv6 redirect destination") + header +
                       quoted))


def option_frames(g):
    for kind, what in ((7, "record route"), (131, "loose source route"),
                       (137, "strict source route")):
        yield ip4(17, udp(1, 2, b""), options=bytes([kind, 7, 8]) +
                  g.ipv4(f"IP option {what}") + b"\0")
    yield ip4(17, udp(1, 2, b""), options=bytes([68, 12, 13, 1]) +
              g.ipv4("IP option timestamp") + b"\0" * 4)
    for kind in (0, 2, 4):
        yield ip6(43, bytes([17, 2, kind, 1]) + b"\0" * 4 +
                  g.ipv6(f"routing header of type {kind}") + udp(1, 2, b""))
    yield ip6(60, bytes([17, 2]) + b"\1\2\0\0" + bytes([201, 16]) +
              g.ipv6("home address option") +
              udp(1, 2, b""))
    yield ip6(0, bytes([17, 2]) + b"\1\2\0\0" + bytes([0x1e, 16]) +
              g.ipv6("hop-by-hop option") + udp(1, 2, b""))


def tcp_frames(g):
    stamps = g.secret("TCP timestamps", 8)
    yield ip4(6, tcp(b"\2\4\5\xb4\x08\x0a" + stamps))
    yield ip4(6, tcp(bytes([30, 8, 0x30, 1]) + g.ipv4("MPTCP ADD_ADDR IPv4"),
                     flags=16))
    yield ip4(6, tcp(bytes([30, 20, 0x30, 1]) +
                     g.ipv6("MPTCP ADD_ADDR IPv6"), flags=16))
    yield ip4(6, tcp(bytes([30, 12, 0x10, 1]) +
                     g.secret("MPTCP token and nonce", 8)))
    yield ip4(6, tcp(bytes([34, 10]) + g.secret("TCP fast open cookie", 8)))


def tunnel_frames(g):
    inner = ipv4(17, udp(5, 6, b""), g.ipv4("IP in IP inner source"),
                 g.ipv4("IP in IP inner destination"))
    yield ip4(4, inner)
    yield ip4(41, ipv6(17, udp(5, 6, b""), g.ipv6("6in4 inner source"),
                       g.ipv6("6in4 inner destination")))
    yield ip4(47, struct.pack("!HH", 0x2000, 0x0800) +
              g.secret("GRE key", 6)[:4] +
              ipv4(17, udp(5, 6, b""), g.ipv4("GRE inner source"),
                   g.ipv4("GRE inner destination")))
    yield ip4(17, udp(3544, 3544, ipv6(59, b"", g.ipv6("Teredo inner source"),
                                       g.ipv6("Teredo inner destination"))))
    bridged = ethernet(0x0800, ipv4(17, udp(5, 6, b""),
                                    g.ipv4("VXLAN inner source"),
                                    g.ipv4("VXLAN inner destination")),
                       g.mac("VXLAN inner MAC source"),
                       g.mac("VXLAN inner MAC destination"))
    yield ip4(17, udp(5555, 4789, b"\x08\0\0\0" + b"\x5a\xc3\x91\0" + bridged))
    bridged = ethernet(0x0800, ipv4(17, udp(5, 6, b""),
                                    g.ipv4("GENEVE inner source")),
                       g.mac("GENEVE inner MAC source"))
    yield ip4(17, udp(5555, 6081, b"\0\0\x65\x58" + b"\x5a\xc3\x92\0" +
                      bridged))
    yield ip4(17, udp(2152, 2152, b"\x30\xff\0\x14" +
                      g.secret("GTP TEID", 6)[:4] +
                      ipv4(17, b"", g.ipv4("GTP-U inner source"))))
    yield ip4(50, g.secret("ESP SPI", 8) + b"\0" * 8)
    yield ethernet(0x8847, b"\x5a\xc3\x91\x40" +
                   ipv4(17, udp(5, 6, b""), g.ipv4("MPLS inner source")))
    yield ethernet(0x8864, b"\x11\0\xc3\x91\0\x1e\0\x21" +
                   ipv4(17, udp(5, 6, b""), g.ipv4("PPPoE inner source")))


def link_frames(g):
    yield ethernet(0x0806, struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1) +
                   g.mac("ARP sender MAC") + g.ipv4("ARP sender") +
                   b"\0" * 6 + g.ipv4("ARP target"))
    yield ethernet(0x0800, ipv4(17, udp(7, 8, b"")), g.mac("source MAC"),
                   g.mac("destination MAC"))

    def tlv(kind, value):
        return struct.pack("!H", kind << 9 | len(value)) + value
    yield ethernet(0x88cc, tlv(1, b"\4" + g.mac("LLDP chassis")) +
                   tlv(2, b"\7" + g.name("LLDP port", "CanaryPort-3/7")) +
                   tlv(5, g.name("LLDP system name", "canary-switch-lldp")) +
                   tlv(6, g.name("LLDP description", "CanaryOS of room 318")) +
                   tlv(8, b"\5\1" + g.ipv4("LLDP management address") +
                       b"\0" * 6) + b"\0\0")

    def cdp(kind, value):
        return struct.pack("!HH", kind, 4 + len(value)) + value
    body = b"\xaa\xaa\3\0\0\x0c\x20\0" + b"\2\xb4\0\0" + \
        cdp(1, g.name("CDP device", "canary-switch-cdp.example")) + \
        cdp(2, struct.pack("!I", 1) + b"\1\1\xcc\0\4" +
            g.ipv4("CDP address"))
    yield MACS[1] + MACS[0] + struct.pack("!H", len(body)) + body


def application_frames(g):
    query = struct.pack("!HHHHHH", 1, 0x8180, 1, 2, 0, 0) + \
        dns_name(g.name("DNS question", "canary-lookup.example.org")) + \
        b"\0\1\0\1" + b"\xc0\x0c\0\1\0\1\0\0\0\1\0\4" + \
        g.ipv4("DNS answer A") + b"\xc0\x0c\0\x1c\0\1\0\0\0\1\0\x10" + \
        g.ipv6("DNS answer AAAA")
    yield ip4(17, udp(53, 40001, query))
    answer = struct.pack("!HHHHHH", 0, 0x8400, 0, 1, 0, 0) + \
        dns_name(g.name("mDNS name", "Canarys-MacBook.local")) + \
        b"\0\1\0\1\0\0\0\1\0\4" + g.ipv4("mDNS answer")
    yield ip4(17, udp(5353, 5353, answer))
    dhcp = b"\1\1\6\0" + b"\0" * 8 + b"\0" * 4 + g.ipv4("DHCP yiaddr") + \
        g.ipv4("DHCP siaddr") + b"\0" * 4 + g.mac("DHCP chaddr") + \
        b"\0" * 10 + b"\0" * 192 + b"\x63\x82\x53\x63"
    host = g.name("DHCP host name", "Canarys-iPhone-13")
    vendor = g.name("DHCP vendor class", "canary-dhcp-8.1")
    dhcp += b"\x32\4" + g.ipv4("DHCP requested address") + \
        bytes([12, len(host)]) + host + bytes([60, len(vendor)]) + vendor + \
        b"\x3d\7\1" + g.mac("DHCP client identifier") + b"\xff"
    yield ip4(17, udp(68, 67, dhcp))
    name = g.name("TLS server name", "canary-sni.example.net")
    sni = struct.pack("!HBH", len(name) + 3, 0, len(name)) + name
    extension = struct.pack("!HH", 0, len(sni)) + sni
    hello = b"\3\3" + b"R" * 32 + b"\0" + b"\0\2\x13\1" + b"\1\0" + \
        struct.pack("!H", len(extension)) + extension
    hello = b"\1" + struct.pack("!I", len(hello))[1:] + hello
    yield ip4(6, tcp(payload=b"\x16\3\1" + struct.pack("!H", len(hello)) +
                     hello, flags=24))
    yield ip4(6, tcp(payload=b"GET / HTTP/1.1\r\nHost: " +
                     g.name("HTTP host", "canary-web.example.com") +
                     b"\r\nUser-Agent: " +
                     g.name("HTTP user agent", "CanaryBrowser/7.1 (room 9)") +
                     b"\r\n\r\n", flags=24))
    yield ip4(17, udp(9000, 9001, g.secret("payload", 24)))
    yield ip4(17, udp(9000, 9002, g.name("payload text",
                                         "canary password swordfish", False)))


def stale_frames(g):
    yield ip4(17, udp(11, 12, b"")) + g.secret("Ethernet padding", 18)
    short = ipv4(17, udp(11, 12, b""))
    yield ethernet(0x0800, short + g.secret("bytes behind the IP length", 32))


def host_frames(g):
    """The addresses of flows themselves, in both families."""
    yield ip4(6, tcp(), g.ipv4("flow source"), g.ipv4("flow destination"))
    yield ip6(6, tcp(), g.ipv6("flow source"), g.ipv6("flow destination"))
    mac = g.mac("MAC in an address")
    eui = bytes([mac[0] ^ 2]) + mac[1:3] + b"\xff\xfe" + mac[3:]
    g.plant("EUI-64 in an address", "ipv6", str(ipaddress.ip_address(
        b"\xfe\x80" + b"\0" * 6 + eui)))
    yield ethernet(0x86dd, ipv6(6, tcp(), b"\xfe\x80" + b"\0" * 6 + eui), mac)


def option(code, value):
    return struct.pack("<HH", code, len(value)) + value + \
        b"\0" * (-len(value) % 4)


def block(kind, body):
    length = 12 + len(body)
    return struct.pack("<II", kind, length) + body + struct.pack("<I", length)


def section(g):
    head = struct.pack("<IHHq", 0x1a2b3c4d, 1, 0, -1)
    return block(0x0a0d0d0a, head + option(
        1, g.name("section comment", "Canary hotel, basement, by C. Nary")) +
        option(2, g.name("section hardware", "CanaryServer 9000")) +
        option(3, g.name("section system", "CanaryOS 11.2")) +
        option(4, g.name("section program", "canarycap 3.1")) +
        b"\0\0\0\0")


def interface(g):
    mac = g.mac("if_EUIaddr")
    return block(1, struct.pack("<HHI", ETHERNET, 0, 65535) + option(
        2, g.name("if_name", "canary-tap0")) +
        option(3, g.name("if_description", "uplink of the Canary hotel")) +
        option(4, g.ipv4("if_IPv4addr") + b"\xff\xff\xff\0") +
        option(5, g.ipv6("if_IPv6addr") + b"\x40") +
        option(6, g.mac("if_MACaddr")) +
        option(7, mac[:3] + b"\xff\xfe" + mac[3:]) +
        option(9, b"\x09") +
        option(11, b"\0" + g.name("if_filter", "not host canary-admin",
                                  False)) +
        option(12, g.name("if_os", "CanaryOS kernel 5.4")) +
        option(15, g.name("if_hardware", "Canary NIC rev 7")) + b"\0\0\0\0")


def packet(number, frame, comment=None):
    time = 1225500000 * 10**9 + number * 10**6
    body = struct.pack("<IIIII", 0, time >> 32, time & 0xffffffff, len(frame),
                       len(frame)) + frame + b"\0" * (-len(frame) % 4)
    if comment is not None:
        body += option(1, comment) + b"\0\0\0\0"
    return block(6, body)


def other_blocks(g):
    record = g.ipv4("name resolution address") + \
        g.name("name resolution name", "canary-resolved.example") + b"\0"
    body = struct.pack("<HH", 1, len(record)) + record + \
        b"\0" * (-len(record) % 4) + b"\0\0\0\0" + \
        option(2, g.name("resolver name", "canary-resolver.example")) + \
        option(3, g.ipv4("resolver address")) + b"\0\0\0\0"
    yield block(4, body)
    secret = b"CLIENT_RANDOM " + \
        g.secret("TLS secret", 32).hex().encode() + b"\n"
    yield block(10, struct.pack("<II", 0x544c534b, len(secret)) + secret +
                b"\0" * (-len(secret) % 4))
    yield block(5, struct.pack("<III", 0, 0, 0) + option(
        1, g.name("statistics comment", "canary dropped none")) + b"\0\0\0\0")
    yield block(0xbad, struct.pack("<I", 32473) +
                g.secret("custom block", 16))


def make(directory):
    g = Garden()
    os.makedirs(directory, exist_ok=True)
    frames = []
    for part in (host_frames, icmp_frames, neighbour_frames, option_frames,
                 tcp_frames, tunnel_frames, link_frames, application_frames,
                 stale_frames):
        frames += list(part(g))
    stem = g.name("file name", "canary-CANARYFILE").decode()
    data = section(g) + interface(g)
    for number, frame in enumerate(frames):
        comment = None
        if number == 1:
            comment = g.name("packet comment", "this is Canary in room 318")
        data += packet(number, frame, comment)
    data += b"".join(other_blocks(g))
    with open(f"{directory}/{stem}.pcapng", "wb") as file:
        file.write(data)
    with open(f"{directory}/planted.json", "w", encoding="utf-8") as file:
        json.dump(g.planted, file, indent=1)
    print(f"canary: {len(g.planted)} values planted in {len(frames)} packets")


def forms(entry):
    """The bytes that give a planted value away."""
    kind, value = entry["kind"], entry["value"]
    if kind == "name":
        return {value.encode(), value.lower().encode(), value.upper().encode()}
    if kind == "bytes":
        packed = bytes.fromhex(value)
        return {packed[:4], packed[:4][::-1], packed[:6], value[:12].encode()}
    if kind == "mac":
        packed = bytes.fromhex(value.replace(":", ""))
        eui = bytes([packed[0] ^ 2]) + packed[1:3] + b"\xff\xfe" + packed[3:]
        return {packed, packed[::-1], eui, eui[::-1], value.encode(),
                value.upper().encode(), packed.hex().encode(),
                packed.hex("-").encode()}
    address = ipaddress.ip_address(value)
    found = {address.packed, address.packed[::-1], value.encode(),
             str(int(address)).encode()}
    if kind == "ipv6":
        low = address.packed[8:]
        found |= {low, low[::-1], address.exploded.encode()}
    return found


def stretches(path):
    """Yield (place, bytes) of all that is in a dataset."""
    with open(path, "rb") as file:
        yield "the file", file.read()
    with h5py.File(path, "r") as dataset:
        for table in dataset.values():
            yield table.name, table.name.encode()
            for column in table.values():
                yield column.name, \
                    numpy.ascontiguousarray(column[()]).tobytes()
                yield column.name, repr(dict(column.attrs)).encode()
        yield "root attributes", repr(dict(dataset.attrs)).encode()


def search(dataset, planted):
    with open(planted, encoding="utf-8") as file:
        entries = json.load(file)
    found = 0
    places = list(stretches(dataset))
    for entry in entries:
        for place, data in places:
            if any(form in data for form in forms(entry)):
                print(f"{entry['place']}: found in {place}")
                found += 1
    print(f"canary: {len(entries)} values searched for, {found} found")
    return 1 if found else 0


def plant(dataset, planted, number, leaky):
    """As a converter would leave it that has no protection there."""
    with open(planted, encoding="utf-8") as file:
        entry = json.load(file)[number]
    shutil.copyfile(dataset, leaky)
    with h5py.File(leaky, "r+", libver=("v108", "v108")) as file:
        kind, value = entry["kind"], entry["value"]
        if kind == "ipv4":
            file["flows/duration"][3] = int(ipaddress.ip_address(value))
        elif kind == "ipv6":
            address = int(ipaddress.ip_address(value))
            file["hosts/address_high"][2] = address >> 64
            file["hosts/address_low"][2] = address & (1 << 64) - 1
        elif kind == "mac":
            file["devices/token"][0] = int(value.replace(":", ""), 16)
        elif kind == "name":
            file.attrs["summary"] = f"Flows seen by {value}, one to a row"
        else:
            file["flows/duration"][3] = int.from_bytes(
                bytes.fromhex(value)[:4], "big")
    print(entry["kind"], "known" if entry["known"] else "unknown",
          entry["place"])


def main():
    arguments = sys.argv[1:]
    if len(arguments) == 2 and arguments[0] == "make":
        return make(arguments[1])
    if len(arguments) == 3 and arguments[0] == "search":
        return search(*arguments[1:])
    if len(arguments) == 5 and arguments[0] == "plant":
        return plant(arguments[1], arguments[2], int(arguments[3]),
                     arguments[4])
    sys.exit(__doc__)


if __name__ == "__main__":
    sys.exit(main())
