def make(n):
    try:
        raise ValueError(f"leaf {n}")
    except ValueError as e:
        return e
try:
    raise ExceptionGroup("inner", [make(1), TypeError("plain")])
except ExceptionGroup as g:
    inner = g
raise ExceptionGroup("outer", [make(2), inner, OSError(13, "denied")])
