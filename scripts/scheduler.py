"""Cooperative tasks made of generators: sleeping, channels, waiting for each other, failures."""


class Task:
    def __init__(self, name, gen):
        self.name, self.gen = name, gen
        self.result = self.error = None
        self.done, self.waiters = False, []


class Sleep:
    def __init__(self, ticks):
        self.ticks = ticks


class Channel:
    def __init__(self):
        self.items, self.readers = [], []


class Send:
    def __init__(self, channel, item):
        self.channel, self.item = channel, item


class Receive:
    def __init__(self, channel):
        self.channel = channel


class Scheduler:
    def __init__(self):
        self.now, self.ready, self.sleeping, self.order, self.log = 0, [], [], 0, []

    def say(self, *words):
        line = f"{self.now:3} " + " ".join(map(str, words))
        self.log.append(line)
        print(line)

    def spawn(self, name, gen):
        task = Task(name, gen)
        self.ready.append((task, None, None))
        return task

    def run(self):
        while self.ready or self.sleeping:
            if not self.ready:
                self.sleeping.sort()
                self.now = self.sleeping[0][0]
                while self.sleeping and self.sleeping[0][0] == self.now:
                    self.ready.append((self.sleeping.pop(0)[2], None, None))
            self.step(*self.ready.pop(0))

    def step(self, task, value, error):
        try:
            wants = task.gen.throw(error) if error else task.gen.send(value)
        except StopIteration as stop:
            self.finish(task, stop.value, None)
            return
        except Exception as failure:
            self.say(task.name, "failed:", repr(failure))
            self.finish(task, None, failure)
            return
        match wants:
            case Sleep(ticks=ticks):
                self.order += 1
                self.sleeping.append((self.now + ticks, self.order, task))
            case Send(channel=channel, item=item):
                if channel.readers:
                    self.ready.append((channel.readers.pop(0), item, None))
                else:
                    channel.items.append(item)
                self.ready.append((task, None, None))
            case Receive(channel=channel):
                if channel.items:
                    self.ready.append((task, channel.items.pop(0), None))
                else:
                    channel.readers.append(task)
            case Task() if wants.done:
                self.ready.append((task, wants.result, wants.error))
            case Task():
                wants.waiters.append(task)
            case _:
                self.ready.append((task, None, TypeError(f"cannot wait for {wants!r}")))

    def finish(self, task, result, error):
        task.done, task.result, task.error = True, result, error
        self.ready.extend((waiter, result, error) for waiter in task.waiters)


def producer(s, channel, n):
    for i in range(n):
        yield Sleep(3)
        yield Send(channel, i * i)
    yield Send(channel, None)
    return f"made {n}"


def consumer(s, name, channel, out):
    while (item := (yield Receive(channel))) is not None:
        s.say(name, "got", item)
        out.append(item)
        yield Sleep(5)
    yield Send(channel, None)
    return name


def failing(s):
    yield Sleep(7)
    raise ValueError("broken part")


def main(s):
    channel, out = Channel(), []
    p = s.spawn("producer", producer(s, channel, 6))
    consumers = [s.spawn(f"c{i}", consumer(s, f"c{i}", channel, out)) for i in range(2)]
    bad = s.spawn("bad", failing(s))
    s.say("producer returned", (yield p))
    for c in consumers:
        s.say("consumer returned", (yield c))
    try:
        yield bad
    except ValueError as e:
        s.say("caught", e)
    try:
        yield 42
    except TypeError as e:
        s.say(e)
    return sum(out)


if __name__ == "__main__":
    scheduler = Scheduler()
    task = scheduler.spawn("main", main(scheduler))
    scheduler.run()
    print("sum", task.result, "lines", len(scheduler.log))
