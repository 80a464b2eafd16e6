# termios on a pseudo-terminal; syslog's masks
import os
import syslog
import termios
import tty


def t(f, *a):
    try:
        print(f.__name__, a, f(*a))
    except BaseException as e:
        print(f.__name__, a, type(e), e)


master, slave = os.openpty()
before = termios.tcgetattr(slave)
print(before)
tty.setraw(slave)
raw = termios.tcgetattr(slave)
print(raw[:4], raw[6][termios.VMIN], raw[6][termios.VTIME])
before[6][termios.VINTR] = b"\x07"
termios.tcsetattr(slave, termios.TCSANOW, before)
print(termios.tcgetattr(slave) == before)
termios.tcsetwinsize(slave, (30, 90))
print(termios.tcgetwinsize(master), os.get_terminal_size(slave))
termios.tcflush(slave, termios.TCIOFLUSH)
termios.tcdrain(slave)
termios.tcflow(slave, termios.TCOON)
r, w = os.pipe()
os.dup2(r, 70)
for f, args in [(termios.tcgetattr, (70,)), (termios.tcgetattr, (999,)), (termios.tcgetattr, ("a",)),
                (termios.tcsetattr, (70, 0, 1)), (termios.tcsetattr, (70, 0, [1])),
                (termios.tcsetattr, (70, 0, before)), (termios.tcsendbreak, (70, 0)), (termios.tcdrain, (999,)),
                (termios.tcflush, (999, 0)), (termios.tcflow, (999, 0)), (termios.tcgetwinsize, (999,)),
                (termios.tcsetwinsize, (999, 1)), (termios.tcsetwinsize, (999, (1, 2, 3))),
                (termios.tcsetwinsize, (999, (1, 2))),
                (syslog.LOG_UPTO, (3,)), (syslog.LOG_MASK, (3,)), (syslog.setlogmask, ("a",)),
                (syslog.setlogmask, (255,)), (syslog.setlogmask, (0,)), (syslog.syslog, ()),
                (syslog.syslog, (1, 2, 3)), (syslog.syslog, (1,))]:
    t(f, *args)
print(termios.error.__mro__, len([n for n in dir(termios) if n[0].isupper()]))
print([(n, getattr(syslog, n)) for n in dir(syslog) if n[0].isupper() and n not in ("LOG_MASK", "LOG_UPTO")])
