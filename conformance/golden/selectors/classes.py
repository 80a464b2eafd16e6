# Classes of selectors: bases, attributes, arguments, keys, and classes derived from them.
import inspect
import io
import os
import selectors
import select
import socket
from collections.abc import Mapping
from unittest import mock


def attempt(what, function, *args, **named):
    try:
        print(what, function(*args, **named))
    except BaseException as e:
        print(what, type(e).__name__, e, e.__suppress_context__)


KINDS = [selectors.SelectSelector, selectors.PollSelector, selectors.EpollSelector]
print(selectors.DefaultSelector.__name__, selectors.EVENT_READ, selectors.EVENT_WRITE)
print(sorted(n for n in dir(selectors) if not n.startswith("_")
             and n not in ("math", "sys", "select", "ABCMeta", "abstractmethod", "namedtuple", "Mapping")))
for kind in KINDS:
    print(kind.__name__, kind.__module__, kind.__qualname__, type(kind).__name__,
          issubclass(kind, selectors.BaseSelector), issubclass(kind, selectors._BaseSelectorImpl),
          issubclass(kind, selectors._PollLikeSelector), kind.__abstractmethods__)
    # (What instances have may be descriptors of the class.)
    own = "_fd_to_key", "_map", "_selector", "_readers", "_writers"
    print(sorted(n for n in dir(kind) if not n.startswith("__") and n not in own))
    made = kind()
    for name in "register", "unregister", "modify", "select", "close", "get_key", "get_map":
        print(name, inspect.signature(getattr(made, name)), callable(getattr(kind, name)))
    print(hasattr(made, "fileno"), made._fd_to_key, type(made._map).__name__, isinstance(made._map, Mapping))
    made.close()
print(sorted(selectors.BaseSelector.__abstractmethods__))
attempt("abstract", selectors.BaseSelector)
attempt("abstract", selectors._BaseSelectorImpl)
print(selectors.SelectorKey._fields, selectors.SelectorKey(1, 2, 3, 4), selectors.SelectorKey.__mro__[1:])
attempt("key", selectors.SelectorKey, 1)

