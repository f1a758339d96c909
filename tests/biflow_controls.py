"""Whether tests/biflow_tshark.py finds what it is there to find.

A made-up capture agrees as it is.  Then flowveil gets it with one packet
changed, as if it had counted wrong, while tshark reads the capture itself: each
such fault must be told.  So must be a link type that nobody knows, and a
comparison of too little.

Besides, thousands of made-up connections agree (play): ports that are used
again, by either side, ends of every kind, and packets that are lost.
"""
import collections
import contextlib
import io
import os
import random
import struct

FIN, SYN, RST, ACK = 1, 2, 4, 16
TCP, UDP, IPIP = 6, 17, 4
CLIENT, SERVER, OTHER = "192.0.2.1", "198.51.100.2", "203.0.113.3"
MORE = 0x2000  # fragments follow

# Of each of so many hosts, one to three connections; what share is lost.
HOSTS, LOST = 1000, (0, 0.05, 0.3)

# What the made-up capture holds.
PACKETS, TUPLES, CONVERSATIONS = 17, 7, 6


def address(text):
    return bytes(int(part) for part in text.split("."))


def ip(source, destination, protocol, payload, fragment=0, number=1):
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), number,
                         fragment, 64, protocol, 0)
    return header + address(source) + address(destination) + payload


def tcp(source, destination, flags, sequence, acknowledged=0, size=0):
    """Of a packet between (address, port) and (address, port)."""
    header = struct.pack("!HHIIBBHHH", source[1], destination[1], sequence,
                         acknowledged, 0x50, flags, 1000, 0, 0)
    return ip(source[0], destination[0], TCP, header + bytes(size))


def udp(source, destination, size):
    header = struct.pack("!HHHH", source[1], destination[1], 8 + size, 0)
    return ip(source[0], destination[0], UDP, header + bytes(size))


def connection(isn):
    """Five packets between the same two ends."""
    here, there = (CLIENT, 40000), (SERVER, 8000)
    return [tcp(here, there, SYN, isn),
            tcp(there, here, SYN | ACK, 900, isn + 1),
            tcp(here, there, ACK, isn + 1, 901, 100),
            tcp(there, here, ACK, 901, isn + 101, 500),
            tcp(here, there, FIN | ACK, isn + 101, 1401)]


def packets():
    here, there = (CLIENT, 5000), (SERVER, 6000)
    datagram = udp((CLIENT, 5001), (SERVER, 6000), 64)[20:]
    return [
        *connection(1000), *connection(700000),
        udp(here, there, 30), udp(there, here, 300),
        ip(CLIENT, SERVER, UDP, datagram[:32], MORE, 7),
        ip(CLIENT, SERVER, UDP, datagram[32:], 4, 7),
        ip(CLIENT, OTHER, IPIP, udp((OTHER, 5002), (SERVER, 6001), 10)),
        udp((OTHER, 5003), (OTHER, 6002), 10),
        ip(CLIENT, OTHER, UDP, bytes(4))]  # half a header


def write(path, frames, link_type=101):
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535,
                               link_type))
        for i, frame in enumerate(frames):
            file.write(struct.pack("<IIII", 1000000000 + i, 0, len(frame),
                                   len(frame)) + frame)


def put(frames, n, offset, octets):
    frames[n] = frames[n][:offset] + octets + frames[n][offset + len(octets):]


def turn(frames, n):
    """The same packet, from the receiver to the sender."""
    f = frames[n]
    frames[n] = f[:12] + f[16:20] + f[12:16] + f[22:24] + f[20:22] + f[24:]


# What is done to the packets that flowveil gets.
CHANGES = (
    ("a packet of TCP less", lambda f: f.pop(2)),
    ("a packet of UDP twice", lambda f: f.insert(11, f[10])),
    ("an octet more", lambda f: put(f, 10, 3, b"\x3b")),
    ("an octet behind a packet",
     lambda f: put(f, 10, len(f[10]), b"\0")),
    ("another port", lambda f: put(f, 11, 20, b"\x17\x71")),
    ("another address", lambda f: put(f, 11, 15, b"\x03")),
    ("another protocol", lambda f: put(f, 10, 9, b"\x06")),
    ("a packet that goes the other way", lambda f: turn(f, 3)),
    ("two connections as one",
     lambda f: put(f, 5, 24, struct.pack("!I", 1000))),
    ("a connection as two",
     lambda f: put(f, 2, 33, bytes([SYN]))),
    ("a packet of one connection in the next",
     lambda f: f.insert(7, f.pop(4))),
    ("a later fragment less", lambda f: f.pop(13)),
    ("a later fragment of another length", lambda f: put(f, 13, 3, b"\x3d")),
    ("what is in a tunnel", lambda f: put(f, 14, 40, b"\x13\x8b")),
    ("a packet to oneself less", lambda f: f.pop(15)),
    ("half a header less", lambda f: f.pop(16)),
    ("nothing at all", lambda f: f.clear()))


