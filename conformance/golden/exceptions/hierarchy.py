names = """BaseException SystemExit KeyboardInterrupt GeneratorExit Exception StopIteration StopAsyncIteration ArithmeticError FloatingPointError OverflowError
ZeroDivisionError AssertionError AttributeError BufferError EOFError ImportError ModuleNotFoundError LookupError IndexError KeyError MemoryError NameError UnboundLocalError
OSError BlockingIOError ChildProcessError ConnectionError BrokenPipeError ConnectionAbortedError ConnectionRefusedError ConnectionResetError FileExistsError FileNotFoundError
InterruptedError IsADirectoryError NotADirectoryError PermissionError ProcessLookupError TimeoutError ReferenceError RuntimeError NotImplementedError RecursionError
SyntaxError IndentationError TabError SystemError TypeError ValueError UnicodeError UnicodeDecodeError UnicodeEncodeError UnicodeTranslateError
Warning DeprecationWarning PendingDeprecationWarning RuntimeWarning SyntaxWarning UserWarning FutureWarning ImportWarning UnicodeWarning BytesWarning ResourceWarning EncodingWarning
BaseExceptionGroup ExceptionGroup"""
import builtins
for n in names.split():
    c = getattr(builtins, n)
    print(n, [b.__name__ for b in c.__mro__[1:-1]], c.__module__)
class Sub(ValueError, KeyError): pass
print([c.__name__ for c in Sub.__mro__], repr(Sub("x")), str(Sub("x")))
try:
    class Bad(OSError, SyntaxError): pass
except TypeError as e: print(e)
class My(Exception):
    def __init__(self, a, b=2):
        self.a = a
m = My(1)
print(m.args, m.a, repr(m), str(m))
class Str(Exception):
    def __str__(self): return "custom"
print(str(Str(1)), repr(Str(1)))
e = ValueError("a")
e.extra = 5
print(e.__dict__, e.extra)
e.args = [1, 2]
print(e.args, e, repr(e))
try: e.args = 5
except TypeError as x: print(x)
try: del e.args
except TypeError as x: print(x)
print(issubclass(ExceptionGroup, Exception), issubclass(BaseExceptionGroup, Exception))
