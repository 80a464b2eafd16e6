n = 0
def subject():
    global n
    n += 1
    return n
match subject():
    case 5: print("5")
    case 6: print("6")
    case 1: print("first call")
print(n)
log = []
class T(tuple):
    def __len__(self):
        log.append("len")
        return tuple.__len__(self)
    def __getitem__(self, i):
        log.append(("get", i))
        return tuple.__getitem__(self, i)
    def __iter__(self):
        log.append("iter")
        return tuple.__iter__(self)
match T((1, 2, 3)):
    case [1, *_, 3]: print("hit")
print([x for x in log if x != "len"])
class A:
    def __getattr__(self, name):
        print("getattr", name)
        if name in ("p", "q"): return name * 2
        raise AttributeError(name)
match A():
    case A(p="pp", r=_): print("no")
    case A(p="pp", q="xx"): print("no")
    case A(q="qq"): print("yes")
class Meta(type):
    def __instancecheck__(cls, o):
        print("instancecheck", o)
        return o == 3
class K(metaclass=Meta): pass
match 3:
    case K(): print("by instancecheck")
match 4:
    case K(): print("no")
    case _: print("not")
def ret():
    for i in range(10):
        match i:
            case 3: continue
            case 6: break
            case _ if i % 2: print("odd", i)
    return i
print(ret())
async def co():
    match [1, 2]:
        case [a, b]: return a + b
try: co().send(None)
except StopIteration as e: print(e.value)
def gen():
    match (yield "start"):
        case [x, y]: yield x + y
        case _: yield "none"
g = gen(); print(next(g), g.send([1, 2]))
