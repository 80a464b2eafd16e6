"""throw() of a class that makes no exception; states of what has not started."""
import inspect


class E(Exception):
    def __new__(cls, *args, **kwargs):
        return cls


def plain():
    yield


gen = plain()
try:
    gen.throw(E)
except TypeError as e:
    print(e)
print(list(gen))


def guarded():
    try:
        yield
    except TypeError as e:
        print("inside:", e)


gen = guarded()
next(gen)
print(next(gen, "over") if False else "", end="")
try:
    gen.throw(E)
except StopIteration:
    print("stopped")

gen = plain()
print(inspect.getgeneratorstate(gen))
next(gen)
print(inspect.getgeneratorstate(gen))
gen.close()
print(inspect.getgeneratorstate(gen))


async def co():
    pass


c = co()
print(inspect.getcoroutinestate(c))
c.close()
print(inspect.getcoroutinestate(c))
