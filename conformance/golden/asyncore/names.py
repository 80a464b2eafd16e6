# The names of both modules, their kinds and signatures; the warnings at their import.
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import asyncore
    import asynchat
for c in caught:
    print(c.category.__name__, c.message, c.filename.rsplit("/")[-1], c.lineno)
import inspect
import pickle


def signature(thing):
    # Natives show that `self` is given by position.
    return str(inspect.signature(thing)).replace("(self, /", "(self")


MODULES = {"select", "socket", "sys", "time", "warnings", "os", "asyncore"}
for module in asyncore, asynchat:
    for name in sorted(set(dir(module)) - {"__builtins__", "__cached__", "__file__", "__loader__", "__spec__",
                                           "__doc__", "__package__", "_deprecated"}):
        thing = getattr(module, name)
        if name in MODULES:
            print(name, type(thing).__name__)
        elif inspect.isclass(thing) and thing.__module__ == module.__name__:
            print(name, thing, thing.__qualname__, thing.__mro__)
            for name, value in sorted(vars(thing).items()):
                if callable(value) and name != "__del__":
                    print("  %s%s" % (name, signature(value)), getattr(value, "__qualname__", "")[-40:])
                elif name not in ("__doc__", "__del__", "__dict__", "__weakref__", "__module__"):
                    print("  %s = %r" % (name, value))
        elif callable(thing) and not inspect.isclass(thing):
            print(name, signature(thing), thing.__module__, thing.__qualname__)
        elif name == "_reraised_exceptions" or not callable(thing):
            print(name, thing if not isinstance(thing, (dict, frozenset)) else type(thing).__name__)

print(sorted(asyncore._DISCONNECTED), asyncore.socket_map, asyncore.errorcode is __import__("errno").errorcode)
print(pickle.loads(pickle.dumps(asyncore.dispatcher)) is asyncore.dispatcher, issubclass(asyncore.ExitNow, Exception))
print(repr(asyncore.ExitNow(1)), asyncore.ExitNow.__base__)


def attempt(call, *args, **named):
    try:
        print(call(*args, **named))
    except TypeError as failure:
        print(failure)


class Sub(asyncore.dispatcher):
    pass


map = {}
d = Sub(map=map)
attempt(asyncore.dispatcher, 1, 2, 3)
attempt(asyncore.dispatcher, spam=1)
attempt(asyncore.loop, 1, 2, 3, 4, 5)
attempt(asyncore.loop, spam=1)
attempt(asyncore.read)
attempt(asyncore.readwrite, 1)
attempt(d.readable, 1)
attempt(d.listen)
attempt(d.send, 1, 2)
attempt(d.log_info)
attempt(d.handle_accepted, 1)
attempt(asynchat.async_chat(map=map).push)
attempt(asynchat.simple_producer)
attempt(asynchat.find_prefix_at_end, b"x")

# Other bases, weak references, attributes of any name.
import threading
import weakref


class Both(asyncore.dispatcher, threading.Thread):
    def __init__(self):
        threading.Thread.__init__(self)
        asyncore.dispatcher.__init__(self, map=map)


both = Both()
both.start
print(isinstance(both, threading.Thread), weakref.ref(both)() is both)
for i in range(30):
    setattr(both, "attribute%d" % i, i)
print(sum(vars(both)["attribute%d" % i] for i in range(30)), both.readable(), both.writable())


class Slots(asynchat.async_chat):
    __slots__ = ("one",)


s = Slots(map=map)
s.one, s.two = 1, 2
print(s.one, s.two, sorted(vars(s)))
