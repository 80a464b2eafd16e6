import sys
def hook(u):
    print(u.exc_type.__name__, u.exc_value, u.exc_traceback.tb_lineno, u.err_msg, u.object.__qualname__)
sys.unraisablehook = hook
class D:
    def __del__(self):
        raise ValueError("in del")
d = D()
del d
print("continues")
