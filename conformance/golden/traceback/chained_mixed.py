try:
    try:
        raise OSError(2, "No such file", "x.txt")
    except OSError:
        raise KeyError("second")
except KeyError as e:
    raise TypeError("third") from e
