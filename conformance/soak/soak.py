#!/usr/bin/env python3
"""Load and mishaps on the loopback interface, against an asyncio server of the interpreter on trial.

    soak.py --interp CMD [--only PART] [--connections 10000]

The clients are this program's; every wait ends. Memory and descriptors of the server must be back where they
were when the clients are gone. Exit code 1 when a scenario fails.
"""
import argparse
import os
import random
import resource
import select
import shlex
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
FILES = 30000
SCENARIOS = []


class Server:
    """The server's process."""

    def __init__(self, command, mode="echo", files=FILES, backlog=4096):
        def limits():
            hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(files, hard), hard))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(command + [HERE + "/server.py", str(backlog), mode], stdout=subprocess.PIPE,
                                        stderr=self.errors, preexec_fn=limits)
        line = self.process.stdout.readline().split()
        if not line:
            self.errors.seek(0)
            raise RuntimeError("server: " + self.errors.read().decode(errors="replace")[-300:])
        self.port = int(line[1])
        time.sleep(0.2)
        self.first_memory, self.first_files = self.memory(), self.files()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.errors.close()

    def memory(self):
        """Resident, in KiB."""
        with open("/proc/%d/statm" % self.process.pid) as f:
            return int(f.read().split()[1]) * 4

    def grown(self):
        return (self.memory() - self.first_memory) / 1024

    def files(self):
        return len(os.listdir("/proc/%d/fd" % self.process.pid))

    def cpu(self):
        with open("/proc/%d/stat" % self.process.pid) as f:
            words = f.read().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def alive(self):
        return self.process.poll() is None

    def complaints(self):
        self.errors.seek(0)
        return self.errors.read().count(b"\n")

    def connect(self, timeout=10):
        return socket.create_connection(("127.0.0.1", self.port), timeout)

    def ping(self, client=None):
        """Milliseconds for an answer, None for a wrong one."""
        start = time.time()
        own = client is None
        client = client or self.connect(5)
        client.sendall(b"ping\n")
        got = b""
        while len(got) < 5:
            part = client.recv(5)
            if not part:
                break
            got += part
        if own:
            client.close()
        return (time.time() - start) * 1000 if got == b"ping\n" else None

    def left(self, seconds=6):
        """Descriptors more than at first, once the clients are gone."""
        end = time.time() + seconds
        while time.time() < end and self.files() > self.first_files:
            time.sleep(0.1)
        return self.files() - self.first_files


def scenario(function):
    SCENARIOS.append(function)
    return function


