#!/usr/bin/env python3
"""Conformance runner: CPython's own test modules against any Python interpreter.

Runs under any CPython >= 3.6 (stdlib only).  The interpreter under test (IUT) runs
in subprocesses, so it may crash, hang, eat memory or print garbage.

  suite.py ratchet --interp BIN [--update]        hold passing.txt: exit 1 if a listed case fails
  suite.py run  --interp "BIN ARGS" --test-root DIR [--stdlib DIR] MODULE...
  suite.py one  --interp "BIN ARGS" --test-root DIR [--stdlib DIR] CASE-ID
  suite.py list --interp ...  MODULE...           the case ids, one per line
  suite.py ref  RUN.json [RUN.json ...] -o CASES.json   cases that passed in ALL runs
  suite.py show RUN.json [--reference CASES.json] [--failing] [--module MODULE]...
  suite.py diff A.json B.json                     cases whose outcome differs

DIR of --test-root is the folder that CONTAINS the package `test` (for example
/usr/lib/python3.11).  --stdlib is the pure-Python library the IUT is to borrow; it
goes on the path AFTER a private folder holding only a link to the test package, so a
test tree of one origin can be combined with a library of another.  --path-var names
the variable (PYTHONPATH; RustPython: RUSTPYTHONPATH).  Children in isolated mode (-I) do
not look at the variable: CPython finds its tests beside its library; --environment lets
others find them in a virtual environment (`ratchet` does so).

MODULE: test_socket, test_asyncio.test_tasks, or a package (test_asyncio, test_json):
packages are expanded to their test_*.py files, one process each.  A file with one
module per line can be given as @FILE.

`ratchet` runs the modules of modules-{lang,library,net}.txt with the cases of cases-{lang,library,net}.txt as
reference (a case of the latter two that the tests do not define is passed over) and looks for the tests itself
(Debian's package libpython3.11-testsuite, or pyenv's 3.11). With --overlay it runs test_asyncio with those of
cases-asyncio.txt instead.

--reference CASES.json ({"modules": {name: [ids]}}) or .txt is the bar: the table counts those
cases only; a case of the list that the IUT does not even define is `missing`, and a
module that does not import has all its listed cases `notrun`.  Both count as failed.

Outcomes: pass fail error skip xfail xpass | hang crash notrun missing
"""
import argparse
import glob
import json
import os
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
DRIVER = os.path.join(HERE, "_driver.py")
# Percent of its counted cases that a module should pass; less is reported.
LEAST = 90
PASSING = os.path.join(HERE, "passing.txt")
PASSING_HEAD = "# Cases of CPython's language tests that pass, sorted. One that fails fails the run; see suite.py.\n"
# Resources of test.support that a module is given: test_socketserver talks to the loopback interface only, the others
# take some seconds longer.
MODULE_RESOURCES = {"test_poll": "walltime", "test_selectors": "cpu", "test_signal": "walltime",
                    "test_socketserver": "network"}
ORDER = ["pass", "fail", "error", "skip", "xfail", "xpass", "hang", "crash", "notrun", "missing"]
_print_lock = threading.Lock()


def say(*a):
    with _print_lock:
        print(*a, flush=True)


_ESC = {"\\n": "\n", "\\r": "\r", "\\\\": "\\"}


def unescape(s):
    return re.sub(r"\\[nr\\]", lambda m: _ESC[m.group()], s)


# ------------------------------------------------------------------ processes

def _environ_has(pid, token):
    try:
        with open("/proc/%d/environ" % pid, "rb") as f:
            return token in f.read()
    except OSError:
        return False


def reap_token(token):
    """Kill what a test left behind: only processes that carry our own token."""
    tok = ("SUITE_TOKEN=" + token).encode()
    me = os.getpid()
    for _ in range(3):
        left = [int(p) for p in os.listdir("/proc")
                if p.isdigit() and int(p) != me and _environ_has(int(p), tok)]
        if not left:
            return
        for p in left:
            try:
                os.kill(p, signal.SIGKILL)
            except OSError:
                pass
        time.sleep(0.02)


