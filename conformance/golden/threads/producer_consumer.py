import _thread
class Queue:
    def __init__(self):
        self.items, self.mutex, self.ready = [], _thread.allocate_lock(), _thread.allocate_lock()
        self.ready.acquire()
    def put(self, x):
        with self.mutex:
            self.items.append(x)
            if len(self.items) == 1: self.ready.release()
    def get(self):
        self.ready.acquire()
        with self.mutex:
            x = self.items.pop(0)
            if self.items: self.ready.release()
            return x
q, results, end = Queue(), Queue(), object()
def worker():
    while True:
        x = q.get()
        if x is end: results.put(end); return
        results.put(x * x)
for _ in range(3): _thread.start_new_thread(worker, ())
for i in range(50): q.put(i)
for _ in range(3): q.put(end)
got, ends = [], 0
while ends < 3:
    r = results.get()
    if r is end: ends += 1
    else: got.append(r)
print(sorted(got) == [i * i for i in range(50)], len(got))
def gen():
    for i in range(100): yield i
shared, mutex, sums, fin = gen(), _thread.allocate_lock(), [], _thread.allocate_lock()
fin.acquire(); left = [4]
def eat():
    s = 0
    while True:
        with mutex:
            v = next(shared, None)
        if v is None: break
        s += v
    with mutex:
        sums.append(s); left[0] -= 1
        if not left[0]: fin.release()
for _ in range(4): _thread.start_new_thread(eat, ())
fin.acquire(); print(sum(sums))
d, fin2 = {}, _thread.allocate_lock(); fin2.acquire(); n = [3]
def fill(k):
    for i in range(300): d[(k, i)] = i
    with mutex:
        n[0] -= 1
        if not n[0]: fin2.release()
for k in range(3): _thread.start_new_thread(fill, (k,))
fin2.acquire(); print(len(d))
