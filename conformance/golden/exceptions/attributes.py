def show(e, *names):
    print(type(e).__name__, repr(e), str(e), e.args, {n: getattr(e, n) for n in names})
show(Exception()); show(Exception(1)); show(Exception(1, "b")); show(Exception("x"))
show(KeyError("k")); show(KeyError()); show(KeyError(1, 2)); show(KeyError("it's"))
show(OSError(2, "No such"), "errno", "strerror", "filename", "filename2")
show(OSError(2, "No such", "file.txt"), "errno", "strerror", "filename")
show(OSError(2, "No such", "a", None, "b"), "filename", "filename2")
show(OSError("just text"), "errno", "strerror")
show(OSError(1, 2, 3, 4, 5)); show(OSError())
for n in (1, 2, 4, 11, 17, 20, 21, 13, 32, 104, 111, 103, 110, 10, 3, 9999):
    print(n, type(OSError(n, "x")).__name__)
print(IOError is OSError, EnvironmentError is OSError)
show(FileNotFoundError(13, "m")); 
show(SyntaxError("bad"), "msg", "filename", "lineno", "offset", "text", "end_lineno", "end_offset", "print_file_and_line")
show(SyntaxError("bad", ("f.py", 3, 7, "the text", 3, 9)), "msg", "filename", "lineno", "offset", "text", "end_lineno", "end_offset")
show(SystemExit(), "code"); show(SystemExit(3), "code"); show(SystemExit(1, 2), "code")
show(StopIteration(5), "value")
show(NameError("n", name="nm"), "name"); show(AttributeError("a", name="at", obj=5), "name", "obj")
show(ImportError("i", name="mod", path="/p"), "name", "path", "msg")
show(ImportError(), "name", "path", "msg"); show(ModuleNotFoundError("m", name="x"), "name")
show(UnicodeDecodeError("utf-8", b"\xff\xfe", 0, 1, "why"), "encoding", "object", "start", "end", "reason")
show(UnicodeDecodeError("utf-8", b"\xff\xfe", 0, 2, "why"))
show(UnicodeEncodeError("ascii", "h\xe9", 1, 2, "why")); show(UnicodeEncodeError("ascii", "h\u1234\U0001f600", 1, 3, "why"))
show(UnicodeEncodeError("ascii", "\u1234", 0, 1, "why")); show(UnicodeEncodeError("x", "\U0001f600", 0, 1, "why"))
show(UnicodeTranslateError("h\xe9", 1, 2, "why"))
for bad in (lambda: UnicodeDecodeError(), lambda: UnicodeDecodeError(1, 2, 3, 4, 5), lambda: NameError(name="a", x=1), lambda: ValueError(a=1), lambda: ImportError(x=1),
            lambda: SyntaxError("m", (1, 2)), lambda: SyntaxError("m", 5), lambda: OSError(x=1), lambda: AttributeError("x", name="y", obj=1, z=2)):
    try: print(repr(bad()))
    except Exception as e: print(type(e).__name__, e)
