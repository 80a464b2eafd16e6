"""Types each session of sessions.py at the prompt, in a pseudo-terminal, and compares what is then on the screen.

    prompt.py --interp target/release/taipan            check against prompt.json
    prompt.py --record --interp target/release/taipan   write it; read the difference before you commit it

A session is a list of steps: text is typed; `Wait(text)` waits until it appears; keys have names. What is
compared is the screen as a person sees it: a small terminal emulator keeps rows of cells and scrolled lines.
Expectations are also written in the sessions themselves (`shows`, `lacks`), so that a record cannot hide an
error. Waiting is by content and by silence, never by time alone.
"""

import argparse
import concurrent.futures
import fcntl
import json
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
RECORD = os.path.join(HERE, "prompt.json")
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True
import sessions  # noqa: E402

PATIENCE = 20.0  # seconds until something must have appeared
SILENCE = 0.12  # seconds without output that count as the end of it


class Screen:
    """A terminal of the simple kind: prints, wraps, moves, erases. Keeps what has scrolled off."""

    def __init__(self, rows, columns):
        self.rows, self.columns = rows, columns
        self.lines = [[]]
        self.top = 0  # the first line on the screen
        self.row = self.column = 0  # row counts from the first line of all
        self.rest = ""
        self.colours = set()
        self.pastes = False

    def feed(self, text):
        text = self.rest + text
        self.rest = ""
        i = 0
        while i < len(text):
            c = text[i]
            if c == "\x1b":
                match = re.match(r"\x1b(\[[?>=]?[0-9;]*[A-Za-z]|\][^\x07]*\x07|[78=>()][0B]?)", text[i:])
                if not match:
                    if len(text) - i < 32:
                        self.rest = text[i:]
                        return
                    i += 1
                    continue
                self.escape(match.group(1))
                i += match.end()
                continue
            self.put(c)
            i += 1

    def put(self, c):
        if c == "\r":
            self.column = 0
        elif c == "\n":
            self.move(self.row + 1, self.column)
        elif c == "\b":
            self.column = max(0, self.column - 1)
        elif c == "\x07":
            pass
        elif unicodedata.combining(c) or c == "\u200d":
            line = self.lines[self.row]
            if self.column and self.column <= len(line):
                line[self.column - 1] += c
        elif c >= " ":
            width = 2 if unicodedata.east_asian_width(c) in "WF" else 1
            if self.column + width > self.columns:
                self.move(self.row + 1, 0)
            line = self.lines[self.row]
            line.extend(" " * (self.column + width - len(line)))
            line[self.column] = c
            if width == 2:
                line[self.column + 1] = ""
            self.column += width

    def move(self, row, column):
        self.row, self.column = max(row, self.top), max(0, column)
        while len(self.lines) <= self.row:
            self.lines.append([])
        self.top = max(self.top, self.row - self.rows + 1)

    def escape(self, code):
        final, numbers = code[-1], [int(n) for n in re.findall(r"\d+", code)]
        n = numbers[0] if numbers else 0
        if final == "m":
            self.colours.update(numbers)
        elif final == "A":
            self.move(self.row - (n or 1), self.column)
        elif final == "B":
            self.move(self.row + (n or 1), self.column)
        elif final == "C":
            self.column = min(self.columns - 1, self.column + (n or 1))
        elif final == "D":
            self.column = max(0, self.column - (n or 1))
        elif final == "G":
            self.column = (n or 1) - 1
        elif final == "H":
            column = numbers[1] if len(numbers) > 1 else 1
            self.move(self.top + (n or 1) - 1, column - 1)
        elif final == "K":
            line = self.lines[self.row]
            if n == 0:
                del line[self.column:]
            elif n == 2:
                line.clear()
        elif final == "J":
            if n == 0:
                del self.lines[self.row][self.column:]
                del self.lines[self.row + 1:]
            else:
                del self.lines[self.top:]
                self.move(self.top, 0)
        elif code in ("[?2004h", "[?2004l"):
            self.pastes = code.endswith("h")

    def text(self):
        lines = ["".join(line).rstrip() for line in self.lines]
        return "\n".join(lines).rstrip("\n")


