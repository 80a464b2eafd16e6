# Two threads wait for the end of a third: whoever has its lock first may find the other one at it already.
import threading
import time


def ends(event):
    event.wait()


wrong = []


def waits(thread, timeout):
    try:
        thread.join(timeout)
        if thread.is_alive():
            wrong.append("alive")
    except BaseException as e:
        wrong.append(repr(e))


for turn in range(300):
    event = threading.Event()
    third = threading.Thread(target=ends, args=(event,))
    third.start()
    others = [threading.Thread(target=waits, args=(third, timeout)) for timeout in (10, None, 20)]
    for other in others:
        other.start()
    if turn % 3 == 0:
        time.sleep(0.001)
    event.set()
    waits(third, None)
    for other in others:
        other.join()
print(sorted(set(wrong)))

# What locked() says is what has been told to Python.
lock = threading.Lock()
lock.acquire()
taken = []
takers = [threading.Thread(target=lambda: (lock.acquire(), taken.append(lock.locked()))) for _ in range(5)]
for t in takers:
    t.start()
for t in takers:
    time.sleep(0.001)
    lock.release()
    while len(taken) < takers.index(t) + 1:
        time.sleep(0)
for t in takers:
    t.join()
print(taken, lock.locked())
lock.release()
print(lock.locked())
try:
    lock.release()
except RuntimeError as e:
    print(e)