for kind in KINDS:
    print("-", kind.__name__)
    r, w = os.pipe()
    sel = kind()
    name = lambda text: str(text).replace(f"fd={r}", "fd=R").replace(f"fileobj={r}", "fileobj=R")
    print(name(sel.register(r, selectors.EVENT_READ, "data")), type(sel.get_key(r)) is selectors.SelectorKey)
    for args in ((r, 1), (w, 0), (w, 4), (w, 7), (w, -1), (w, 2.0), (w, "a"), (w, None), (-3, 1), ("x", 1), (None, 1),
                 (object, 1)):
        if args and args[0] == r:
            try:
                sel.register(*args)
            except KeyError as e:
                print(str(e).replace(str(r), "R"))
            continue
        args = tuple(os.devnull if a == "x" else a for a in args)
        attempt(str(args).replace(str(w), "W"), sel.register, *args)
    for function in sel.unregister, sel.get_key, lambda f: sel.modify(f, 1), lambda f: sel.get_map()[f]:
        for fileobj in 99, -1, "x", 2 ** 70, 1.5:
            attempt(fileobj, function, fileobj)
    print(99 in sel.get_map(), r in sel.get_map(), len(sel.get_map()), list(sel.get_map()) == [r])
    print(sel.get_map().get(99), sel.get_map().get(r) is sel.get_key(r), [*sel.get_map().values()] == [sel.get_key(r)])
    attempt("assign", lambda: sel.get_map().__setitem__(1, 2))
    before = sel.get_key(r)
    print(sel.modify(r, 1, "data") is before, sel.modify(r, 1, "other").data, sel.get_key(r).data)
    sel.register(w, True, data=[])
    print(sel.get_key(w).events, sel.modify(w, 2, data={}).data, sel.get_key(w).events)
    print([(k.fd == w, k.data, e) for k, e in sel.select(0)])
    os.write(w, b"x")
    print(sorted((k.fd == w, k.data, e) for k, e in sel.select() if k.fd == r))
    print(sel.unregister(w).fd == w, len(sel._fd_to_key))
    for timeout in "a", [], 1 + 2j:
        try:
            sel.select(timeout)
        except TypeError as e:
            # (Which operator it is depends on the selector.)
            print(str(e)[:3], str(e)[4:])
    for timeout in float("nan"), float("inf"), 1e300, 1e12, 1e7:
        if kind is not selectors.SelectSelector:
            attempt(timeout, sel.select, timeout)
    print(len(sel.select(-1)), len(sel.select(0.0)), len(sel.select(True)), len(sel.select(timeout=0.001)))
    sel.unregister(r)
    for timeout in -1, 0, 0.0, 0.001, -0.5, False:
        print(sel.select(timeout), end=" ")
    print()
    with sel as same:
        print(same is sel)
    print(sel.get_map(), len(sel._fd_to_key))
    attempt("closed", sel.get_key, 0)
    os.close(r)
    os.close(w)

    # Closed before it is unregistered.
    left, right = socket.socketpair()
    sel = kind()
    sel.register(left, 1)
    left.close()
    print(sel.unregister(left).fileobj is left, len(sel._fd_to_key))
    right.close()
    attempt("closed file", lambda: sel.register(left, 1))
    try:
        sel.register(io.StringIO(), 1)
    except ValueError as e:
        print(str(e)[:30])
    if kind is selectors.EpollSelector:
        with open(__file__) as file:
            attempt("refused", lambda: sel.register(file, 1))
            print(len(sel.get_map()))
    sel.close()
    if kind is selectors.EpollSelector:
        attempt("closed", sel.select, 0)
        attempt("closed", sel.fileno)

    # Derived.
    class Mine(kind):
        def __init__(self):
            self.log = []
            super().__init__()

        def register(self, fileobj, events, data=None):
            self.log.append("register")
            return super().register(fileobj, events, data)

        def unregister(self, fileobj):
            self.log.append("unregister")
            return super().unregister(fileobj)

        def _fileobj_lookup(self, fileobj):
            return super()._fileobj_lookup(self.files.get(fileobj, fileobj))

        def _key_from_fd(self, fd):
            self.log.append("key")
            return super()._key_from_fd(fd)

    r, w = os.pipe()
    sel = Mine()
    sel.files = {"r": r, "w": w}
    sel.register("r", 1)
    sel.register("w", 2, 5)
    print(sel.get_key("w").fd == w, sel.get_map()["r"].fileobj, "w" in sel.get_map())
    print([(k.fileobj, e) for k, e in sel.select()])
    sel.modify("w", 1)
    sel.unregister("r")
    print(sel.log, sel.select(0))
    sel.close()
    os.close(r)
    os.close(w)

    # A poller that is none.
    if kind is not selectors.SelectSelector:
        with mock.patch.object(kind, "_selector_cls") as cls:
            sel = kind()
            cls.return_value.poll.return_value = [(7, select.POLLIN), (8, select.POLLOUT), (9, 1), (7, select.POLLHUP)]
            sel.register(7, 3, "seven")
            sel.register(8, 2)
            print(sel.select(), sel.select(1.0001), sel.select(0))
            cls.return_value.poll.side_effect = InterruptedError
            print(sel.select())
            cls.return_value.register.side_effect = ZeroDivisionError
            attempt("register", sel.register, 10, 1)
            cls.return_value.modify.side_effect = ZeroDivisionError
            attempt("modify", sel.modify, 8, 1)
            cls.return_value.unregister.side_effect = OSError
            print(sel.unregister(7), len(sel.get_map()))
            for call in cls.return_value.mock_calls:
                print(call)


class Plain(selectors.BaseSelector):
    """The least that a selector has."""

    def __init__(self):
        self.keys = {}

    def register(self, fileobj, events, data=None):
        self.keys[fileobj] = key = selectors.SelectorKey(fileobj, 0, events, data)
        return key

    def unregister(self, fileobj):
        return self.keys.pop(fileobj)

    def select(self, timeout=None):
        return []

    def get_map(self):
        return self.keys


with Plain() as plain:
    plain.register(1, 2)
    print(plain.modify(1, 1, "d"), plain.get_key(1), plain.close())
    attempt("unknown", plain.get_key, 2)


class Other(selectors._BaseSelectorImpl):
    def select(self, timeout=None):
        return [(key, key.events) for key in self._fd_to_key.values()]


other = Other()
other.register(3, 1)
print(other.select(), other.modify(3, 2, "x"), other.modify(3, 2, "y"), other._key_from_fd(3).data, other._key_from_fd(4))
other.close()
for fileobj in 3, True, -1, "a", mock.Mock(fileno=lambda: 5), mock.Mock(fileno=lambda: "6"), mock.Mock(fileno=lambda: -7), \
        mock.Mock(fileno=lambda: 1 / 0):
    try:
        print(selectors._fileobj_to_fd(fileobj))
    except (ValueError, ZeroDivisionError) as e:
        print(type(e).__name__, str(e)[:25])
