#!/usr/bin/env python3
"""Many connections to a selectors server: held at once, and made and closed one after the other.

    soak_connections.py --interp BIN [--held 10000] [--cycles 100000]

The server is conformance/bench/net/srv_selectors.py, run by BIN. First --held connections are open at once, each
with an answer; then --cycles times a connection is made, gets an answer and is closed, a tenth of them before
descriptors and memory are counted for the first time. Exit status 1 if the server lost an answer, kept
descriptors, or has grown by more than 2 MiB since that first count.

Both sides need as many descriptors as connections are held (ulimit -n).
"""
import argparse
import os
import socket
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SERVER = os.path.join(ROOT, "conformance", "bench", "net", "srv_selectors.py")
# What a server may grow by while it serves (allocators keep some of what they got).
SLACK_KIB = 2048


def measure(pid):
    """(descriptors, resident KiB) of a process."""
    with open(f"/proc/{pid}/status") as file:
        resident = next(int(line.split()[1]) for line in file if line.startswith("VmRSS:"))
    return len(os.listdir(f"/proc/{pid}/fd")), resident


def connect(port, host="127.0.0.1"):
    sock = socket.create_connection((host, port), timeout=20)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def echo(sock, text):
    sock.sendall(text)
    got = b""
    while len(got) < len(text):
        part = sock.recv(len(text) - len(got))
        if not part:
            sys.exit("the server closed a connection")
        got += part
    if got != text:
        sys.exit(f"wrong answer {got!r}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interp", required=True)
    parser.add_argument("--held", type=int, default=10000)
    parser.add_argument("--cycles", type=int, default=100000)
    options = parser.parse_args()
    server = subprocess.Popen([*options.interp.split(), SERVER, "tcp"], stdout=subprocess.PIPE, text=True,
                              env={**os.environ, "PYTHONPATH": os.path.dirname(SERVER)})
    try:
        port = int(server.stdout.readline().split(":")[-1])
        fds, memory = measure(server.pid)
        print(f"start: {fds} descriptors, {memory} KiB")

        held = [connect(port) for _ in range(options.held)]
        for number, sock in enumerate(held):
            echo(sock, b"%d" % number)
        now, full = measure(server.pid)
        print(f"{options.held} held: {now} descriptors, {full} KiB ({(full - memory) * 1024 // options.held} B each)")
        failed = now != fds + options.held
        for sock in held:
            sock.close()

        first = None
        for number in range(options.cycles):
            if number == options.cycles // 10:
                first = measure(server.pid)
            sock = connect(port)
            echo(sock, b"x" * 64)
            # Without TIME_WAIT, so that ports do not run out.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            sock.close()
        # An answer on one more says that all before it are done with.
        with connect(port) as sock:
            echo(sock, b"last")
            now, full = measure(server.pid)
        print(f"{options.cycles} cycles: {now} descriptors (before {fds}), "
              f"{full} KiB (after a tenth of them {first[1]})")
        failed = failed or now > fds + 1 or full > first[1] + SLACK_KIB
        print("FAILED" if failed else "ok")
        return int(failed)
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    sys.exit(main())
