def squares(items):
    for x in items:
        yield x * x
    return (yield from items)


async def gather(source):
    async with source as s:
        return [await x async for x in s if x]
