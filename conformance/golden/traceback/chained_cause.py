def a():
    try:
        b()
    except KeyError as e:
        raise ValueError("from a") from e
def b():
    raise KeyError("from b")
a()
