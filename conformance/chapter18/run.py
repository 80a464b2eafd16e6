#!/usr/bin/env python3
"""Run the manual's examples of chapter 18, verbatim, and compare what they do with what CPython did.

    run.py --interp CMD [--only ID]...        compare with expected.json
    run.py --interp python3.11 --record       write expected.json (with --only: only those)
    run.py --interp python3.6 --record --only asyncio-3.6

Everything happens in namespaces of its own, with nothing but a loopback device and a file of hosts that
says the names of the manual's are here; where those cannot be had (no `unshare`, no right to it) the run
says so and succeeds. known_failures.txt lists what differs: it is a failure too if one of those is right.
"""
import argparse
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import extract  # noqa: E402
import plans_asyncio  # noqa: E402
import plans_ssl  # noqa: E402

LIMIT = 20
HOSTS = """127.0.0.1 localhost
::1 localhost ip6-localhost
127.0.0.1 daring.cwi.nl www.python.org example.org www.example.com example.com
127.0.0.1 %s
""" % plans_ssl.NAMES
SESSION = """import doctest, socket, select, signal
names = {name: value for name, value in globals().items() if not name.startswith("__")}
for example in doctest.DocTestParser().get_examples(open("session.txt").read()):
    try:
        exec(compile(example.source, "<session>", "single"), names)
    except BaseException as failure:
        print("%s: %s" % (type(failure).__name__, failure))
"""
# What a page's snippet leaves to its reader: it is run after the first text and before the second.
SEND_FDS = ("", """
a, b = socket.socketpair(socket.AF_UNIX)
print(send_fds(a, b"x", [0, 1]))
msg, ancdata, flags, addr = b.recvmsg(10, socket.CMSG_LEN(8))
print(msg, [(level, kind, len(data)) for level, kind, data in ancdata], flags, addr)
""")
RECV_FDS = ("", """
a, b = socket.socketpair(socket.AF_UNIX)
a.sendmsg([b"data"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1]))])
msg, fds = recv_fds(b, 10, 4)
print(msg, len(fds), all(fd > 2 for fd in fds))
""")
REUSE = ("import socket\nHOST, PORT = 'localhost', 50007\n", """
print(s.getsockname(), s.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR) != 0)
""")
SOCKET_OF = ("import socket\n", "\nprint(sock.family, sock.type, sock.getblocking())\nsock.close()\n")
LOCKED = ("""
spam = SpamContext()
with spam:
    print(spam.lock.locked())
print(spam.lock.locked())
""")
# What runs, by page and number: alone, with a client, or a server that is talked to and interrupted.
PLANS = {
    "mmap-3.6": {1: "alone", 2: "alone", 3: "alone"},
    "mmap-3.11": {1: "alone", 2: "alone", 3: "alone"},
    "selectors-3.6": {2: ("echo", 1234)},
    "selectors-3.11": {2: ("echo", 1234)},
    "signal-3.6": {1: "terminal"},
    "signal-3.11": {1: "terminal", 2: "broken pipe", 3: ("import threading\n", LOCKED), 4: ("http", 8000)},
    "socket-3.6": {1: "session", 2: RECV_FDS, 3: "session", 4: SEND_FDS, 5: ("pair", 6, 50007),
                   7: ("pair", 8, 50007), 13: REUSE},
    "socket-3.11": {1: SOCKET_OF, 2: ("", "\nprint(s.getsockname(), s.family)\n"), 3: "session",
                    4: RECV_FDS, 5: "session", 6: SEND_FDS, 7: ("pair", 8, 50007),
                    9: ("pair", 10, 50007), 15: REUSE},
}
PLANS.update(plans_asyncio.PLANS)
PLANS.update(plans_ssl.PLANS)
CHANNEL = ("frame", """class Channel:
    buffer = b"abcde"
    def send(self, data):
        return len(data[:2])
""", """
channel = Channel()
channel.handle_write()
print(channel.buffer)
""")
CONVERSATION = ("", """
import asyncore, socket
def parse(headers, data):
    return headers, data
class Headers(dict):
    getheader = dict.get
class Handler(http_request_handler):
    def parse_headers(self, data):
        first, *lines = data.decode().split("\\r\\n")
        self.op = first.split()[0].encode()
        self.headers = Headers(line.lower().split(": ") for line in lines)
    def handle_request(self):
        print(self.op, self.headers, getattr(self, "cgi_data", None), self.get_terminator())
        self.push(b"done")
        self.close_when_done()
for request in (b"GET / HTTP/1.0\\r\\nHost: here\\r\\n\\r\\n",
                b"POST / HTTP/1.0\\r\\nContent-Length: 6\\r\\n\\r\\nx=1&y="):
    a, b = socket.socketpair()
    b.send(request)
    Handler(a, ("host", 1), {}, None)
    asyncore.loop(1)
    print(b.recv(100), b.recv(100))
""")
for _version in "3.6", "3.11":
    PLANS["asyncore-" + _version] = {1: CHANNEL, 2: ("site", 80), 3: ("echo", 8080)}
    PLANS["asynchat-" + _version] = {1: CONVERSATION}
