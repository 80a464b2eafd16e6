"""One run of fuzz_calls.py: MODULES SEED SECONDS JOURNAL LITTLE_MEMORY.

The journal holds the call that is being made, and END when all are done. It is written before each call, by a
descriptor that no call is likely to hit.
"""
import array
import collections
import copy
import gc
import importlib
import io
import marshal
import os
import pickle
import random
import resource
import signal
import sys
import time
import types
import weakref

MODULES, SEED, SECONDS, JOURNAL = sys.argv[1].split(","), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
LITTLE_MEMORY = sys.argv[5] == "1"
rng = random.Random(SEED)
journal = os.dup2(os.open(JOURNAL, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666), 777)
# Bound before anything can be replaced.
pwrite, die, monotonic = os.pwrite, os._exit, time.monotonic
setitimer, setrlimit = signal.setitimer, resource.setrlimit

# What would end, stop or harm the run itself rather than find something.
LEFT_OUT = set("""
    abort addaudithook alarm at_fork breakpointhook __breakpointhook__ breakpoint chdir chmod chown chroot close
    closerange copy_file_range copyfile copyfileobj copytree default_int_handler dup dup2 __excepthook__ execl
    execle execlp execlpe execv execve execvp execvpe exit _exit fchdir fchmod fchown fdopen flock fork forkpty
    ftruncate initgroups input interrupt_main kill killpg lchmod lchown link lockf login_tty makedirs mkdir mkfifo
    mknod mount move nice openpty pause pidfd_send_signal popen posix_fallocate posix_openpt posix_spawn
    posix_spawnp prlimit pthread_kill pthread_sigmask putenv pwrite pwritev quit raise_signal reboot
    register_at_fork remove removedirs rename renames replace rmdir rmtree runcall runeval run_module
    sched_setaffinity sched_setparam sched_setscheduler sendfile serve_forever set_blocking set_inheritable
    set_trace set_wakeup_fd setegid seteuid setgid setgroups sethostname setitimer setpgid setpgrp setpriority
    setprofile _setprofile setregid setresgid setresuid setreuid setrlimit setsid setswitchinterval settrace setuid
    _shutdown sigtimedwait sigwait sigwaitinfo siginterrupt signal spawnl spawnle spawnlp spawnlpe spawnv spawnve
    spawnvp spawnvpe splice start_new start_new_thread symlink system tcsetattr tcsetpgrp trace_dispatch truncate
    umask umount unlink unsetenv vfork wait wait3 wait4 waitid waitpid write writev _fatal_error
    _fatal_error_c_thread _read_null _sigabrt _sigbus _sigfpe _sigsegv _stack_overflow
""".split())
LEFT_OUT_BUILTINS = {"compile", "eval", "exec", "help", "open", "print", "__build_class__", "__import__"}


class Late(Exception):
    pass


deadline = [float("inf")]


def late(*_):
    if monotonic() > deadline[0]:
        raise Late


signal.signal(signal.SIGALRM, late)

# --- values ---

shared = [1, 2, 3]
shared_bytes = bytearray(b"shared")


class Odd:
    """Answers wrongly, raises, or changes what others look at, by `what`: 0, 1 or 2."""

    def __init__(self, what):
        self.what = what

    def __index__(self):
        if self.what == 1:
            raise KeyError("index")
        if self.what == 2:
            shared.clear()
        return 3

    def __len__(self):
        return 2 ** 62 if self.what == 1 else 2

    def __getitem__(self, i):
        if self.what == 1 or i == 5:
            raise IndexError
        return i

    def __eq__(self, other):
        if self.what == 2:
            shared.clear()
        return self.what == 0

    def __hash__(self):
        return 1

    def __lt__(self, other):
        shared.append(1)
        return True

    def __iter__(self):
        return iter(shared)

    def __next__(self):
        raise ValueError

    def __call__(self, *args, **kwargs):
        if self.what == 2:
            shared.clear()
            shared_bytes.clear()
        return args[0] if args else None

    def __float__(self):
        return float("nan")

    def __fspath__(self):
        return "/nonexistent\udc80"

    def __str__(self):
        return 5 if self.what == 1 else "odd"

    def __repr__(self):
        if self.what == 2:
            raise RuntimeError("repr")
        return "<Odd>"

    def fileno(self):
        return [-1, 2 ** 40, 0][self.what]

    def read(self, *_):
        return [b"x", "s", None][self.what]

    def readline(self, *_):
        return [b"x\n", "s", None][self.what]

    def write(self, *_):
        return [1, None, -5][self.what]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return True


