"""The conversations of TCP and UDP in a capture, as tshark has them.

    streams = tshark_streams.read(path)

A frame may hold many packets in each other (tunnels).  Each with TCP or UDP is
counted under its 5-tuple and the number that tshark gave to its stream: packets,
bytes (IP total length) and bytes of frames that either end sent.  What an ICMP error quotes is
no packet.  Nothing is put together, neither fragments nor streams (OPTIONS).

tshark prints its own tables of conversations in the same run (-z conv).  They
count frames; `strange` has what they tell otherwise than the fields do.
"""
import collections
import re
import struct
import subprocess

SECONDS = 100

# The analysis of sequence numbers stays on: without it, no port that is used
# again begins another stream.
OPTIONS = (
    "ip.defragment:FALSE", "ipv6.defragment:FALSE",
    "tcp.desegment_tcp_streams:FALSE", "tcp.check_checksum:FALSE",
    "tcp.analyze_sequence_numbers:TRUE", "ip.tso_support:TRUE",
    "eth.fcs:Never")

# By tshark's names, what flowveil decodes too: before the IP header of a frame,
# and between that of a tunnel and the one in it.
LINK = {"eth", "ethertype", "vlan", "ieee8021ad", "sll", "null", "raw", "llc",
        "mpls", "pppoes", "ppp", "chdlc", "nflog", "pflog", "radiotap", "ppi",
        "arcnet", "fddi", "pktap",
        "pcap_pktdata", "prism", "wlan_radio", "wlan", "wlan_aggregate"}
TUNNELS = {"gre", "erspan", "vxlan", "geneve", "gtp", "teredo", "l2tp"}
IP = {"ip", "ipv6"}
TRANSPORT = {"tcp": 6, "udp": 17}
QUOTING = {"icmp", "icmpv6"}

# Extension headers of IPv6, and AH: the field with what follows.
EXTENSIONS = {
    "ipv6.hopopts": "ipv6.hopopts.nxt", "ipv6.routing": "ipv6.routing.nxt",
    "ipv6.fraghdr": "ipv6.fraghdr.nxt", "ipv6.dstopts": "ipv6.dstopts.nxt",
    "ah": "ah.next_header"}

FIELDS = ("frame.protocols", "frame.encap_type", "frame.len", "frame.cap_len",
          "wlan.fcs", "_ws.short",
          "ip.src", "ip.dst", "ip.len", "ip.proto", "ip.frag_offset",
          "ipv6.src", "ipv6.dst", "ipv6.plen", "ipv6.nxt", "ipv6.opt.jumbo",
          "ipv6.fraghdr.offset", *EXTENSIONS.values(),
          "tcp.srcport", "tcp.dstport", "tcp.stream",
          "udp.srcport", "udp.dstport", "udp.stream")

# A row of a table: its ends, and frames that came back and went forth.
ROW = re.compile(r"(\S+):(\d+)\s+<-> (\S+):(\d+)\s+"
                 r"(\d+) [\d,.]+ \w+\s+(\d+) [\d,.]+ \w+\s")


class Broken(Exception):
    """A header that tshark does not follow to its end."""


class Streams:
    """What tshark reads of a capture.

    tuples   of (protocol, later, ends): by number of stream, or None where
             tshark gave no number, what each end sent: [packets, bytes,
             bytes of frames without FCS].  An end is (address, port), of later fragments (address, 0).
    frames, status    how many tshark read, and its exit status
    unknown  frames with an IP header behind what flowveil does not decode
    stopped  UDP packets that tshark looks no further into, as their length
             cannot be
    strange  sentences: where -z conv and the fields differ
    """

    def __init__(self):
        self.tuples = collections.defaultdict(dict)
        self.frames = self.status = self.stopped = 0
        self.unknown = collections.Counter()
        self.strange = []
        self.short = set()  # tuples with a packet whose header is cut off

    def count(self, header, frame, short):
        """Count the packet of an IP header in so many bytes of a frame."""
        sender = header["source"], header["ports"][0]
        receiver = header["destination"], header["ports"][1]
        protocol, stream = header["protocol"], header["stream"]
        key = protocol, header["later"], tuple(sorted((sender, receiver)))
        sent = self.tuples[key].setdefault(stream, {}).setdefault(
            sender, [0, 0, 0])
        sent[0] += 1
        sent[1] += header["bytes"]
        sent[2] += frame
        if short:
            self.short.add(key)
        if stream is None and protocol == 17 and not header["later"] \
                and header["ports"] != (0, 0):
            self.stopped += 1


class Frame:
    """The fields of one frame: of each, its values in order.  A header that
    is broken ends what tshark reads, so that those that lack a field are the
    last."""

    def __init__(self, line):
        self.fields = dict(zip(FIELDS, line.split("\t")))
        self.layers = self.fields["frame.protocols"].split(":")
        self.seen = collections.Counter()

    def length(self):
        """Bytes on the wire, without FCS."""
        length = max(self.number("frame.len", 0),
                     self.number("frame.cap_len", 0))
        return length - (4 if self.fields["wlan.fcs"] else 0)

    def next(self, layer):
        """How many of this kind there were before."""
        self.seen[layer] += 1
        return self.seen[layer] - 1

    def text(self, name, n):
        values = self.fields[name].split(",")
        if n >= len(values) or not values[n]:
            raise Broken
        return values[n]

    def number(self, name, n, default=None):
        try:
            return int(self.text(name, n), 0)
        except Broken:
            if default is None:
                raise
            return default


