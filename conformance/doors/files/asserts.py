"""Doc of the module."""
def f():
    """Doc."""
    assert 0, "no"
    return f.__doc__
class C:
    """Doc of C."""
try:
    print(f())
except AssertionError as e:
    print("AssertionError", e)
print(__debug__, f.__doc__, C.__doc__, __doc__)
if __debug__:
    print("debug")
