# Tasks: steps, names, contexts, cancellation and its refusal, errors, who runs.
import asyncio
import contextvars

var = contextvars.ContextVar("var", default=0)


async def child(n):
    var.set(n)
    await asyncio.sleep(0)
    return n, var.get()


async def basics():
    task = asyncio.create_task(child(1), name="one")
    print(task.get_name(), task.done(), asyncio.current_task() in asyncio.all_tasks(), len(asyncio.all_tasks()))
    print(await task, var.get())
    task.set_name(12)
    print(repr(task.get_name()), task.get_coro().__name__)
    print(await asyncio.gather(*[child(i) for i in range(4)]))
    context = contextvars.copy_context()
    await asyncio.create_task(child("own"), context=context)
    print(context[var], var.get())
    for attempt in (lambda: task.set_result(1), lambda: task.set_exception(ValueError())):
        try:
            attempt()
        except RuntimeError as e:
            print(e)
    try:
        asyncio.create_task(3)
    except TypeError as e:
        print(e)


async def cancelling():
    async def stubborn():
        for i in range(2):
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError as e:
                print("refused", i, e.args, asyncio.current_task().cancelling())
        return "done"

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    print(task.cancel("first"))
    await asyncio.sleep(0)
    print(task.cancel(), task.cancelling(), task.uncancel())
    print(await task, task.cancelled())

    async def outer():
        await inner

    inner = asyncio.create_task(asyncio.sleep(10))
    task = asyncio.create_task(outer())
    await asyncio.sleep(0)
    task.cancel("through")
    try:
        await task
    except asyncio.CancelledError as e:
        print("cancelled", e.args, inner.cancelled(), task.cancelled())
    print(task.cancel())
    never = asyncio.create_task(asyncio.sleep(0))
    never.cancel()
    try:
        await never
    except asyncio.CancelledError:
        print("never began")


async def failing():
    async def boom():
        await asyncio.sleep(0)
        raise KeyError("gone")

    task = asyncio.create_task(boom())
    results = await asyncio.gather(task, child(2), return_exceptions=True)
    print(results)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(boom())
            waiting = group.create_task(asyncio.sleep(10))
    except* KeyError as e:
        print(e.exceptions, waiting.cancelled())


async def timing():
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(10)
    except TimeoutError:
        print("timeout")
    try:
        await asyncio.wait_for(asyncio.sleep(10), 0.01)
    except TimeoutError:
        print("wait_for")
    print(await asyncio.wait_for(child(5), 1))


async def itself():
    task = None

    async def waits():
        await task

    task = asyncio.create_task(waits())
    try:
        await task
    except RuntimeError as e:
        print(str(e).split(":")[0])


async def order():
    log = []

    async def step(name, times):
        for i in range(times):
            log.append((name, i))
            await asyncio.sleep(0)

    loop = asyncio.get_running_loop()
    loop.call_soon(log.append, "soon")
    loop.call_later(0, log.append, "later")
    await asyncio.gather(step("a", 3), step("b", 2))
    print(log)


for main in (basics, cancelling, failing, timing, itself, order):
    print("--", main.__name__)
    asyncio.run(main())
