# fcntl and resource
import fcntl
import os
import resource
import tempfile


def t(f, *a):
    try:
        print(f.__name__, a, f(*a))
    except BaseException as e:
        print(f.__name__, a, type(e).__name__, e)


r, w = os.pipe()
print(fcntl.fcntl(r, fcntl.F_GETFD), fcntl.fcntl(r, fcntl.F_SETFD, 0), fcntl.fcntl(r, fcntl.F_GETFD))
os.write(w, b"abc")
print(fcntl.ioctl(r, 0x541B, b"\0\0\0\0"))
buffer = bytearray(4)
print(fcntl.ioctl(r, 0x541B, buffer), buffer)
print(fcntl.ioctl(r, 0x541B, buffer, False), fcntl.fcntl(r, fcntl.F_GETPIPE_SZ))
with tempfile.TemporaryFile() as f:
    print(fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB), fcntl.flock(f.fileno(), fcntl.LOCK_UN))
    print(fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB, 5, 1, 0), fcntl.lockf(f, fcntl.LOCK_UN))
    t(fcntl.lockf, f.fileno(), 0)
for f, args in [(fcntl.fcntl, (0, 1, 1.5)), (fcntl.fcntl, (-1, 1)), (fcntl.fcntl, (999, 1)),
                (fcntl.fcntl, ("a", 1)), (fcntl.ioctl, (r, 1, 1.5)), (fcntl.ioctl, (999, 1)),
                (fcntl.ioctl, (r, 1, 2 ** 40)), (fcntl.ioctl, (r, 1, "abc")), (fcntl.fcntl, (0, 2 ** 40)),
                (fcntl.fcntl, (r, 1, b"x" * 1025)), (fcntl.ioctl, (r, 1, b"x" * 1025)),
                (resource.getrlimit, (99,)), (resource.getrlimit, (-1,)), (resource.getrlimit, ("a",)),
                (resource.setrlimit, (0, (1,))), (resource.setrlimit, (0, 1)), (resource.setrlimit, (99, (1, 1))),
                (resource.setrlimit, (0, (2, 1))), (resource.setrlimit, (0, ("a", 1))),
                (resource.setrlimit, (0, (2 ** 70, 1))), (resource.getrusage, (99,)), (resource.prlimit, (0, 99)),
                (resource.prlimit, (0, 0, 1)), (resource.prlimit, (-1, 0)), (resource.getpagesize, ())]:
    t(f, *args)
soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
print(resource.getrlimit(resource.RLIMIT_CORE) == (0, hard), resource.RLIM_INFINITY)
print(resource.prlimit(0, resource.RLIMIT_CORE, (0, hard)) == (0, hard))
usage = resource.getrusage(resource.RUSAGE_SELF)
print(type(usage), len(usage), usage.ru_maxrss > 0, usage.ru_utime >= 0, resource.error is OSError)