def length_of(frame, layer, n):
    if layer == "ip":
        return frame.number("ip.len", n)
    length = frame.number("ipv6.plen", n)
    if length == 0:  # RFC 2675: it stands in an option
        length = frame.number("ipv6.opt.jumbo", 0, 0)
    return 40 + length


def ip_header(frame, layer):
    n = frame.next(layer)
    return {
        "source": frame.text(f"{layer}.src", n),
        "destination": frame.text(f"{layer}.dst", n),
        "protocol": frame.number(
            "ip.proto" if layer == "ip" else "ipv6.nxt", n),
        "bytes": length_of(frame, layer, n),
        "later": layer == "ip" and frame.number("ip.frag_offset", n) > 0,
        "stream": None, "ports": (0, 0)}


def follow(frame, layer, header):
    """What stands behind an IP header: an extension or the transport."""
    n = frame.next(layer)
    if layer in EXTENSIONS:
        if layer == "ipv6.fraghdr":
            header["later"] = frame.number("ipv6.fraghdr.offset", n) > 0
        header["protocol"] = frame.number(EXTENSIONS[layer], n)
    elif header["protocol"] == TRANSPORT[layer]:
        header["ports"] = tuple(frame.number(f"{layer}.{end}port", n, 0)
                                for end in ("src", "dst"))
        stream = frame.number(f"{layer}.stream", n, -1)
        header["stream"] = stream if stream >= 0 else None


def headers_of(frame, unknown):
    """The IP headers of a frame, those in tunnels behind those around them."""
    found = []
    for i, layer in enumerate(frame.layers):
        rest = frame.layers[i + 1:]
        try:
            if layer in IP:
                found.append(ip_header(frame, layer))
            elif found and (layer in TRANSPORT or layer in EXTENSIONS):
                follow(frame, layer, found[-1])
            elif layer in QUOTING:
                break
            elif layer not in LINK and not (found and layer in TUNNELS):
                if IP.intersection(rest):
                    unknown[layer] += 1
                break
        except Broken:
            if IP.intersection(rest[:1]):  # tshark goes by the version
                unknown["version"] += 1
            break
    return found


def compare_table(streams, lines):
    """Where the tables of -z conv have other tuples, frames or streams."""
    rows = collections.Counter()
    frames = collections.defaultdict(collections.Counter)
    protocol = 0
    for line in lines:
        if line.endswith(" Conversations"):
            protocol = TRANSPORT[line.split()[0].lower()]
        elif match := ROW.match(line):
            ends = (match[1], int(match[2])), (match[3], int(match[4]))
            key = protocol, False, tuple(sorted(ends))
            rows[key] += 1
            frames[key][ends[1]] += int(match[5])
            frames[key][ends[0]] += int(match[6])
    for key in sorted(set(rows) | set(streams.tuples)):
        numbered = {stream: sent for stream, sent
                    in streams.tuples.get(key, {}).items()
                    if stream is not None}
        sent = collections.Counter()
        for ends in numbered.values():
            for end, (packets, _, _) in ends.items():
                sent[end] += packets
        # A packet whose options are cut off is in no table.
        if key in streams.short and not frames[key] - sent:
            continue
        if +frames[key] != sent or rows[key] != len(numbered):
            yield (f"-z conv has {rows[key]} conversations of "
                   f"{sorted(frames[key].values())} frames where the fields "
                   f"have {len(numbered)} of {sorted(sent.values())}")


def fcs_length(path):
    """Bytes of FCS that the header of a pcap file tells of: tshark has no
    field for it, and without being told guesses."""
    with open(path, "rb") as file:
        header = file.read(24)
    for order in "<>":
        if len(header) == 24 and struct.unpack(order + "I", header[:4])[0] \
                in (0xa1b2c3d4, 0xa1b23c4d):
            link_type = struct.unpack(order + "I", header[20:])[0]
            if link_type & 0x04000000:
                return (link_type >> 28) * 2
    return 0


def read(path):
    fcs = fcs_length(path)
    arguments = ["tshark", "-n", "-Q", "-r", path, "-z", "conv,tcp",
                 "-z", "conv,udp", "-T", "fields", "-E", "occurrence=a",
                 "-E", "aggregator=,"]
    for option in OPTIONS:
        arguments += ["-o", option]
    for field in FIELDS:
        arguments += ["-e", field]
    done = subprocess.run(arguments, capture_output=True, timeout=SECONDS,
                          stdin=subprocess.DEVNULL, check=False)
    lines = done.stdout.decode(errors="replace").splitlines()
    table = next((i for i, line in enumerate(lines)
                  if line.startswith("====")), len(lines))
    streams = Streams()
    streams.status = done.returncode
    for line in lines[:table]:
        frame = Frame(line)
        if not frame.fields["frame.encap_type"]:
            continue  # a pcapng block that holds no packet
        streams.frames += 1
        for header in headers_of(frame, streams.unknown):
            if header["protocol"] in TRANSPORT.values():
                streams.count(header, frame.length() - fcs,
                              frame.fields["_ws.short"] != "")
    # What is not decoded here is in the tables all the same.
    if not streams.unknown and table < len(lines):
        streams.strange = list(compare_table(streams, lines[table:]))
    return streams
