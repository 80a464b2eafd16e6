values = [
    1,
    2,
    int("not a number"),
    4,
]
