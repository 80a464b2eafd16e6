print(1, 2, sep=","); print("a", end=""); print("b"); print(); print(None, True, ..., [None], ("a",), {"k": "v"}, 1.0, 1e100, "é日")
