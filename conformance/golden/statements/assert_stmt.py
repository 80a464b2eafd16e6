def t(f):
    try:
        f()
        print("fine")
    except AssertionError as e:
        print("AssertionError", e.args)
def a(): assert True
def b(): assert False
def c(): assert False, "message"
def d(): assert [], (1, 2)
def e(): assert (), None
def side():
    print("message evaluated")
    return "late"
def f(): assert 1, side()
def g(): assert 0, side()
for fn in (a, b, c, d, e, f, g): t(fn)
print(__debug__)
AssertionError_saved = AssertionError
AssertionError = ValueError
try:
    assert False, "real one is used"
except AssertionError_saved as e:
    print("saved", e)
class B:
    def __bool__(self):
        print("bool called")
        return False
AssertionError = AssertionError_saved
try:
    assert B()
except AssertionError as e:
    print(repr(e))
