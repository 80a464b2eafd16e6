def t(f):
    try:
        f()
    except Exception as e:
        print(type(e).__name__ + ":", e)
class Empty: pass
class OnlyEnter:
    def __enter__(self): return 1
class OnlyExit:
    def __exit__(self, *a): return None
class OnInstance:
    def __init__(self):
        self.__enter__ = lambda: 1
        self.__exit__ = lambda *a: None
class AsyncOnly:
    async def __aenter__(self): pass
    async def __aexit__(self, *a): pass
def w(cm):
    with cm:
        print("body")
for c in (Empty(), OnlyEnter(), OnlyExit(), OnInstance(), AsyncOnly(), 5, None):
    t(lambda: w(c))
class BadBool:
    def __bool__(self): raise ZeroDivisionError("bool")
class CM:
    def __enter__(self): pass
    def __exit__(self, *a): return BadBool()
def g():
    with CM():
        raise ValueError
t(g)
class Args:
    def __enter__(self): pass
    def __exit__(self): pass
t(lambda: w(Args()))
class Cls:
    @classmethod
    def __enter__(cls):
        print("class enter", cls.__name__)
    @staticmethod
    def __exit__(*a):
        print("static exit", len(a))
        return True
w(Cls())
