def handled(f):
    try:
        return f()
    except (ValueError, TypeError) as e:
        print(e)
    finally:
        print("done")


def managed(a):
    with a as b:
        for c in b:
            if c:
                break
    return b


def grouped(f):
    try:
        f()
    except* OSError as e:
        print(e)