# Where Debian's package python3.11-doc has the texts of its pages.
DEBIAN = "/usr/share/doc/python%s/html/_sources/library/%s.rst.txt"


class Run:
    """A program that runs in a folder of its own."""

    def __init__(self, interp, text, session=None, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                 arguments=(), environ=(), files=()):
        self.folder = tempfile.mkdtemp(prefix="example-")
        for name, source in dict(files).items():
            place = os.path.join(self.folder, name)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            shutil.copy(source, place)
        with open(os.path.join(self.folder, "test.py"), "w") as f:
            f.write(text)
        if session is not None:
            with open(os.path.join(self.folder, "session.txt"), "w") as f:
                f.write(session)
        self.process = subprocess.Popen(
            interp + ["test.py", *arguments], cwd=self.folder, stdin=stdin, stdout=stdout,
            stderr=subprocess.PIPE, env=dict(os.environ, PYTHONUNBUFFERED="1", **dict(environ)))

    def end(self, sig=None):
        """What it printed, how it ended, and the last line of its complaint."""
        if sig is not None:
            self.process.send_signal(sig)
        try:
            out, err = self.process.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out, err = self.process.communicate()
            err += b"\nTIMEOUT"
        shutil.rmtree(self.folder, ignore_errors=True)
        lines = err.decode(errors="replace").strip().splitlines()
        text = (out or b"").decode(errors="replace")
        return "%s[exit %d%s]\n" % (text, self.process.returncode, ": " + lines[-1] if lines else "")


def normal(text):
    """Without what is different each time."""
    text = re.sub(r"(\('(?:127\.0\.0\.1|::1)', )\d{5}\b", r"\1PORT", text)
    text = re.sub(r"\bfd=\d+", "fd=N", text)
    text = re.sub(r"\[\d+/\w+/\d+ [\d:]+\]", "[TIME]", text)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+", "NOW", text)
    text = re.sub(r"\bat \d\d:\d\d:\d\d\b", "at TIME", text)
    text = re.sub(r"\bpid \d+", "pid N", text)
    text = re.sub(r"thread pool b['\"].*", "thread pool BYTES", text)
    text = re.sub(r"in parallel for [\d.]+", "in parallel for SOME", text)
    text = re.sub(r"'(not\w+)': '[^']*'", r"'\1': 'TIME'", text)
    text = text.replace("[exit 1: KeyboardInterrupt]", "[exit -2: KeyboardInterrupt]")  # since 3.8
    text = re.sub(r"<Task (\w+) .*>", r"<Task \1>", text)
    return re.sub(r"0x[0-9a-f]{6,}", "0xADDRESS", text)


def states(port, protocol="tcp"):
    """The states of the sockets with that port here, as the system writes them."""
    for table in ("/proc/net/" + protocol, "/proc/net/%s6" % protocol):
        for line in open(table).read().splitlines()[1:]:
            words = line.split()
            if words[1].endswith(":%04X" % port):
                yield words[3]


def listening(port, protocol="tcp"):
    end = time.time() + 10
    there = {"tcp": "0A", "udp": "07"}[protocol]
    while time.time() < end and there not in states(port, protocol):
        time.sleep(0.02)


def quiet(port):
    """Wait until the server has closed what its clients have closed, unless it never does."""
    end = time.time() + 2
    while time.time() < end and {"01", "08"} & set(states(port)):
        time.sleep(0.02)
    time.sleep(0.1)


def echo(port):
    said = []
    for message in (b"hello", b"world"):
        with socket.create_connection(("localhost", port), 5) as client:
            client.sendall(message)
            said.append(client.recv(100))
    return repr(said)


def http(port):
    with socket.create_connection(("localhost", port), 5) as client:
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        return repr(client.recv(300).split(b"\r\n")[0])


