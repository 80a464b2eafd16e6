# Processes, pipes and facts of the system by the module posix.
import posix


def t(f):
    try:
        print(repr(f()))
    except BaseException as e:
        print(type(e).__name__, e)


pid = posix.fork()
if pid == 0:
    posix._exit(7)
t(lambda: posix.waitstatus_to_exitcode(posix.waitpid(pid, 0)[1]))
t(lambda: posix.waitpid(pid, 0))
t(lambda: posix.WIFEXITED(0))
t(lambda: posix.WEXITSTATUS(256))
t(lambda: posix.waitstatus_to_exitcode(9))
t(lambda: posix.system("exit 3"))
t(lambda: posix.kill(0, 999))
r, w = posix.pipe()
t(lambda: posix.write(w, b"abc"))
t(lambda: posix.read(r, 10))
t(lambda: posix.set_blocking(r, False))
t(lambda: posix.read(r, 1))
t(lambda: posix.writev(w, [b"a", b"bc"]))
parts = [bytearray(2), bytearray(2)]
t(lambda: posix.readv(r, parts))
print(parts)
t(lambda: posix.fsync("x"))
t(lambda: posix.execv("/nope", ["a"]))
t(lambda: posix.execv("/nope", []))
t(lambda: posix.execve("/nope", ["a"], {}))
t(lambda: posix.execve("/nope", ["a"], 5))
t(lambda: posix.uname().sysname)
t(lambda: len(posix.urandom(5)))
t(lambda: posix.urandom(-1))
t(lambda: posix.strerror(2))
t(lambda: posix.putenv("A=B", "x"))
t(lambda: posix.unsetenv(""))
t(lambda: posix.sysconf("SC_PAGESIZE"))
t(lambda: posix.sysconf("x"))
t(lambda: posix.sysconf(1.5))
t(lambda: posix.terminal_size((80, 24)))
t(lambda: posix.setuid("x"))
t(lambda: posix.chown("/nope", -2, 0))
t(lambda: posix.makedev(8, 1))
t(lambda: posix.major(0x801))
t(lambda: posix.register_at_fork())
t(lambda: posix.waitid(posix.P_ALL, 0, posix.WNOHANG | posix.WEXITED))
