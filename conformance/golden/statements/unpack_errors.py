def t(f):
    try:
        f()
    except Exception as e:
        print(type(e).__name__ + ":", e)

def one():
    a, b = (1,)
def two():
    a, b = 1, 2, 3
def three():
    a, *b, c = (1,)
def four():
    a, b = 5
def five():
    a, b = {}
def six():
    *a, = None
def seven():
    (a, b), c = (1, 2), 3
    (a, b), c = 1, 2
def eight():
    a, b, c, *d = "ab"
def nine():
    for a, b in [(1, 2), (3,)]:
        print(a, b)
def ten():
    a, b = iter([1, 2, 3])
def eleven():
    [] = ()
    () = []
    print("empty targets")
    [] = [1]
def twelve():
    a, b = 1, 2, 3, 4, 5
class It:
    def __iter__(self):
        return self
    def __next__(self):
        raise ValueError("broken iterator")
def thirteen():
    a, b = It()
class NoIter:
    __iter__ = None
def fourteen():
    a, = NoIter()
for f in (one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, thirteen, fourteen):
    t(f)
