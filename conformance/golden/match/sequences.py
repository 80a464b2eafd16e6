def f(s):
    match s:
        case []: return "empty"
        case [1]: return "just one"
        case [1, 2, *rest]: return "1 2 then", rest
        case [*init, "end"]: return "ends", init
        case [a, *mid, 9]: return "a..9", a, mid
        case (x, [y, z]): return "nested", x, y, z
        case [_, _, _]: return "three"
        case [*_]: return "any seq"
        case _: return "no"
for s in ([], (1,), [1, 2], [1, 2, 3, 4], ["x", "end"], [5, 6, 7, 9], [3, [4, 5]], [7, 7, 7], (8, 8), "str", b"by",
          bytearray(b"x"), range(2), {1, 2}, iter([1]), {1: 2}, None, memoryview(b"ab")):
    print(type(s).__name__, f(s))
class Seq:
    def __len__(self): return 2
    def __getitem__(self, i): return "ab"[i]
print(f(Seq()))
class MyList(list): pass
print(f(MyList([1, 2, 5])))
class MyTuple(tuple): pass
print(f(MyTuple()))
def star_only(s):
    match s:
        case [*all_]: return all_, type(all_).__name__
print(star_only((1, 2)), star_only([]))
def g(s):
    match s:
        case (a, b), c: return a, b, c
        case (a,): return a
        case a, : return "never"
print(g([[1, 2], 3]), g([4]))