def answer_one(listener):
    """Be a server of HTTP for one request."""
    with listener, listener.accept()[0] as client:
        request = b""
        while b"\r\n\r\n" not in request:
            request += client.recv(1000)
        client.sendall(b"HTTP/1.0 200 OK\r\nServer: here\r\nX-Asked: " + request.split(b"\r\n")[0] + b"\r\n\r\n")


def site(interp, text, port):
    """Run a program that asks a site for a page."""
    listener = socket.create_server(("localhost", port))
    server = threading.Thread(target=answer_one, args=(listener,), daemon=True)
    server.start()
    return Run(interp, text).end()


def fetched(interp, text, url):
    listener = socket.create_server(("localhost", 80))
    server = threading.Thread(target=answer_one, args=(listener,), daemon=True)
    server.start()
    return Run(interp, text, arguments=[url]).end()


def framed(before, text, after):
    """In a function's body."""
    return before + "".join("    " + line if line.strip() else line for line in text.splitlines(True)) + after


def talked_to(server, port, talk):
    """Talk to a server and interrupt it; what it said, and what came of it."""
    listening(port)
    try:
        said = talk(port)
    except OSError as failure:
        said = repr(failure)
    quiet(port)
    return said + "\n" + server.end(signal.SIGINT)


def play_tls(interp, plan, page, certificates):
    """Run blocks of a page about TLS, as a program, a session, or a server that is talked to and interrupted."""
    kind, before, numbers, *more = plan
    text = "".join(page[number - 1][1] for number in numbers)
    given = {"environ": certificates.environ(), "files": certificates.files()}
    if kind == "tls session":
        return Run(interp, before + SESSION, session=text, **given).end()
    run = Run(interp, before + text + more[0], **given)
    if kind == "tls":
        return run.end()
    return talked_to(run, more[1], lambda port: plans_ssl.converse(certificates, port))


def play(interp, plan, page, number, certificates):
    """Run one example, or two that belong together; what came of it."""
    if plan[0].startswith("tls"):
        return play_tls(interp, plan, page, certificates)
    text = page[number - 1][1]
    if plan == "alone":
        return Run(interp, text).end()
    if plan == "session":
        return Run(interp, SESSION, session=text).end()
    if plan == "terminal":
        # Opens a device that answers when it is there: the alarm is for when it is not.
        return Run(interp, text).end()
    if plan == "broken pipe":
        reader, writer = os.pipe()
        os.close(reader)
        run = Run(interp, text, stdout=writer)
        os.close(writer)
        return run.end()
    if plan[0] == "pair":
        server = Run(interp, text)
        listening(plan[2])
        client = Run(interp, page[plan[1] - 1][1]).end()
        return "server: " + server.end() + "client: " + client
    if plan[0] in ("echo", "http"):
        return talked_to(Run(interp, text), plan[1], globals()[plan[0]])
    if plan[0] == "served":
        _, client, port, protocol = plan
        server = Run(interp, text)
        listening(port, protocol)
        said = Run(interp, page[client - 1][1]).end()
        if protocol == "tcp":
            quiet(port)
        return "client: " + said + "server: " + server.end(signal.SIGINT)
    if plan[0] == "signal":
        run = Run(interp, text)
        said = run.process.stdout.readline() + run.process.stdout.readline()
        time.sleep(0.2)
        return said.decode() + run.end(getattr(signal, plan[1]))
    if plan[0] == "interrupt":
        run = Run(interp, text)
        time.sleep(1)
        # What was said before that, too.
        os.set_blocking(run.process.stderr.fileno(), False)
        said = (run.process.stderr.read() or b"").splitlines()
        return "%s\n%s\n" % (said[0].decode(), said[-1].decode()) + run.end(signal.SIGINT)
    if plan[0] == "site":
        return site(interp, text, plan[1])
    if plan[0] == "fetch":
        return fetched(interp, text, plan[1])
    if plan[0] == "env":
        return Run(interp, text, environ=plan[1]).end()
    if plan[0] == "frame":
        return Run(interp, framed(plan[1], text, plan[2])).end()
    before, after = plan
    return Run(interp, before + text + after).end()


