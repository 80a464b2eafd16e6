def g():
    yield 1
    raise SystemExit(12)
for x in g():
    print(x)
