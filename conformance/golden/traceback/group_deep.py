g = ValueError("bottom")
for i in range(12):
    g = ExceptionGroup(f"depth {i}", [g])
raise g
