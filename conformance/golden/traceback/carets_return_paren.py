def f(x):
    return (
        x.first +
        x.second
    )
f(5)
