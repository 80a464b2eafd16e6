U = int | str
print(U, type(U), U.__args__, U == str | int, hash(U) == hash(str | int), int | int, int | None, None | int, U | float | int)
print(list[int], dict[str, int], tuple[int, ...], tuple[()], type(list[int]), list[int].__origin__, list[int].__args__, list[int].__parameters__)
print(list[int]([1, 2]), dict[str, int](a=1), list[int] == list[int], list[int] == list[str], hash(list[int]) == hash(list[int]))
print(isinstance(list[int], type), list[int].append is list.append, list[list[int]], list["fwd"], set[int] | None)
def t(f):
    try: print(f())
    except TypeError as e: print(e)
t(lambda: int | 5)
t(lambda: 5 | int)
t(lambda: int | "x")
t(lambda: int[5])
t(lambda: list[int][str])
t(lambda: type[int])
t(lambda: U[int])
t(lambda: U())
t(lambda: list[int] | 5)
t(lambda: frozenset[int])
t(lambda: isinstance([], list[int]))
class A: pass
print((A | int).__args__[0].__name__, repr(A | None), repr(list[A]))
class MyList(list): pass
print(MyList[int]().__class__.__name__)
class Sub(list[int]): pass
print(Sub.__bases__, Sub.__orig_bases__, Sub([1]))
print(enumerate[int], range(3), filter, zip)
GA = type(list[int])
g = GA(dict, (int, str))
print(g, g.__origin__, GA(list, 5).__args__)
print(list[int].__class__, list[int].__doc__ == list.__doc__, dir(list[int]) == dir(list[int]))
try: list[int].nope
except AttributeError as e: print(e)
print([*tuple[int, str]], (*list[int],))
