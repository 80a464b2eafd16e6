# multiprocessing over fork: processes, locks, queues, pools, semaphores.
import multiprocessing as mp
import os
import sys


def work(n):
    return n * n


def child(lock, queue, value):
    with lock:
        queue.put((value, os.getpid() != parent))


def fail(n):
    raise ValueError(n)


parent = os.getpid()
if __name__ == "__main__":
    mp.set_start_method("fork")
    lock, queue = mp.Lock(), mp.Queue()
    processes = [mp.Process(target=child, args=(lock, queue, i)) for i in range(3)]
    for p in processes:
        p.start()
    print(sorted(queue.get(timeout=60) for _ in processes))
    for p in processes:
        p.join()
    print([p.exitcode for p in processes])
    with mp.Pool(2) as pool:
        print(pool.map(work, range(8)), pool.apply(work, (9,)), list(pool.imap(work, range(3))))
        try:
            pool.apply(fail, (5,))
        except ValueError as e:
            print("ValueError", e)
    ours, theirs = mp.Pipe()
    p = mp.Process(target=lambda: (theirs.send({"k": [1, 2]}), sys.exit(3)))
    p.start()
    print(ours.recv())
    p.join()
    print(p.exitcode)
    semaphore = mp.Semaphore(2)
    print(semaphore.acquire(), semaphore.acquire(), semaphore.acquire(False), semaphore.acquire(timeout=0.01))
    semaphore.release()
    print(semaphore.get_value())
    bounded = mp.BoundedSemaphore(1)
    try:
        bounded.release()
    except ValueError as e:
        print(e)
    r = mp.RLock()
    print(r.acquire(), r.acquire(), r._semlock._count(), r._semlock._is_mine())
    r.release()
    r.release()
    try:
        r.release()
    except AssertionError as e:
        print(e)
    event = mp.Event()
    p = mp.Process(target=event.set)
    p.start()
    print(event.wait(60))
    p.join()
    import _multiprocessing

    for args in [(7, 1, 1, "/x", True), (1, 1, 1, "/no/such/place", True)]:
        try:
            _multiprocessing.SemLock(*args)
        except (ValueError, OSError) as e:
            print(type(e).__name__)
    import _posixshmem

    name = f"/taipan-test-{os.getpid()}"
    fd = _posixshmem.shm_open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode=0o600)
    os.ftruncate(fd, 10)
    print(os.fstat(fd).st_size, os.get_inheritable(fd))
    os.close(fd)
    _posixshmem.shm_unlink(name)
    try:
        _posixshmem.shm_unlink(name)
    except FileNotFoundError as e:
        print(e.filename == name)