class SubList(list):
    pass


class SubStr(str):
    pass


class SubBytes(bytes):
    pass


class SubInt(int):
    pass


class SubDict(dict):
    def __missing__(self, key):
        return key


def generator():
    try:
        yield 1
        yield 2
    except ValueError:
        yield 3


in_itself = []
in_itself.append(in_itself)
dict_in_itself = {}
dict_in_itself["x"] = dict_in_itself
deep = []
for _ in range(5000):
    deep = [deep]
released = memoryview(b"abc")
released.release()

INTS = [0, 1, -1, 2, 3, 7, 8, 16, 64, 255, 256, 1000, 65535, 2 ** 31 - 1, 2 ** 31, -2 ** 31 - 1, 2 ** 32, 2 ** 63 - 1,
        2 ** 63, -2 ** 63, 2 ** 64, 10 ** 30, -10 ** 30, True, False, SubInt(5)]
FLOATS = [0.0, -0.0, 1.5, float("nan"), float("inf"), -float("inf"), 1e308, 5e-324, -1e-9, 1j, complex("nan")]
STRS = ["", "a", "ab", "\xe9", "\ud800", "\U0001f600x", "a" * 1000, "\0", "utf-8", "r", "rb", "w", "%s", "%d%%", "{}",
        "{0!r:>10}", "a,b", "\n", "123", "1e5", "-", "__class__", "x=1", "strict", "ignore", "surrogateescape", "<x/>",
        "localhost", "::1", "[", "(", "\\", "*", "(a|b)*", SubStr("sub"), "Ab Cd", "i", "<q", "P", "2020-01-01"]
BYTES = [b"", b"a", b"abc" * 100, b"\xff\xfe\x00", b"\0", SubBytes(b"sub"), b"\x80\x04K\x01.", b"PK\x03\x04",
         b"\x1f\x8b\x08", b"<a></a>", b"GET / HTTP/1.1\r\n\r\n"]
SEQUENCES = [[], [1], [1, 2, 3], ["a", "b"], [b"x", b"y"], in_itself, shared, (), (1,), (1, 2), ("a", 1), (None, None),
             SubList([1, 2]), [(1, 2), (3, 4)], ("localhost", 0), deep, range(5), range(2 ** 70), range(0, -5, -1)]
OTHERS = [{}, {"a": 1}, {1: 2}, dict_in_itself, set(), {1, 2}, frozenset("ab"), SubDict(), types.SimpleNamespace(a=1),
          types.MappingProxyType({})]
BUFFERS = [lambda: bytearray(b"hello"), lambda: memoryview(b"hello world")[::2], lambda: bytearray(),
           lambda: memoryview(bytearray(12)).cast("I"), lambda: released, lambda: shared_bytes,
           lambda: memoryview(bytearray(24)).cast("B", [2, 3, 4]), lambda: memoryview(bytearray(b"abcdef"))[::-1]]
RARE = [lambda: iter([1, 2]), generator, lambda: lambda *a, **k: a, lambda: slice(None, 5, -1), lambda: ValueError("x"),
        lambda: rng.choice([int, str, list, dict, object, type, Exception, bytes, tuple, Odd, float, BaseException]),
        lambda: len, lambda: [].append, lambda: sys, lambda: Ellipsis, lambda: NotImplemented,
        lambda: generator.__code__, lambda: slice(2 ** 70, -2 ** 70, 0), lambda: zip([1], [2]),
        lambda: Odd(rng.randrange(3)), lambda: Odd(rng.randrange(3))]
made = []


def value():
    """Anything, now and then what an earlier call gave."""
    if made and rng.random() < .25:
        return rng.choice(made)
    r = rng.random()
    for share, kind in ((.25, INTS), (.30, FLOATS), (.45, STRS), (.57, BYTES), (.63, [None]), (.78, SEQUENCES),
                        (.85, OTHERS)):
        if r < share:
            return rng.choice(kind)
    return rng.choice(BUFFERS if r < .92 else RARE)()


