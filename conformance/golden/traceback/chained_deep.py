def level(n):
    try:
        if n == 0: raise ValueError("level 0")
        level(n - 1)
    except ValueError as e:
        raise ValueError(f"level {n + 1}") from e
level(2)