class Iut:
    """How to start the interpreter under test."""

    def __init__(self, o):
        self.cmd = shlex.split(o.interp)
        self.cmd[0] = shutil.which(self.cmd[0]) or self.cmd[0]
        if os.sep in self.cmd[0]:
            self.cmd[0] = os.path.abspath(self.cmd[0])
        self.o = o
        self.root = tempfile.mkdtemp(prefix="cf")
        self.shim = os.path.join(self.root, "p")
        os.mkdir(self.shim)
        t = os.path.join(os.path.abspath(o.test_root), "test")
        if not os.path.isdir(t):
            raise SystemExit("no package `test` in " + o.test_root)
        if o.overlay:
            sys.path.insert(0, HERE)
            import overlay
            overlay.build(t, os.path.join(self.shim, "test"))
        else:
            os.symlink(t, os.path.join(self.shim, "test"))
        self.testdir = t
        if o.environment:
            self.cmd[0] = self.in_environment(self.cmd[0], os.path.join(self.shim, "test"))
        path = [self.shim]
        if o.stdlib:
            path.append(os.path.abspath(o.stdlib))
        if o.extra_path:
            path += [os.path.abspath(p) for p in o.extra_path]
        env = {k: os.environ[k] for k in ("PATH", "LANG", "LD_LIBRARY_PATH", "USER", "LOGNAME")
               if k in os.environ}
        env.setdefault("LANG", "C.UTF-8")
        env["TERM"] = "dumb"
        env["HOME"] = self.root
        env[o.path_var] = os.pathsep.join(path)
        if o.portable:
            env["SUITE_PORTABLE"] = "1"
        for kv in o.env or []:
            k, _, v = kv.partition("=")
            env[k] = v
        self.env = env

    def in_environment(self, program, tests):
        """The program's name in a virtual environment that holds the tests: children in isolated mode look there."""
        root = os.path.join(self.root, "e")
        packages = os.path.join(root, "lib", "python3.11", "site-packages")
        os.makedirs(packages)
        os.symlink(tests, os.path.join(packages, "test"))
        os.mkdir(os.path.join(root, "bin"))
        with open(os.path.join(root, "pyvenv.cfg"), "w") as f:
            f.write("home = %s\ninclude-system-site-packages = false\n" % os.path.dirname(os.path.realpath(program)))
        name = os.path.join(root, "bin", os.path.basename(program))
        os.symlink(os.path.realpath(program), name)
        return name

    def close(self):
        shutil.rmtree(self.root, ignore_errors=True)

    def start(self, args, log, token):
        cwd = tempfile.mkdtemp(prefix="w", dir=self.root)
        env = dict(self.env, SUITE_TOKEN=token, TMPDIR=cwd)
        p = subprocess.Popen(self.cmd + args, cwd=cwd, env=env, stdin=subprocess.DEVNULL,
                             stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            resource.prlimit(p.pid, resource.RLIMIT_CORE, (0, 0))
            if self.o.mem_gb:
                m = int(self.o.mem_gb * (1 << 30))
                resource.prlimit(p.pid, resource.RLIMIT_AS, (m, m))
        except (OSError, ValueError):
            pass
        return p, cwd

    def stop(self, p, cwd, token):
        try:
            os.killpg(p.pid, signal.SIGKILL)
        except OSError:
            pass
        try:
            p.wait(10)
        except subprocess.TimeoutExpired:
            pass
        reap_token(token)
        shutil.rmtree(cwd, ignore_errors=True)


# ------------------------------------------------------------------ one module

class ModuleRun:
    def __init__(self, iut, module, known, only=None):
        self.iut = iut
        self.o = iut.o
        self.module = module
        self.full = module if module.startswith("test.") else "test." + module
        r = MODULE_RESOURCES.get(module)
        self.resources = self.o.resources
        if r and self.resources != "*":
            self.resources = ",".join(x for x in (self.resources, r) if x)
        self.known = known            # list from the reference, or None
        self.only = only              # set of ids to run, or None
        self.cases = {}               # id -> [status, secs, text]
        self.listed = []
        self.state = ""               # ok, skip, import-fail, import-hang, import-crash
        self.text = ""
        self.fixtures = []
        self.restarts = 0
        self.truncated = ""
        self.t0 = time.monotonic()

    # -- bookkeeping
    def left(self):
        return self.o.module_timeout - (time.monotonic() - self.t0)

    def todo(self, group):
        return [i for i in group if i not in self.cases]

    def run(self):
        o = self.o
        os.makedirs(o.logs, exist_ok=True)
        logname = os.path.join(o.logs, self.module + ".log")
        open(logname, "wb").close()
        if o.granularity != "module" and not self.only and not self.known:
            self._batch(None, logname, list_only=True)
        ids = None
        if self.only is not None:
            ids = sorted(self.only)
        elif o.granularity != "module":
            ids = self.known or self.listed
        groups = [ids]
        if ids and o.granularity == "case":
            groups = [[i] for i in ids]
        elif ids and o.granularity == "class":
            d = {}
            for i in ids:
                d.setdefault(i.rpartition(".")[0], []).append(i)
            groups = list(d.values())
        for g in groups:
            if not self._group(g, logname):
                break
        if o.retry_isolated:
            bad = [i for i, v in self.cases.items() if v[0] in ("fail", "error", "hang", "crash")]
            for i in bad[:o.retry_isolated]:
                if self.left() <= 0:
                    break
                old = self.cases.pop(i)
                self._batch([i], logname)
                if i not in self.cases or self.cases[i][0] != "pass":
                    self.cases[i] = old
                else:
                    self.cases[i][2] = "only in isolation (batch: %s)" % old[0]
        # what the list knows and the run did not give
        want = self.known if self.known is not None else self.listed
        if self.only is not None:
            want = [i for i in (self.known or self.listed) if i in self.only] or sorted(self.only)
        listed = set(self.listed)
        for i in want:
            if i not in self.cases:
                if self.state == "ok" and listed and i not in listed:
                    self.cases[i] = ["missing", 0, ""]
                elif self.state == "skip":
                    self.cases[i] = ["skip", 0, self.text]
                else:
                    self.cases[i] = ["notrun", 0, self.truncated or self.state]
        return self

    def _group(self, ids, logname):
        """Run ids (None: all) to the end, restarting after hangs and crashes."""
        o = self.o
        pending = ids
        stuck = 0
        while True:
            if self.left() <= 0:
                self.truncated = "module timeout"
                return False
            before = len(self.cases)
            done = self._batch(pending, logname)
            if done:
                return True
            if self.state.startswith("import") or self.state == "skip":
                return False
            every = ids if ids is not None else self.listed
            pending = self.todo(every)
            if not pending:
                return True
            stuck = stuck + 1 if len(self.cases) == before else 0
            if stuck >= 2:
                self.truncated = "no progress after restart"
                return True
            self.restarts += 1
            if self.restarts > self.o.max_restarts:
                self.truncated = "too many restarts"
                return False

    def _fixture(self, what, prefix, status, text, group):
        self.fixtures.append([what, prefix, status, text])
        if what in ("setUpClass", "setUpModule") and prefix:
            for i in group:
                if i.startswith(prefix + ".") and i not in self.cases:
                    self.cases[i] = [status, 0, what + ": " + text]

    def _batch(self, ids, logname, list_only=False):
        iut, o = self.iut, self.o
        token = uuid.uuid4().hex
        ev = os.path.join(iut.root, "ev-" + token)
        open(ev, "wb").close()
        idf = "-"
        if list_only:
            idf = "/dev/null"
        elif ids is not None:
            idf = os.path.join(iut.root, "id-" + token)
            with open(idf, "w") as f:
                f.write("".join(i + "\n" for i in ids))
        log = open(logname, "ab")
        start = os.fstat(log.fileno()).st_size
        p, cwd = iut.start([DRIVER, ev, self.full, self.resources, idf], log, token)
        cur = None
        group = list(ids) if ids is not None else None
        done = loaded = False
        buf = b""
        f = open(ev, "rb")
        last = time.monotonic()
        verdict = None
        fresh = not self.listed
        try:
            while True:
                data = f.read()
                if data:
                    last = time.monotonic()
                    buf += data
                    *lines, buf = buf.split(b"\n")
                    for raw in lines:
                        e = raw.decode("utf-8", "replace").split("\t")
                        k = e[0]
                        if k == "M":
                            if e[1] == "ok":
                                loaded = True
                                self.state = "ok"
                            elif e[1] == "abort":
                                self.text = e[2]
                            else:
                                self.state = "skip" if e[1] == "skip" else "import-fail"
                                self.text = unescape(e[2])
                        elif k == "L" and fresh:
                            self.listed.append(unescape(e[1]))
                        elif k == "R" and group is None:
                            group = list(self.listed)
                        elif k == "S":
                            cur = unescape(e[1])
                        elif k == "E":
                            self.cases[unescape(e[1])] = [e[2], float(e[3]), unescape(e[4])]
                            cur = None
                        elif k == "F":
                            self._fixture(e[1], unescape(e[2]), e[3], unescape(e[4]), group or [])
                        elif k == "D":
                            done = True
                    continue
                if done and list_only:
                    break
                rc = p.poll()
                if rc is not None:
                    data = f.read()
                    if data:
                        f.seek(-len(data), 1)
                        continue
                    if not done:
                        verdict = ("crash", "signal %d" % -rc if rc < 0 else "exit %d" % rc)
                    break
                if done and time.monotonic() - last > 5:
                    break
                now = time.monotonic()
                if now - last > o.case_timeout:
                    verdict = ("hang", "%ds without an event" % o.case_timeout)
                    break
                if self.left() <= 0:
                    verdict = ("hang", "module timeout")
                    break
                if os.fstat(log.fileno()).st_size - start > o.max_log:
                    log.truncate(start + 65536)
                    verdict = ("hang", "runaway output")
                    break
                time.sleep(0.02)
        finally:
            f.close()
            iut.stop(p, cwd, token)
            log.close()
            for n in (ev, idf):
                if n.startswith(iut.root):
                    try:
                        os.unlink(n)
                    except OSError:
                        pass
        if list_only or done:
            return True
        if not loaded:
            if not self.state or self.state == "ok":
                self.state = "import-" + (verdict[0] if verdict else "fail")
                self.text = verdict[1] if verdict else ""
            return False
        if verdict and group is not None:
            if cur is None:
                # between cases (class/module fixture, teardown): blame the next one
                t = [i for i in self.listed if i in set(group) and i not in self.cases]
                if not t:
                    return True
                cur, verdict = t[0], (verdict[0], verdict[1] + " (between cases)")
            if verdict[1] == "module timeout":
                self.truncated = "module timeout"
            self.cases[cur] = [verdict[0], 0, verdict[1]]
        return False


# ------------------------------------------------------------------ reporting

def counts(cases, ids=None):
    c = dict.fromkeys(ORDER, 0)
    for i in (cases if ids is None else ids):
        v = cases.get(i)
        c[v[0] if v else "missing"] += 1
    return c


def group_of(m):
    return m.split(".")[0]


def table(run, ref, mods=None, detail=True):
    rows = []
    for m, r in run["modules"].items():
        if mods and m not in mods and group_of(m) not in mods:
            continue
        cases = r["cases"]
        ids = ref.get(m) if ref else None
        if ref is not None and ids is None:
            ids = []
        c = counts(cases, ids)
        total = len(ids) if ids is not None else len(cases)
        extra = 0
        if ids is not None:
            s = set(ids)
            extra = sum(1 for i, v in cases.items() if v[0] == "pass" and i not in s)
        rows.append([m, total, c, extra, r.get("secs", 0), r.get("state", ""), r.get("text", "")])
    groups = {}
    for row in rows:
        groups.setdefault(group_of(row[0]), []).append(row)
    head = "%-32s %5s %5s %5s %5s %5s %5s %5s %6s %6s %5s %6s  %s" % (
        "module", "cases", "pass", "fail", "error", "skip", "hang", "crash", "notrun", "missng",
        "+pass", "secs", "")
    out = [head, "-" * len(head)]

    def fmt(name, total, c, extra, secs, note):
        return "%-32s %5d %5d %5d %5d %5d %5d %5d %6d %6d %5d %6.1f  %s" % (
            name, total, c["pass"], c["fail"] + c["xfail"] + c["xpass"], c["error"], c["skip"],
            c["hang"], c["crash"], c["notrun"], c["missing"], extra, secs, note)

    def add(rs):
        c = dict.fromkeys(ORDER, 0)
        for r in rs:
            for k in ORDER:
                c[k] += r[2][k]
        return sum(r[1] for r in rs), c, sum(r[3] for r in rs), sum(r[4] for r in rs)
    for g, rs in groups.items():
        for r in rs:
            if detail or len(rs) == 1:
                note = "" if r[5] == "ok" else (r[5] + ": " + r[6].replace("\n", " ")[:90])
                out.append(fmt(r[0], r[1], r[2], r[3], r[4], note))
        if len(rs) > 1:
            t, c, e, s = add(rs)
            out.append(fmt(g + " (all)" if detail else g, t, c, e, s, ""))
    t, c, e, s = add(rows)
    out.append("-" * len(head))
    out.append(fmt("TOTAL", t, c, e, s, "%.1f%%" % (100.0 * c["pass"] / t) if t else ""))
    return "\n".join(out)


# ------------------------------------------------------------------ commands

def load_ref(path):
    """{module: case ids} of a list: JSON as `ref` writes it, or the compact text of write_cases."""
    if not path:
        return None
    if isinstance(path, list):
        return {module: cases for part in path for module, cases in load_ref(part).items()}
    if not path.endswith(".txt"):
        with open(path) as f:
            return json.load(f)["modules"]
    ref = {}
    with open(path) as f:
        for line in f:
            if line.startswith("#"):
                continue
            if not line.startswith(" "):
                module = line.strip()
                cases = ref[module] = []
                continue
            group, _, names = line.strip().partition(": ")
            if group.startswith("."):
                group = "test." + module + group[1:]
            elif group == "-":
                group = ""
            cases += [(group + "." if group else "") + name for name in names.split(" ")]
    return ref


def write_cases(path, modules, head):
    """A list of cases as text: a line for each class; `.` stands for the module's own name."""
    with open(path, "w") as f:
        f.write(head)
        for module in sorted(modules):
            f.write(module + "\n")
            groups = {}
            for case in sorted(modules[module]):
                group, _, name = case.rpartition(".")
                groups.setdefault(group, []).append(name)
            for group in groups:
                own = "test." + module
                label = "." + group[len(own):] if group == own or group.startswith(own + ".") else group
                f.write("  %s: %s\n" % (label or "-", " ".join(groups[group])))


def expand(names, testdir, skip):
    out = []
    queue = []
    for n in names:
        if n.startswith("@"):
            with open(n[1:]) as f:
                queue += [x.split("#")[0].strip() for x in f if x.split("#")[0].strip()]
        else:
            queue.append(n)
    for n in queue:
        n = n[5:] if n.startswith("test.") else n
        d = os.path.join(testdir, *n.split("."))
        subs = sorted(fn for fn in os.listdir(d) if fn.startswith("test_") and fn.endswith(".py")) if os.path.isdir(d) else []
        if subs:
            out += [n + "." + fn[:-3] for fn in subs]
        else:
            out.append(n)
    seen = set()
    return [m for m in out if m not in skip and not (m in seen or seen.add(m))]


def cmd_run(o, give=False):
    iut = Iut(o)
    ref = load_ref(o.reference)
    mods = expand(o.modules, iut.testdir, set(o.skip_module or []))
    if not mods and ref:
        mods = list(ref)
    run = {"meta": {"interp": o.interp, "stdlib": o.stdlib, "test_root": o.test_root,
                    "reference": o.reference,
                    "granularity": o.granularity, "resources": o.resources,
                    "case_timeout": o.case_timeout, "module_timeout": o.module_timeout,
                    "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())},
           "modules": {}}
    slots = {m: None for m in mods}
    lock = threading.Lock()

    def save():
        run["modules"] = {m: slots[m] for m in mods if slots[m]}
        if o.json:
            tmp = o.json + ".tmp"
            with open(tmp, "w") as f:
                json.dump(run, f, indent=0, sort_keys=True)
            os.replace(tmp, o.json)

    def work(m):
        known = ref.get(m) if ref else None
        only = None
        if o.only_listed:
            only = set(known or [])
            if not only:
                return
        try:
            r = ModuleRun(iut, m, known, only).run()
        except Exception as e:
            say("!! runner: %s: %r" % (m, e))
            raise
        d = {"state": r.state, "text": r.text, "secs": round(time.monotonic() - r.t0, 2),
             "restarts": r.restarts, "truncated": r.truncated, "fixtures": r.fixtures,
             "cases": {k: [v[0], round(v[1], 3), v[2]] for k, v in r.cases.items()}}
        with lock:
            slots[m] = d
            save()
        c = counts(d["cases"], known)
        say("%-32s %s  %.1fs%s%s" % (m, " ".join("%s=%d" % (k, c[k]) for k in ORDER if c[k]) or "no cases",
                                     d["secs"], "" if d["state"] == "ok" else "  [" + d["state"] + "] " + d["text"][-110:].replace("\n", " "),
                                     "  restarts=%d" % r.restarts if r.restarts else ""))

    try:
        with ThreadPoolExecutor(o.jobs) as ex:
            for f in [ex.submit(work, m) for m in mods]:
                f.result()
    finally:
        save()
        iut.close()
    say("")
    say(table(run, ref))
    if give:
        return run
    if ref and o.min_pass is not None:
        ok = sum(1 for m in run["modules"] for i in ref.get(m, [])
                 if run["modules"][m]["cases"].get(i, ["missing"])[0] == "pass")
        tot = sum(len(ref.get(m, [])) for m in run["modules"])
        return 0 if tot and 100.0 * ok / tot >= o.min_pass else 1
    return 0


def test_root():
    """The first folder with CPython 3.11's tests among the usual places; None where there is none."""
    places = ["/usr/lib/python3.11", "/usr/local/lib/python3.11"]
    places += sorted(glob.glob(os.path.expanduser("~/.pyenv/versions/3.11.*/lib/python3.11")))
    for place in places:
        if os.path.exists(os.path.join(place, "test", "test_grammar.py")):
            return place
    return None


def set_aside():
    """Cases that test how CPython is made: {id: reason}."""
    with open(os.path.join(HERE, "set_aside.txt")) as f:
        rows = [x.strip().split(": ", 1) for x in f if x.strip() and not x.startswith("#")]
    return dict(rows)


def cmd_ratchet(o):
    """Hold the list of passing cases: what is on it must pass; what passes besides is reported."""
    o.test_root = o.test_root or test_root()
    if not o.test_root:
        say("skipped: no tests of CPython 3.11 here (package libpython3.11-testsuite, or --test-root)")
        return 0
    o.stdlib = None
    o.skip_module = None
    o.only_listed = False
    o.granularity = "module"
    o.environment = True
    o.min_pass = None
    lists = ["asyncio"] if o.overlay else ["lang", "library", "net"]
    o.reference = [os.path.join(HERE, "cases-%s.txt" % name) for name in lists]
    if o.overlay:
        o.modules = o.modules or ["test_asyncio"]
        o.only_listed = True
    o.modules = o.modules or ["@" + os.path.join(HERE, "modules-%s.txt" % name) for name in lists]
    # What other programs on the machine can disturb gets a second try.
    o.retry_isolated = o.retry_isolated or 8
    run = cmd_run(o, give=True)
    ref = load_ref(o.reference)
    # The tests of another 3.11 may lack some.
    later = {module for name in o.reference[0 if o.overlay else 1:] for module in load_ref(name)}
    for module in later & set(run["modules"]):
        cases = run["modules"][module]["cases"]
        ref[module] = [i for i in ref[module] if cases.get(i, ["missing"])[0] != "missing"]
    with open(PASSING) as f:
        known = set(x.strip() for x in f if x.strip() and not x.startswith("#"))
    reached = set()
    ran = set()
    for m, r in run["modules"].items():
        ran.update(ref.get(m, ()))
        reached.update(i for i in ref.get(m, ()) if r["cases"].get(i, ["missing"])[0] == "pass")
    aside = set_aside()
    for m in sorted(run["modules"]):
        counted = [i for i in ref.get(m, ()) if i not in aside]
        ok = sum(1 for i in counted if i in reached)
        if counted and ok * 100 < len(counted) * LEAST:
            say("%s: %d of %d counted cases pass, less than %d %%" % (m, ok, len(counted), LEAST))
    for i in sorted(reached & set(aside)):
        say("set aside, but passes: " + i)
    lost = sorted((known & ran) - reached)
    won = sorted(reached - known)
    cases = {i: v for r in run["modules"].values() for i, v in r["cases"].items()}
    for i in lost:
        say("LOST %s: %s" % (i, " ".join(map(str, cases.get(i, ["missing"])))[:200]))
    for i in won:
        say("new: " + i)
    counted = ran - set(aside)
    say("%d of %d counted cases pass (%.1f %%); %d are set aside, see set_aside.txt" % (
        len(reached & counted), len(counted), 100.0 * len(reached & counted) / max(1, len(counted)),
        len(ran & set(aside))))
    say("%d of %d cases pass, %d on the list failed, %d are new%s" % (
        len(reached), len(ran), len(lost), len(won),
        "" if o.update or not won else ": --update adds them"))
    if o.update and won:
        with open(PASSING, "w") as f:
            f.write(PASSING_HEAD + "".join(i + "\n" for i in sorted(known | reached)))
    return 1 if lost else 0


def module_of(case, testdir):
    parts = case.split(".")
    if parts[0] == "test":
        parts = parts[1:]
    path = testdir
    out = []
    for x in parts:
        path = os.path.join(path, x)
        out.append(x)
        if os.path.isfile(path + ".py"):
            return ".".join(out)
        if not os.path.isdir(path):
            break
    raise SystemExit("cannot tell the module of %s; give --module" % case)


def cmd_one(o):
    iut = Iut(o)
    m = o.module or module_of(o.case, iut.testdir)
    o.logs = os.path.join(iut.root, "l")
    o.granularity = "module"
    try:
        r = ModuleRun(iut, m, None, {o.case}).run()
        log = os.path.join(o.logs, m + ".log")
        if os.path.exists(log):
            with open(log, "rb") as f:
                sys.stdout.write(f.read().decode("utf-8", "replace"))
    finally:
        iut.close()
    v = r.cases.get(o.case, ["missing", 0, ""])
    if r.state not in ("ok",):
        say("module %s: %s %s" % (m, r.state, r.text))
    for x in r.fixtures:
        say("fixture:", *x)
    say("%s: %s  %.3fs  %s" % (o.case, v[0], v[1], v[2]))
    return 0 if v[0] in ("pass", "xfail", "skip") else 1


def cmd_list(o):
    iut = Iut(o)
    try:
        for m in expand(o.modules, iut.testdir, set()):
            r = ModuleRun(iut, m, None)
            os.makedirs(o.logs, exist_ok=True)
            r._batch(None, os.path.join(o.logs, m + ".list.log"), list_only=True)
            for i in r.listed:
                print(i)
            if r.state != "ok":
                print("# %s: %s %s" % (m, r.state, r.text))
    finally:
        iut.close()


def cmd_ref(o):
    runs = []
    for p in o.runs:
        with open(p) as f:
            runs.append(json.load(f))
    mods = {}
    flaky = {}
    for m in runs[0]["modules"]:
        rs = [r["modules"][m]["cases"] for r in runs if m in r["modules"]]
        order = list(rs[0])
        ok = [i for i in order if all(r.get(i, ["missing"])[0] == "pass" for r in rs)]
        fl = [i for i in order if i not in set(ok) and any(r.get(i, ["missing"])[0] == "pass" for r in rs)]
        mods[m] = sorted(ok)
        if fl:
            flaky[m] = sorted(fl)
    d = {"meta": {"runs": [r["meta"] for r in runs] if o.meta else len(runs)}, "modules": mods}
    with open(o.output, "w") as f:
        json.dump(d, f, indent=0, sort_keys=True)
    print("%d modules, %d cases -> %s" % (len(mods), sum(map(len, mods.values())), o.output))
    for m, fl in flaky.items():
        for i in fl:
            print("unstable:", i, [r["modules"][m]["cases"].get(i, ["missing"])[0] for r in runs])


def cmd_show(o):
    with open(o.run) as f:
        run = json.load(f)
    ref = load_ref(o.reference)
    mods = [m[5:] if m.startswith("test.") else m for m in o.modules]
    if o.failing:
        for m, r in run["modules"].items():
            if mods and m not in mods and group_of(m) not in mods:
                continue
            ids = ref.get(m, []) if ref else r["cases"]
            for i in ids:
                v = r["cases"].get(i, ["missing", 0, ""])
                if v[0] not in ("pass", "skip", "xfail") or (ref and v[0] != "pass"):
                    print("%-7s %s  %s" % (v[0], i, v[2].replace("\n", " ")[:o.width]))
    else:
        print(table(run, ref, mods, not o.brief))


def cmd_diff(o):
    with open(o.a) as f:
        a = json.load(f)["modules"]
    with open(o.b) as f:
        b = json.load(f)["modules"]
    for m in a:
        if m not in b:
            print("only in A:", m)
            continue
        ca, cb = a[m]["cases"], b[m]["cases"]
        for i in sorted(set(ca) | set(cb)):
            x, y = ca.get(i, ["-"])[0], cb.get(i, ["-"])[0]
            if x != y:
                print("%-7s -> %-7s %s" % (x, y, i))


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sub = ap.add_subparsers(dest="cmd")
    sub.required = True

    def common(p, root_needed=True):
        p.add_argument("--interp", required=True, help="command of the interpreter under test")
        p.add_argument("--test-root", required=root_needed, help="folder that contains the package `test`")
        p.add_argument("--stdlib", help="pure-Python library for the interpreter under test")
        p.add_argument("--extra-path", action="append")
        p.add_argument("--path-var", default="PYTHONPATH")
        p.add_argument("--env", action="append", help="NAME=VALUE for the interpreter under test")
        p.add_argument("--resources", default="", help="test.support.use_resources; '' none, '*' all")
        p.add_argument("--case-timeout", type=float, default=60)
        p.add_argument("--module-timeout", type=float, default=900)
        p.add_argument("--max-restarts", type=int, default=60)
        p.add_argument("--max-log", type=int, default=64 << 20)
        p.add_argument("--mem-gb", type=float, default=8, help="address-space limit, 0 = none")
        p.add_argument("--logs", default=os.path.join(tempfile.gettempdir(), "suite-logs"))
        p.add_argument("--environment", action="store_true",
                       help="start it from a virtual environment with the tests, for children in isolated mode")
        p.add_argument("--portable", action="store_true",
                       help="reference runs on a CPython: hide that it is one (cpython_only skips)")
        p.add_argument("--retry-isolated", type=int, default=0, metavar="N",
                       help="run up to N failed cases of a module again, alone")
        p.add_argument("--overlay", action="store_true",
                       help="test_asyncio with a helper that uses the public interface only (overlay.py)")

    p = sub.add_parser("run")
    common(p)
    p.add_argument("modules", nargs="*")
    p.add_argument("--skip-module", action="append")
    p.add_argument("--reference")
    p.add_argument("--only-listed", action="store_true", help="run nothing but the reference's cases")
    p.add_argument("--granularity", choices=["module", "class", "case"], default="module",
                   help="how many cases share a process")
    p.add_argument("--jobs", type=int, default=2)
    p.add_argument("--json")
    p.add_argument("--min-pass", type=float, help="exit 1 below this percentage of the reference")
    p.set_defaults(fn=cmd_run)
    p = sub.add_parser("ratchet")
    common(p, root_needed=False)
    p.add_argument("modules", nargs="*")
    p.add_argument("--update", action="store_true", help="add the cases that pass now to the list")
    p.add_argument("--jobs", type=int, default=2)
    p.add_argument("--json")
    p.set_defaults(fn=cmd_ratchet)
    p = sub.add_parser("one")
    common(p)
    p.add_argument("case")
    p.add_argument("--module")
    p.set_defaults(fn=cmd_one)
    p = sub.add_parser("list")
    common(p)
    p.add_argument("modules", nargs="+")
    p.set_defaults(fn=cmd_list)
    p = sub.add_parser("ref")
    p.add_argument("runs", nargs="+")
    p.add_argument("-o", "--output", required=True)
    p.add_argument("--meta", action="store_true")
    p.set_defaults(fn=cmd_ref)
    p = sub.add_parser("show")
    p.add_argument("run")
    p.add_argument("--module", dest="modules", action="append", default=[])
    p.add_argument("--reference")
    p.add_argument("--failing", action="store_true")
    p.add_argument("--brief", action="store_true", help="packages as one row")
    p.add_argument("--width", type=int, default=120)
    p.set_defaults(fn=cmd_show)
    p = sub.add_parser("diff")
    p.add_argument("a")
    p.add_argument("b")
    p.set_defaults(fn=cmd_diff)
    o = ap.parse_args()
    # A background job of a shell has SIGINT ignored (nohup: SIGHUP), and children
    # would inherit that: a handler, unlike SIG_IGN, is reset to the default by exec.
    for s in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM, signal.SIGCHLD):
        if signal.getsignal(s) == signal.SIG_IGN:
            signal.signal(s, signal.default_int_handler)
    if getattr(o, "logs", None):
        o.logs = os.path.abspath(o.logs)
    sys.exit(o.fn(o) or 0)


if __name__ == "__main__":
    main()
