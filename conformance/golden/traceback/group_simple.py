raise ExceptionGroup("two problems", [ValueError("one"), KeyError("two")])
