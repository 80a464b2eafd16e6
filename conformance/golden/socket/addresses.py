# What the socket module says of addresses of all families, right and wrong ones.
#
# A family that the kernel lacks can be asked for all the same: a socket object that is given a
# descriptor takes the family it is told, and addresses are read before the kernel sees them.
import socket
import _socket

CASES = [
    ("INET", "AF_INET", 0),
    ("INET6", "AF_INET6", 0),
    ("UNIX", "AF_UNIX", 0),
    ("NETLINK", "AF_NETLINK", 0),
    ("PACKET", "AF_PACKET", 0),
    ("CAN_RAW", "AF_CAN", socket.CAN_RAW),
    ("CAN_BCM", "AF_CAN", socket.CAN_BCM),
    ("CAN_ISOTP", "AF_CAN", socket.CAN_ISOTP),
    ("CAN_J1939", "AF_CAN", socket.CAN_J1939),
    ("CAN of another protocol", "AF_CAN", 99),
    ("RDS", "AF_RDS", 0),
    ("TIPC", "AF_TIPC", 0),
    ("VSOCK", "AF_VSOCK", 0),
    ("ALG", "AF_ALG", 0),
    ("QIPCRTR", "AF_QIPCRTR", 0),
    ("BLUETOOTH L2CAP", "AF_BLUETOOTH", 0),
    ("BLUETOOTH HCI", "AF_BLUETOOTH", 1),
    ("BLUETOOTH SCO", "AF_BLUETOOTH", 2),
    ("BLUETOOTH RFCOMM", "AF_BLUETOOTH", 3),
    ("BLUETOOTH of another protocol", "AF_BLUETOOTH", 9),
    ("IRDA", "AF_IRDA", 0),
]
# Hosts that no resolver is asked about.
NUMERIC = ("127.0.0.1", "::1", "<broadcast>")


class Index:
    def __index__(self):
        return 7


class Bad:
    def __index__(self):
        raise RuntimeError("not a number")


BIG = 1 << 70
ADDRESSES = [
    None, 1, "", "/no/a", b"", b"/no/b", bytearray(b"/no/c"), "/no/\u20ac", "/no/\udc80", "/no/\udcffx", "\ud800",
    "/no/" + "x" * 103, "/no/" + "x" * 104, "/no/" + "x" * 105, "\0" + "x" * 107, "\0" + "x" * 108, b"\0no such", "/no/a\0b",
    (), [], ("127.0.0.1",), ["127.0.0.1", 1],
    ("127.0.0.1", 0), ("127.0.0.1", -1), ("127.0.0.1", 65536), ("127.0.0.1", BIG), ("127.0.0.1", -BIG),
    ("127.0.0.1", None), ("127.0.0.1", "1"), ("127.0.0.1", 1.5), ("127.0.0.1", Index()), ("127.0.0.1", Bad()),
    (b"127.0.0.1", 0), (bytearray(b"127.0.0.1"), 0), (memoryview(b"127.0.0.1"), 0),
    (None, 0), (1, 0), ("127.0.0.1\0", 0), (b"127.0.0.1\0", 0), ("127.0.0.256", "x"),
    ("::1", 0), ("::1", 70000), ("::1", 0, 0), ("::1", 0, -1), ("::1", 0, 1 << 20), ("::1", 0, BIG),
    ("::1", 0, 0, 0), ("::1", 0, 0, -1), ("::1", 0, 0, 1 << 32), ("::1", 0, 0, BIG), ("::1", 0, 0, "a"),
    ("::1", 0, 0, 0, 0), ("::1", 0, "a"), ("::1", 0, 1.5), ("<broadcast>", 0), ("<broadcast>", 0, 0),
    ("\u20ac" * 70, 0), ("a..b", 0), ("\ud800", 0),
    (0, 0), (-1, 0), (1 << 32, 0), (BIG, 0), (0, BIG), (0, -1), (0, 1, 2), (1.5, 0), ("a", "b"), (Index(), Index()),
    (Bad(), 0), (0, Bad()),
    ("lo",), (b"lo",), ("", ), (b"",), ("no such interface",), ("n" * 15,), ("n" * 16,), ("n" * 40,), ("l\0o",),
    ("nosuch", 0), ("lo", 0), ("lo", 1 << 16), ("lo", -1), ("lo", 3, 1), ("lo", 3, 1, 2), ("lo", 3, 1, 2, b"123456"),
    ("lo", 3, 1, 2, b"123456789"), ("lo", 3, 1, 2, "123456"), ("lo", 3, 1, 2, b"", 1), ("lo", 3, BIG), ("lo", 3, 1, BIG),
    ("lo", 3, 300, 70000, b"1"), ("lo", "3"), (1, 3), ("lo", 1, 2, "x"), ("lo", 1, 2, 300),
    ("lo", -1, -1), ("lo", BIG, BIG), ("lo", 1, BIG, 2), ("", 0, 0), ("n" * 40, 0, 0), ("n" * 40, 0, 0, 0),
    ("lo", 1 << 64, 1 << 32, 256), ("lo", -1, -1, -1), ("lo", "a", 0, 0), ("lo", 0, "a", 0), ("lo", 0, 0, "a"),
    (1, 2, 3, 4), (2, 2, 3, 4), (3, 2, 3, 4), (4, 2, 3, 4), (0, 2, 3, 4), (1, 2, 3, 4, 5), (1, 2, 3, 4, BIG), (1, 2, 3, 4, "a"),
    (BIG, 1, 1, 1), (1, BIG, BIG, BIG, BIG), (1, -1, -1, -1, -1), ("a", 1, 1, 1), (1, 2, 3, 4, 5, 6), (1, 2, 3, "a"), (1, 2, 3),
    ("hash", "sha256"), ("hash", "sha256", 1), ("hash", "sha256", 1, 2), ("hash", "sha256", 1, 2, 3), ("hash", 1), (1, "sha256"),
    ("x" * 13, "y" * 63), ("x" * 14, "y"), ("x", "y" * 64), ("a\0b", "c"), ("hash", "sha256", BIG), ("hash", "sha256", "a"), ("hash", "s", -1),
    ("hash", b"sha256"), ("h\u00e4sh", "s"), ("\ud800", "s"),
    ("00:11:22:33:44:55", 1), ("00:11:22:33:44:55", BIG), ("00:11:22:33:44:55", "1"), ("00:11:22:33:44", 1), ("00:11:22:33:44:55:66", 1),
    ("0:1:2:3:4:5", 1), (" 0:+1:0x2:3:4:5", 70000), ("100:1:2:3:4:5", 1), ("g:1:2:3:4:5", 1), ("", 1), ("-1:1:2:3:4:5", 1), ("0:1:2:3:4:5 ", 1),
    (b"00:11:22:33:44:55", 1), ("00:11:22:33:44:55", 1, 2), ("00:11:22:33:44:55",), "00:11:22:33:44:55", b"00:11:22:33:44:55", b"00:11:22:33:44:55\0x", b"xx",
    (5,), (70000,), (BIG,), ("a",),
]