SIZE = 12_000_000
LARGE = [lambda: b"a" * SIZE, lambda: bytearray(SIZE), lambda: "a" * SIZE, lambda: "\u20ac" * (SIZE // 2),
         lambda: "\U0001f600" * (SIZE // 4), lambda: [1] * (SIZE // 8), lambda: (1,) * (SIZE // 8),
         lambda: memoryview(bytes(SIZE)), lambda: array.array("q", bytes(SIZE)), lambda: 1 << SIZE,
         lambda: collections.deque([1]) * (SIZE // 16), lambda: io.BytesIO(b"b\n" * (SIZE // 2)),
         lambda: io.StringIO("b\n" * (SIZE // 2)), lambda: dict.fromkeys(range(200_000)), lambda: set(range(200_000)),
         lambda: b"\xff\x00'" * (SIZE // 3), lambda: "\n b\t'" * (SIZE // 5), lambda: ["ab"] * (SIZE // 8)]

# --- calls ---


def few(iterable, count=50):
    return [item for item, _ in zip(iterable, range(count))]


def unless_int(function):
    return lambda x: None if isinstance(x, int) else function(x)


OPERATIONS = {
    "len": len, "repr": repr, "str": str, "ascii": ascii, "hash": hash, "iter": few, "bool": bool, "dir": dir,
    "next": next,
    "reversed": lambda x: next(reversed(x)), "bytes": unless_int(bytes), "bytearray": unless_int(bytearray),
    "==": lambda x: x == value(), "<": lambda x: x < value(), "[]": lambda x: x[value()],
    "[]=": lambda x: x.__setitem__(value(), value()), "del []": lambda x: x.__delitem__(value()),
    "+": lambda x: x + value(), "r+": lambda x: value() + x, "%": unless_int(lambda x: x % value()),
    "in": lambda x: value() in x, "|": lambda x: x | value(), "copy": copy.copy, "deepcopy": copy.deepcopy,
    "reduce": lambda x: x.__reduce_ex__(rng.randrange(6)), "format": lambda x: format(x, value()),
    "size": sys.getsizeof,
    "new": lambda x: type(x).__new__(type(x)), "memoryview": memoryview, "weakref": weakref.ref,
    "marshal": marshal.dumps,
    "pickle": lambda x: pickle.loads(pickle.dumps(x, rng.choice([0, 2, 5]))), "send": lambda x: x.send(value()),
    "await": lambda x: next(x.__await__()), "float": float, "int": lambda x: int(x, 16), "join": lambda x: ",".join(x),
    "slices": lambda x: (x[::2], x[1:-1], x[::-1]), "split": lambda x: x.split(),
    "encode": lambda x: x.encode(rng.choice(STRS)),
    "decode": lambda x: x.decode(rng.choice(["utf-8", "utf-16", "cp1252", "utf-7", "idna", "punycode",
    "unicode_escape"])),
    "import": lambda x: isinstance(x, str) and __import__(x), "compile": lambda x: compile(x, "f", "exec"),
    "getattr": lambda x: getattr(x, x), "sum": lambda x: sum(x, ()), "from bytes": lambda x: int.from_bytes(x, "big"),
    "fromhex": lambda x: bytes.fromhex(x), "replace": lambda x: x.replace(x[:1], x[:1] * 3),
    "sorted": lambda x: sorted(few(x, 10 ** 6)),
    "exception": lambda x: repr(OSError(1, x, x)), "namespace": lambda x: repr(types.SimpleNamespace(a=x)),
    "extend": lambda x: len(x) < 10 ** 7 and x.extend(x),
}
# Not of classes and modules: they belong to the run.
CHANGES = {
    "setattr": lambda x: setattr(x, rng.choice(dir(x)), value()), "delattr": lambda x: delattr(x, rng.choice(dir(x))),
    "__class__": lambda x: setattr(x, "__class__", type(value())), "__setstate__": lambda x: x.__setstate__(value()),
    "__init__": lambda x: x.__init__(*[value() for _ in range(rng.randrange(3))]),
    "__dict__": lambda x: x.__dict__.update({"a": value()}),
}
KEYWORDS = ["key", "default", "encoding", "errors", "timeout", "maxsize", "size", "mode", "name", "start", "stop",
    "flags",
            "data", "buffering", "sep", "base", "n", "fd", "level", "loop", "limit", "strict", "repeat", "count"]


def shown(x):
    plain = type(x) in (int, str, bytes, float, bool, type(None), bytearray, slice, range)
    try:
        return ascii(x)[:60] if plain and sys.getsizeof(x) < 10_000 else f"<{type(x).__name__}>"
    except Exception:
        return "?"


def log(text):
    pwrite(journal, text.encode("ascii", "replace")[:1000].ljust(1000), 0)


def attempt(what, function, *args, **kwargs):
    """The result of a call, which others get; None if it raised or took too long."""
    all_shown = [shown(a) for a in args] + [f"{k}={shown(v)}" for k, v in kwargs.items()]
    log(f"{what}({', '.join(all_shown)})")
    deadline[0] = monotonic() + .2
    try:
        try:
            result = function(*args, **kwargs)
        finally:
            deadline[0] = float("inf")
    except BaseException as e:
        try:
            repr(e)
        except Exception:
            pass
        return None
    if result is not None and type(result) not in (int, str, bool, float):
        made.append(result)
    return result


def names_of(x):
    try:
        return [name for name in dir(x) if name not in LEFT_OUT]
    except Exception:
        return []


def poke(x):
    """A method of it, or an operation on it."""
    kind = f"<{type(x).__name__}>"
    names = names_of(x) if rng.random() < .5 else []
    if names:
        name = rng.choice(names)
        method = attempt(f"getattr {kind}.{name}", getattr, x, name)
        if callable(method) and not issubclass(type(method), type):
            attempt(f"{kind}.{name}", method, *[value() for _ in range(rng.choice([0, 1, 1, 1, 2, 2, 3, 4]))])
        return
    name = rng.choice([*OPERATIONS, *CHANGES])
    if name in OPERATIONS:
        attempt(f"{name} of {kind}", OPERATIONS[name], x)
    elif not issubclass(type(x), (type, types.ModuleType)) and not callable(x):
        attempt(f"{name} of {kind}", CHANGES[name], x)


def strange_call(functions):
    if made and rng.random() < .55:
        poke(rng.choice(made))
        return
    path, function = rng.choice(functions)
    kwargs = {rng.choice(KEYWORDS): value()} if rng.random() < .15 else {}
    attempt(path, function, *[value() for _ in range(rng.randrange(6))], **kwargs)
    if issubclass(type(function), type) and rng.random() < .3:
        name = rng.choice(names_of(function) or ["__doc__"])
        method = attempt(f"getattr {path}.{name}", getattr, function, name)
        if callable(method) and not issubclass(type(method), type) and function is not type:
            attempt(f"{path}.{name}", method, *[value() for _ in range(rng.randrange(5))])


def memory_in_use():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def starved_call(functions):
    """A call with a large value, while less is left than some of what it may ask for."""
    made.clear()
    setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    large = rng.choice(LARGE)()
    left = rng.choice([6, 10, 14, 20, 26, 32, 40, 50, 64, 80]) * 1_000_000
    setrlimit(resource.RLIMIT_AS, (memory_in_use() + left, 3 << 30))
    if rng.random() < .75:
        made.append(large)
        poke(large)
        return
    path, function = rng.choice(functions)
    args = [value() for _ in range(rng.randrange(3))]
    args.insert(rng.randrange(len(args) + 1), large)
    attempt(path, function, *args)


def main():
    functions = []
    for name in MODULES:
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        for attribute in names_of(module):
            if name == "builtins" and attribute in LEFT_OUT_BUILTINS:
                continue
            function = getattr(module, attribute, None)
            if callable(function):
                functions.append((f"{name}.{attribute}", function))
    if not functions:
        log("END: nothing to call")
        return
    call = starved_call if LITTLE_MEMORY else strange_call
    end = monotonic() + SECONDS
    setitimer(signal.ITIMER_REAL, .1, .1)
    count = 0
    while monotonic() < end:
        count += 1
        try:
            call(functions)
        except (MemoryError, Late):
            pass
        if len(made) > 200:
            del made[:100]
        if count % 50 == 0:
            shared[:] = [1, 2, 3]
            try:
                shared_bytes[:] = b"shared"
            except BufferError:
                pass
        if count % 500 == 0:
            gc.collect()
    setitimer(signal.ITIMER_REAL, 0)
    made.clear()
    gc.collect()
    log(f"END: {count} calls")


main()
die(0)
