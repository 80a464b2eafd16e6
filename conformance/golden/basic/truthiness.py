for v in (0, 1, "", "a", [], [0], {}, None, 0.0, True, (), range(0), b"", 0j, set()): print(repr(v), bool(v), not v)
