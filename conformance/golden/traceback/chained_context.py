def a():
    try:
        {}["k"]
    except KeyError:
        undefined
a()