def reset(client):
    """Close with a reset instead of an end."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


@scenario
def many_connections(command, count):
    with Server(command) as server:
        clients = [server.connect() for _ in range(count)]
        poll, by_fd = select.epoll(), {}
        for client in clients:
            client.setblocking(False)
            by_fd[client.fileno()] = client
            poll.register(client.fileno(), select.EPOLLIN)
        for client in clients:
            client.send(b"hello 16 bytes..")
        got, end = 0, time.time() + 60
        while got < count * 16 and time.time() < end:
            for fd, _ in poll.poll(1):
                got += len(by_fd[fd].recv(100))
        each = server.grown() * 1024 / count
        for client in clients:
            client.close()
        left = server.left()
        return got == count * 16 and not left and server.ping() is not None, {
            "KiB each": round(each, 1), "left": left}


@scenario
def slow_senders(command, count):
    with Server(command) as server:
        clients = [server.connect() for _ in range(500)]
        end = time.time() + 6

        def drip():
            while time.time() < end:
                for client in clients:
                    try:
                        client.send(b"x")
                    except OSError:
                        pass
                time.sleep(0.5)

        dripping = threading.Thread(target=drip)
        dripping.start()
        times = []
        with server.connect() as client:
            while time.time() < end:
                times.append(server.ping(client) or 1e9)
                time.sleep(0.005)
        dripping.join()
        for client in clients:
            client.close()
        times.sort()
        slow, left = times[int(len(times) * 0.99)], server.left()
        return slow < 250 and not left, {"ms at 99 %": round(slow, 2), "left": left}


@scenario
def resets(command, count):
    with Server(command) as server:
        for i in range(3000):
            try:
                client = server.connect()
                client.send(b"x" * (0, 100, 50000)[i % 3])
                reset(client)
            except OSError:
                pass
        left, alive = server.left(), server.ping() is not None
        return alive and not left and server.grown() < 60, {
            "MiB grown": round(server.grown()), "left": left, "complaints": server.complaints()}


@scenario
def no_more_descriptors(command, count):
    with Server(command, files=64) as server:
        clients = []
        for _ in range(150):
            try:
                clients.append(server.connect(2))
            except OSError:
                pass
        time.sleep(1)
        before = server.cpu()
        time.sleep(3)
        spent = server.cpu() - before
        for client in clients:
            client.close()
        time.sleep(1.5)
        recovered = None
        for _ in range(5):
            try:
                recovered = server.ping()
                break
            except OSError:
                time.sleep(1)
        left, complaints = server.left(), server.complaints()
        return server.alive() and recovered and spent < 1 and not left and complaints < 500, {
            "CPU of 3 s": round(spent, 2), "recovered": bool(recovered), "left": left, "complaints": complaints}


@scenario
def killed_peer(command, count):
    with Server(command) as server:
        code = ("import socket, time\nclients = [socket.create_connection(('127.0.0.1', %d)) for _ in range(200)]\n"
                "for c in clients: c.send(b'x' * 1000)\nprint('up', flush=True)\ntime.sleep(60)" % server.port)
        peer = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        peer.stdout.readline()
        held = server.files() - server.first_files
        peer.send_signal(signal.SIGKILL)
        peer.communicate()
        left = server.left()
        return held == 200 and not left and server.ping() is not None, {"left": left}


@scenario
def slow_readers(command, count):
    with Server(command, "flood") as server:
        clients = [server.connect() for _ in range(20)]
        for client in clients:
            client.send(b"g")
        time.sleep(4)
        grown = server.grown()
        clients[0].settimeout(30)
        got = 0
        while True:
            part = clients[0].recv(1 << 20)
            if not part:
                break
            got += len(part)
        for client in clients:
            client.close()
        left = server.left()
        return grown < 40 and got == 64 << 20 and not left, {"MiB grown": round(grown), "left": left}


@scenario
def comings_and_goings(command, count):
    with Server(command) as server:
        start = time.time()
        answers = 0
        warm = 0
        for i in range(8000):
            answers += server.ping() is not None
            if i == 2000:
                warm = server.memory()
        each = (time.time() - start) / 8000
        grown, left = (server.memory() - warm) / 1024, server.left()
        return answers == 8000 and grown < 8 and not left, {
            "a second": round(1 / each), "MiB grown": round(grown), "left": left}


@scenario
def nobody_gets_anothers(command, count):
    with Server(command, "token") as server:
        good, bad = [0], [0]
        end = time.time() + 8

        def talk(number):
            chance = random.Random(number)
            while time.time() < end:
                try:
                    talk_once(chance, b"%d-%d" % (number, chance.getrandbits(40)))
                except OSError:
                    pass

        def talk_once(chance, token):
            client = server.connect()
            for j in range(chance.randrange(1, 6)):
                client.sendall(token + b":%d\n" % j)
            if chance.random() < 0.3:
                return reset(client) if chance.random() < 0.5 else client.close()
            client.settimeout(2)
            got = b""
            while b"\n" not in got:
                part = client.recv(1000)
                if not part:
                    break
                got += part
            for line in got.split(b"\n")[:-1]:
                (good if line.startswith(token + b":") else bad)[0] += 1
            client.close()

        threads = [threading.Thread(target=talk, args=(number,)) for number in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        left = server.left()
        return not bad[0] and good[0] > 500 and not left and server.alive(), {
            "right": good[0], "wrong": bad[0], "left": left}


@scenario
def half_closed(command, count):
    with Server(command) as server, server.connect() as client:
        client.sendall(b"z" * 300000)
        client.shutdown(socket.SHUT_WR)
        got = 0
        while True:
            part = client.recv(65536)
            if not part:
                break
            got += len(part)
        return got == 300000, {"got": got}


@scenario
def small_backlog(command, count):
    with Server(command, backlog=8) as server:
        os.kill(server.process.pid, signal.SIGSTOP)
        clients = []
        for _ in range(64):
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex(("127.0.0.1", server.port))
            clients.append(client)
        time.sleep(0.5)
        os.kill(server.process.pid, signal.SIGCONT)
        served, end = 0, time.time() + 15
        for client in clients:
            client.settimeout(max(0.1, end - time.time()))
            try:
                client.sendall(b"ping\n")
                served += client.recv(5) == b"ping\n"
            except OSError:
                pass
            client.close()
        return served == 64 and not server.left(), {"served": served}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--interp", default=sys.executable)
    parser.add_argument("--only", default="", help="a part of the names")
    parser.add_argument("--connections", type=int, default=10000)
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, hard), hard))
    count = min(options.connections, min(FILES, hard) - 100)
    failed = run = 0
    for function in SCENARIOS:
        if options.only not in function.__name__:
            continue
        run += 1
        try:
            good, said = function(shlex.split(options.interp), count)
        except (OSError, RuntimeError, ValueError, IndexError) as failure:
            good, said = False, {"failure": repr(failure)[:200]}
        failed += not good
        print("%-4s %-22s %s" % ("pass" if good else "FAIL", function.__name__,
                                 ", ".join("%s: %s" % item for item in said.items())), flush=True)
    print("%d of %d scenarios" % (run - failed, run))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