class Session:
    """One program in a pseudo-terminal."""

    def __init__(self, interp, spec):
        self.spec = spec
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="prompt-"))
        shutil.copytree(os.path.join(HERE, "files"), self.folder, dirs_exist_ok=True)
        self.interp = interp
        env = {"PATH": "/usr/bin:/bin", "HOME": self.folder, "LANG": "C.UTF-8", "TERM": "xterm-256color"}
        env["NO_COLOR"] = "1"
        env.update({k: v.replace("{dir}", self.folder) for k, v in spec.env.items()})
        env = {k: v for k, v in env.items() if v != "-"}
        for name, text in spec.files.items():
            with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        self.master, slave = pty.openpty()
        self.screen = Screen(*spec.size)
        self.resize(*spec.size)
        arguments = [a.replace("{dir}", self.folder) for a in spec.args]
        self.child = subprocess.Popen(
            [interp, *arguments], stdin=slave, stdout=slave, stderr=slave, cwd=self.folder, env=env,
            start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)
        self.ended = False

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.rows, self.screen.columns = rows, columns

    def pump(self, seconds):
        """Take output for so long; False: there was none."""
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready or self.ended:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:
            data = b""
        if not data:
            self.ended = True
            return False
        self.pending = getattr(self, "pending", b"") + data
        try:
            text, self.pending = self.pending.decode(), b""
        except UnicodeDecodeError as e:
            text, self.pending = self.pending[:e.start].decode(), self.pending[e.start:]
        self.screen.feed(text)
        return True

    def settle(self):
        while self.pump(SILENCE):
            pass

    def wait(self, text, count):
        end = time.monotonic() + PATIENCE
        while self.screen.text().count(text) < count and time.monotonic() < end and not self.ended:
            self.pump(0.5)
        if self.screen.text().count(text) < count:
            raise AssertionError(f"{text!r} did not appear {count} times in:\n{self.screen.text()}")

    def type(self, text):
        data = text.encode()
        while data:
            # A pseudo-terminal takes 4 kB at a time; it must be read from meanwhile.
            n = os.write(self.master, data[:512])
            data = data[n:]
            self.pump(0.01)

    def run(self):
        for step in self.spec.steps:
            if isinstance(step, sessions.Wait):
                self.wait(step.text, step.count)
                self.settle()
            elif isinstance(step, sessions.Resize):
                self.resize(step.rows, step.columns)
                os.killpg(self.child.pid, signal.SIGWINCH)
                self.settle()
            elif isinstance(step, sessions.Kill):
                os.kill(self.child.pid, step.signal)
                self.settle()
            elif isinstance(step, sessions.Check):
                step.check(self)
            else:
                self.type(step)
                self.settle()
        end = time.monotonic() + PATIENCE
        while not self.ended and time.monotonic() < end:
            self.pump(0.5)
        try:
            status = self.child.wait(5)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it did not end:\n{self.screen.text()}") from None
        text = self.screen.text().replace(self.folder, "<dir>").replace(self.interp, "<exe>")
        text = re.sub(r"0x[0-9a-f]{6,}", "0x", text)
        return {"screen": text.split("\n"), "status": status}

    def close(self):
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()
        os.close(self.master)
        shutil.rmtree(self.folder, ignore_errors=True)


def play(interp, spec):
    """The outcome of a session, or what went wrong."""
    session = Session(interp, spec)
    try:
        got = session.run()
        shown = "\n".join(got["screen"])
        for text in spec.shows:
            if text not in shown:
                raise AssertionError(f"{text!r} is not in:\n{shown}")
        for text in spec.lacks:
            if text in shown:
                raise AssertionError(f"{text!r} is in:\n{shown}")
        if got["status"] != spec.status:
            raise AssertionError(f"status {got['status']}, wanted {spec.status}:\n{shown}")
        return got, None
    except AssertionError as e:
        return None, str(e)
    finally:
        session.close()


def main():
    parser = argparse.ArgumentParser(description="sessions at the prompt")
    parser.add_argument("--interp", required=True)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--only", help="sessions with this in their name")
    parser.add_argument("--jobs", type=int, default=3)
    options = parser.parse_args()
    interp = os.path.abspath(options.interp)
    table = [s for s in sessions.SESSIONS if not options.only or options.only in s.name]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(lambda s: play(interp, s), table))
    record = {}
    if os.path.exists(RECORD):
        with open(RECORD, encoding="utf-8") as file:
            record = json.load(file)
    failed = 0
    for spec, (got, wrong) in zip(table, results):
        if wrong is None and not options.record and got != record.get(spec.name):
            want = "\n".join((record.get(spec.name) or {}).get("screen", []))
            shown = "\n".join(got["screen"])
            wrong = f"wanted:\n{want}\ngot:\n{shown}"
        if wrong is not None:
            failed += 1
            print(f"-- {spec.name}: {wrong}")
        elif options.record:
            record[spec.name] = got
    if options.record:
        names = {s.name for s in sessions.SESSIONS}
        with open(RECORD, "w", encoding="utf-8") as file:
            json.dump({n: record[n] for n in sorted(record) if n in names}, file, indent=1, ensure_ascii=False)
            file.write("\n")
    print(f"{len(table)} sessions, {failed} wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
