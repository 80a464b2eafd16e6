"""sys.setrecursionlimit counts what is native of the calls that are active."""
import sys


def relative(n):
    depth = 1
    while True:
        try:
            sys.setrecursionlimit(depth)
        except RecursionError:
            depth += 1
        else:
            break
    sys.setrecursionlimit(depth + n)


def both():
    try:
        both()
    except RecursionError:
        both()


def run(key):
    relative(8)
    try:
        both()
    except RecursionError:
        print("stopped")
    finally:
        sys.setrecursionlimit(1000)
    return key


sorted([1], key=lambda a: sorted([a], key=lambda b: sorted([b], key=run)))
run(0)