class Connection:
    """Segments between two ends, the first of which begins."""

    def __init__(self, dice, ends):
        self.dice = dice
        self.ends = ends
        self.next = [dice.getrandbits(32), dice.getrandbits(32)]
        self.segments = []

    def send(self, side, flags, size=0, times=1):
        """Of side 0 or 1; several times, as when it was lost."""
        acknowledged = self.next[1 - side] if flags & ACK else 0
        self.segments += times * [
            tcp(self.ends[side], self.ends[1 - side], flags, self.next[side],
                acknowledged, size)]
        taken = size + bool(flags & SYN) + bool(flags & FIN)
        self.next[side] = (self.next[side] + taken) % 2**32

    def whole(self):
        dice = self.dice
        self.send(0, SYN, times=dice.choice([1, 1, 1, 2, 3]))
        answer = dice.random()
        if answer < 0.1:
            return self.segments
        if answer < 0.2:
            self.send(1, RST | ACK)
            return self.segments
        self.send(1, SYN | ACK, times=dice.choice([1, 1, 1, 2]))
        self.send(0, ACK)
        for _ in range(dice.randrange(6)):
            side = dice.randrange(2)
            self.send(side, ACK, dice.randrange(1, 900))
            self.send(1 - side, ACK)
        self.end(dice.randrange(2), dice.random())
        return self.segments

    def end(self, side, how):
        if how < 0.2:
            return  # nobody saw it
        if how < 0.4:
            self.send(side, RST | (ACK if how < 0.3 else 0))
            return
        self.send(side, FIN | ACK)
        if how < 0.5:
            self.send(1 - side, RST | ACK)
        elif how < 0.9:
            self.send(1 - side, ACK)
            self.send(1 - side, FIN | ACK)
            self.send(side, ACK)


def play(seed, lost):
    """Packets of many connections, in order of time."""
    dice = random.Random(seed)
    found = []
    for host in range(HOSTS):
        ends = [(f"192.0.2.{1 + host % 200}", 1024 + host // 200),
                (SERVER, 443)]
        time = 100 * dice.random()
        for _ in range(dice.choice([1, 1, 2, 3])):
            turned = ends[::-1] if dice.random() < 0.2 else ends
            for segment in Connection(dice, turned).whole():
                time += dice.random()
                if dice.random() >= lost:
                    found.append((time, len(found), segment))
            time += 30 * dice.random()
    return [segment for _, _, segment in sorted(found)]


def compare_play(check, tools, folder, counts):
    """Sentences on what differs of made-up connections."""
    path = os.path.join(folder, "play.pcap")
    for seed, lost in enumerate(LOST):
        write(path, play(seed, lost))
        both = check.measure(tools, path)
        problems, more = check.compare(
            both, tools.pseudonyms(check.addresses_of(both.streams)))
        counts += more
        yield from (f"{lost} lost: {problem}" for problem in problems)
    if counts["streams"] < HOSTS * len(LOST):
        yield f"only {counts['streams']} connections were compared"


def controls(check, tools, folder):
    """Sentences on what was not as it has to be."""
    theirs = os.path.join(folder, "theirs.pcap")
    write(theirs, packets())
    assert len(packets()) == PACKETS
    same = check.measure(tools, theirs)
    pseudonym = tools.pseudonyms(check.addresses_of(same.streams))
    problems, counts = check.compare(same, pseudonym)
    yield from (f"as it is: {problem}" for problem in problems)
    found = counts["tuples"], counts["streams"]
    if found != (TUPLES, CONVERSATIONS):
        yield f"as it is: {found} tuples and conversations"
    for name, change in CHANGES:
        ours = os.path.join(folder, "ours.pcap")
        changed = packets()
        change(changed)
        write(ours, changed)
        biflows, damaged = tools.biflows(ours, folder)
        both = check.Both(biflows, damaged, same.streams)
        if biflows is None or damaged \
                or not check.check(tools, theirs, both, pseudonym)[0]:
            yield f"not found: {name}"
    streams = check.tshark_streams.Streams()
    streams.unknown["made-up"] = 1
    if not check.compare(check.Both({}, False, streams), {})[0]:
        yield "not found: IP behind what nobody knows"
    counts = collections.Counter(captures=9, tuples=99)
    with contextlib.redirect_stdout(io.StringIO()):
        statuses = [check.verdict(counts, 0, least) for least in (
            (9, 99), (10, 99), (9, 100))]
        statuses += [check.verdict(counts, 1, (0, 0)),
                     check.verdict(collections.Counter(), 0, (0, 0))]
    if statuses != [0, 1, 1, 1, 1]:
        yield f"statuses are {statuses}"


def run(check, tools, folder):
    """The exit status; ${check} is the module under test."""
    counts = collections.Counter()
    failed = [*controls(check, tools, folder),
              *compare_play(check, tools, folder, counts)]
    for sentence in failed[:10]:
        print(f"biflows, self-test: {sentence}")
    if failed:
        print(f"biflows, self-test: {len(failed)} are wrong")
    else:
        print(f"biflows, self-test: each of {len(CHANGES)} changes is found; "
              f"{counts['streams']} made-up connections agree, of "
              f"{counts['packets']} packets")
    return 1 if failed else 0
