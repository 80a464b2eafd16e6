# Arguments that do not fit, in the words of functions that are written in Python.
import asyncio
import selectors


async def nothing():
    pass


def told(function, *args, **keywords):
    try:
        result = function(*args, **keywords)
    except TypeError as error:
        print(error)
    else:
        print("no error", function)
        if asyncio.iscoroutine(result):
            result.close()


async def main():
    loop = asyncio.get_running_loop()
    told(asyncio.sleep)
    told(asyncio.sleep, 1, 2, 3)
    told(asyncio.sleep, 1, delay=3)
    told(asyncio.sleep, 1, x=3)
    told(asyncio.wait)
    told(asyncio.wait, 1, 2)
    told(asyncio.wait, 1, 2, timeout=3)
    told(asyncio.wait_for)
    told(asyncio.wait_for, 1)
    told(asyncio.wait_for, 1, 2, 3)
    told(asyncio.gather, x=1)
    told(asyncio.shield)
    told(asyncio.shield, 1, 2)
    told(asyncio.ensure_future)
    told(asyncio.ensure_future, 1, 2)
    told(asyncio.current_task, 1, 2)
    told(asyncio.all_tasks, x=1)

    for kind in asyncio.Lock, asyncio.Event, asyncio.Condition, asyncio.Semaphore, asyncio.BoundedSemaphore:
        told(kind, 1, 2, 3)
        told(kind, y=1)
    lock = asyncio.Lock()
    told(lock.acquire, 1)
    told(lock.acquire, x=1)
    told(lock.release, 1, 2)
    told(lock.locked, 1)
    told(asyncio.Lock.acquire)
    told(lock.__aexit__, 1)
    event = asyncio.Event()
    told(event.wait, 1)
    told(event.set, 1)
    condition = asyncio.Condition()
    told(condition.wait_for)
    told(condition.wait_for, 1, 2)
    told(condition.wait_for, 1, predicate=2)
    told(condition.notify, 1, 2)
    told(condition.notify_all, 1)
    semaphore = asyncio.BoundedSemaphore(2)
    told(semaphore.acquire, 1)
    told(semaphore.release, 1)
    for kind in asyncio.Queue, asyncio.LifoQueue, asyncio.PriorityQueue:
        told(kind, 1, 2)
        told(kind, x=2)
        queue = kind()
        told(queue.put)
        told(queue.put_nowait)
        told(queue.put, 1, 2)
        told(queue.get, 1)
        told(queue.get, timeout=1)
        told(queue.task_done, 1)
        told(queue._put)

    told(loop.call_soon)
    told(loop.call_soon, print, x=1)
    told(loop.call_later)
    told(loop.call_later, 1)
    told(loop.call_at, 1)
    told(loop.call_soon_threadsafe)
    told(loop.time, 1)
    told(loop.is_running, 1)
    told(loop.is_running, x=1)
    told(loop.create_future, 1)
    told(loop.create_task)
    told(loop.create_task, 1, 2)
    told(loop.create_task, coro=1, coroutine=2)
    told(loop.set_task_factory)
    told(loop.run_forever, 1)
    told(loop.stop, 1)
    told(loop._add_reader)
    told(loop._remove_writer)
    told(loop.add_reader, 1)
    told(loop.sock_recv)
    told(loop.sock_recv, 1)
    told(loop.sock_recv, 1, 2, 3)
    told(loop.sock_sendall, 1)
    told(loop.sock_accept)
    told(loop.sock_sendto, 1, 2)
    handle = loop.call_soon(print)
    told(handle.cancel, 1)
    told(handle.cancelled, 1)
    told(asyncio.Handle)
    told(asyncio.Handle, 1)
    told(asyncio.TimerHandle, 1)
    handle.cancel()

    reader = asyncio.StreamReader()
    told(reader.read, 1, 2)
    told(reader.readline, 1)
    told(reader.readexactly)
    told(reader.readuntil, b"a", b"b")
    told(reader.feed_data)
    told(reader.at_eof, 1)
    told(asyncio.StreamReader, 1, 2, 3)
    protocol = asyncio.StreamReaderProtocol(reader)
    told(asyncio.StreamReaderProtocol)
    told(protocol.data_received)
    told(protocol.connection_lost)
    told(asyncio.StreamWriter)
    told(asyncio.StreamWriter, 1, 2)


asyncio.run(main())

for kind in selectors.SelectSelector, selectors.PollSelector, selectors.EpollSelector:
    with kind() as selector:
        told(selector.select, 1, 2)
        told(selector.unregister)
        told(selector.modify, 1)
        told(selector.get_key)
        told(selector.get_map, 1)
        told(selector.close, 1)
    told(kind, 1)
