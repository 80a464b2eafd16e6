def f():
    try:
        raise ValueError("first")
    finally:
        raise KeyError("in finally")
f()
