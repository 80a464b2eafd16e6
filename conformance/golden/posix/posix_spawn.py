# posix_spawn() and posix_spawnp(): what the child has, and what is refused.
import os
import signal
import sys
import tempfile

E = dict(os.environ)


def tried(function, *args, **options):
    try:
        pid = function(*args, **options)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    except Exception as e:
        print(type(e).__name__, str(e).replace('posix_spawnp', 'posix_spawn'))


for function, program in (os.posix_spawn, '/bin/sh'), (os.posix_spawnp, 'sh'):
    tried(function, program, ['sh', '-c', 'exit 3'], E)
    tried(function, program.encode(), ('sh', '-c', 'exit $A'), {'A': '5', **E})
    tried(function, '/nonexistent/program', ['x'], E)
    tried(function, program, 'x', E)
    tried(function, program, [], E)
    tried(function, program, [''], E)
    tried(function, program, ['sh'], None)
    tried(function, program, ['sh'], {1: '2'})
    tried(function, program, ['sh'], {'a=b': '2'})
    tried(function, program, ['sh\0'], E)
    tried(function, program)
    tried(function, program, ['sh'], E, 4)

name = tempfile.mktemp()
actions = [(os.POSIX_SPAWN_OPEN, 1, name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
           (os.POSIX_SPAWN_DUP2, 1, 2), (os.POSIX_SPAWN_CLOSE, 0)]
tried(os.posix_spawn, '/bin/sh', ['sh', '-c', 'echo out; echo err >&2; read x || echo closed'], E, file_actions=actions)
with open(name) as f:
    print(f.read().splitlines()[:2], oct(os.stat(name).st_mode & 0o777))
os.unlink(name)
for bad in [3, [3], [()], [(3,)], [(None,)], [(os.POSIX_SPAWN_OPEN,)], [(os.POSIX_SPAWN_OPEN, 1, 2, 3, 4)],
            [(os.POSIX_SPAWN_CLOSE,)], [(os.POSIX_SPAWN_CLOSE, 'a')], [(os.POSIX_SPAWN_CLOSE, -1)],
            [(os.POSIX_SPAWN_DUP2, 1)], [(os.POSIX_SPAWN_DUP2, 99, 1)]]:
    tried(os.posix_spawn, '/bin/sh', ['sh', '-c', ':'], E, file_actions=bad)
tried(os.posix_spawn, '/bin/sh', ['sh', '-c', ':'], E, file_actions=None)

tell = [sys.executable, '-c', 'import os, signal; os._exit('
        '(os.getpgrp() == os.getpid()) + 2 * (os.getsid(0) == os.getpid())'
        ' + 4 * (signal.SIGUSR1 in signal.pthread_sigmask(signal.SIG_BLOCK, []))'
        ' + 8 * (signal.getsignal(signal.SIGUSR2) == signal.SIG_DFL))']
signal.signal(signal.SIGUSR2, signal.SIG_IGN)
for options in [{}, {'setpgroup': 0}, {'setsid': True}, {'setsigmask': [signal.SIGUSR1]}, {'setsigdef': {signal.SIGUSR2}},
                {'resetids': True}, {'scheduler': (None, os.sched_param(0))},
                {'scheduler': (os.SCHED_OTHER, os.sched_param(sched_priority=0))}]:
    tried(os.posix_spawn, sys.executable, tell, E, **options)
for options in [{'setpgroup': None}, {'setsigmask': 3}, {'setsigmask': [999]}, {'setsigdef': ['a']}, {'setsigdef': [0]},
                {'scheduler': ()}, {'scheduler': (None, 1)}, {'scheduler': ('q', os.sched_param(0))}]:
    tried(os.posix_spawn, '/bin/sh', ['sh', '-c', ':'], E, **options)
print(sys.getdlopenflags() == os.RTLD_NOW, sys.setdlopenflags(os.RTLD_LAZY), sys.getdlopenflags() == os.RTLD_LAZY)