def page_of(version, module, folder):
    """The blocks of a page: of those that are here, else in a folder of such pages, else Debian's; None if nowhere."""
    places = ["%s/pages/%s/%s.rst" % (HERE, version, module), DEBIAN % (version, module)]
    if folder:
        places.insert(1, "%s/%s/%s.rst" % (folder, version, module))
    for place in places:
        if os.path.exists(place):
            with open(place, encoding="utf-8") as f:
                return extract.blocks(f.read())
    return None


def results(interp, only, folder, certificates):
    for name, plans in PLANS.items():
        module, version = name.rsplit("-", 1)
        page = page_of(version, module, folder)
        if page is None:
            print("no page: %s (--pages)" % name)
            continue
        if module == "ssl" and certificates.path is None:
            print("left out: %s (no program openssl)" % name)
            continue
        for number, plan in plans.items():
            key = "%s-%d" % (name, number)
            if not only or any(part in key for part in only):
                yield key, normal(play(interp, plan, page, number, certificates))


def inside(arguments):
    """This program once more, in namespaces with a loopback device and the hosts."""
    with tempfile.NamedTemporaryFile("w", suffix=".hosts") as hosts:
        hosts.write(HOSTS)
        hosts.flush()
        command = 'ip link set lo up 2>/dev/null || ifconfig lo up; mount --bind "$0" /etc/hosts && exec "$@"'
        unshare = ["unshare", "--mount", "--net"] + ([] if os.getuid() == 0 else ["--map-root-user"])
        try:
            subprocess.run(unshare + ["sh", "-c", "ip link set lo up || ifconfig lo up"], check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except (OSError, subprocess.CalledProcessError):
            print("skipped: the manual's examples (no namespaces to be had here)")
            return 0
        return subprocess.call(unshare + ["sh", "-c", command, hosts.name, sys.executable,
                                          os.path.abspath(__file__), "--inside"] + arguments)


def table(found, wrong):
    """How many examples of each page are as they should be, in the two manuals."""
    counts = {}
    for key in found:
        page, version, _ = key.rsplit("-", 2)
        right, all_of_them = counts.setdefault(page, {}).get(version, (0, 0))
        counts[page][version] = (right + (key not in wrong), all_of_them + 1)
    print("%-20s %8s %8s" % ("page", "3.6", "3.11"))
    for page in sorted(counts):
        row = ["%d/%d" % counts[page][v] if v in counts[page] else "-" for v in ("3.6", "3.11")]
        print("%-20s %8s %8s" % (page, *row))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interp", required=True)
    parser.add_argument("--only", action="append")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--inside", action="store_true")
    parser.add_argument("--pages", help="a folder with more pages, as VERSION/NAME.rst")
    options = parser.parse_args()
    if not options.inside:
        return inside(sys.argv[1:])
    interp = shlex.split(options.interp)
    if os.sep in interp[0]:
        interp[0] = os.path.abspath(interp[0])
    folder = options.pages and os.path.abspath(options.pages)
    made = tempfile.TemporaryDirectory(prefix="certificates-")
    certificates = plans_ssl.Certificates(made.name)
    if certificates.path:
        plans_ssl.start(certificates)
    found = dict(results(interp, options.only, folder, certificates))
    expected_file = os.path.join(HERE, "expected.json")
    if options.record:
        if options.only or options.pages:
            found = {**json.load(open(expected_file)), **found}
        with open(expected_file, "w") as f:
            json.dump(found, f, indent=1, sort_keys=True)
            f.write("\n")
        print("%d examples recorded" % len(found))
        return 0
    expected = json.load(open(expected_file))
    with open(os.path.join(HERE, "known_failures.txt")) as f:
        known = {line.split("#")[0].strip() for line in f} - {""}
    wrong = [key for key in found if found[key] != expected.get(key)]
    # Some are races that a busy machine decides (the answer to a datagram comes before the program waits for it).
    again = dict(results(interp, wrong, folder, certificates)) if set(wrong) - known else {}
    found.update((key, again[key]) for key in wrong if key in again)
    wrong = [key for key in found if found[key] != expected.get(key)]
    for key in wrong:
        print("%s %s\n  CPython: %r\n  here:    %r" % (
            "known" if key in known else "WRONG", key, expected.get(key), found[key]))
    fixed = [key for key in found if key in known and key not in wrong]
    for key in fixed:
        print("FAILED: %s is right and still in known_failures.txt" % key)
    table(found, wrong)
    print("%d of %d examples do what they do in CPython" % (len(found) - len(wrong), len(found)))
    return 1 if fixed or set(wrong) - known else 0


if __name__ == "__main__":
    sys.exit(main())
