# _posixsubprocess.fork_exec: the words of its errors
import _posixsubprocess

good = [[b"true"], [b"/bin/true"], True, (), None, None, -1, -1, -1, -1, -1, -1, 50, 51, True, False,
        -1, None, None, None, -1, None, True]


def t(changes):
    args = list(good)
    for i, value in changes.items():
        args[i] = value
    try:
        _posixsubprocess.fork_exec(*args)
    except BaseException as e:
        print(type(e).__name__, e)


t({0: 1})
t({0: [1]})
t({0: ["a\0"]})
t({1: ["a"]})
t({1: [b"a\0"]})
t({3: []})
t({3: (2, 1)})
t({3: (-1,)})
t({3: ("a",)})
t({3: (2 ** 40,)})
t({4: 1})
t({5: ["a"]})
t({13: 2})
t({18: 1})
t({18: [0] * 65537})
t({18: ["a"]})
t({18: [-5]})
t({17: "a"})
t({17: -2})
t({19: 2 ** 40})
t({6: "x"})
try:
    _posixsubprocess.fork_exec()
except TypeError as e:
    print(e)
