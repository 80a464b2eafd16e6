# hostile input: a 10 us interval timer with a handler slower than that, for 1 s (CPython: RecursionError)
# group interrupt; accept RESULT matching ^ok$
import signal
import time
n = [0]
depth = 0
def handler(number, frame):
    global depth
    depth += 1
    n[0] += 1
    for _ in range(100): pass
    depth -= 1
signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 1e-5, 1e-5)
end = time.monotonic() + 1
x = 0
while time.monotonic() < end:
    x += 1
    sorted([3, 2, 1], key=lambda k: -k)
signal.setitimer(signal.ITIMER_REAL, 0)
print("RESULT", "ok" if n[0] > 100 and x > 100 and depth == 0 else (n, x, depth))