def tell(call):
    try:
        result = call()
    except BaseException as e:
        cause = " from " + repr(e.__cause__) if e.__cause__ else ""
        return "%s %s%s" % (type(e).__name__, ascii(e.args), cause)
    return "-> %r" % (result,)


here = _socket.socket(_socket.AF_UNIX, _socket.SOCK_DGRAM)
for title, family, protocol in CASES:
    print("==", title)
    sock = _socket.socket(getattr(socket, family), socket.SOCK_DGRAM, protocol, fileno=here.fileno())
    outcomes = {}
    for number, address in enumerate(ADDRESSES):
        host = address[0] if isinstance(address, tuple) and address else None
        if family in ("AF_INET", "AF_INET6", "AF_RDS") and isinstance(host, (str, bytes)) and host.isascii() and host != "127.0.0.1\0" and host not in NUMERIC:
            continue
        # A path that is right is not bound here.
        method = "connect_ex" if family == "AF_UNIX" or number % 5 == 0 else "bind"
        outcome = tell(lambda: getattr(sock, method)(address))
        outcomes.setdefault(outcome, []).append(number)
    for outcome, numbers in outcomes.items():
        print(outcome, "<-", *numbers)
    sock.detach()

print("== sendto, sendmsg")
sock = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
for args in [(), (b"",), (b"", 1), (b"", ()), (b"", 0, 1), (b"", "a", ("127.0.0.1", 1)), (b"", 0, ("127.0.0.1", -1)), (1, ("127.0.0.1", 1)),
             (b"", 0, ("127.0.0.1", 1), 1), ("a", ("127.0.0.1", 1)), (b"", BIG, ("127.0.0.1", 1)), (b"", None, 1)]:
    print("sendto", ascii(args), tell(lambda: sock.sendto(*args)))
for args in [(), (1,), ("a",), ([b"a", 1],), ([], 1), ([], [1]), ([], [()]), ([], [(1, 2)]), ([], [(1, 2, 3)]), ([], ["abc"]), ([], [b"abc"]), ([], [[1, 2, b""], 5]),
             ([], [(1, "a", b"")]), ([], [(BIG, 2, b"")]), ([], [], "a"), ([], [], 0, 1), ([], [], 0, None), ([], [], 0, ("127.0.0.1", 1)), ([], [], 0, ("127.0.0.1", 99999))]:
    print("sendmsg", ascii(args), tell(lambda: sock.sendmsg(*args)))
for args in [(), ("a",), (-1,), (1, -1), (1, 1 << 31), (1, 1 << 40), (1, BIG), (1, 0, "a"), (BIG,)]:
    print("recvmsg", ascii(args), tell(lambda: sock.recvmsg(*args)))
for args in [(), (1,), ("a",), ([1],), ([b"a"],), ([bytearray()], -1), ([bytearray()], 1 << 31), ([bytearray(), b""],)]:
    print("recvmsg_into", ascii(args), tell(lambda: sock.recvmsg_into(*args)))
sock.close()
