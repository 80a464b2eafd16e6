l = list(range(10))
print(l[2:5], l[:3], l[7:], l[::3], l[::-1], l[8:2:-2], l[-3:], l[:-7], l[5:5], l[100:], l[-100:2], l[10:0:-3], l[3:3:-1])
def act(src):
    l = list(range(10))
    try:
        exec(src, {"l": l})
        print(src, "->", l)
    except Exception as e: print(src, "->", type(e).__name__ + ":", e)
for src in ("l[2:5] = []", "l[2:5] = 'abcdef'", "l[5:2] = [99]", "l[:] = [1]", "l[:0] = [7, 8]", "l[100:] = [1]", "l[::2] = [0] * 5", "l[::2] = [1, 2]", "l[::-1] = range(10)", "l[::-2] = 'abcde'", "l[1:1] = l", "l[:] = l", "l[::2] = 5", "l[1:2] = 5", "l[2:4] = (x for x in 'gen')", "l[0:5:1] = []", "l[8:2:-3] = 'xy'", "l[::0] = []", "del l[2:5]", "del l[::2]", "del l[::-3]", "del l[5:2]", "del l[:]", "del l[-3:]", "del l[1:9:4]", "del l[100:]", "del l[::0]", "del l[3]", "del l[-1]", "del l[10]", "del l['x']", "l[10] = 1", "l[-11] = 1", "l['x'] = 1", "l[None] = 1", "l[1.0]", "l[True] = 'T'", "l[10**30]", "l[10**30] = 1", "l[:10**30] = []", "l['a':] = []", "l[::2], l[1] = [9] * 5, 'x'", "l[1:4:2] = [1, 2, 3]", "l[3:3:2] = []", "l[3:3:2] = [1]"): act(src)
class I:
    def __index__(self): return 2
print(l[I()], l[I():], l[:I()], l[::I()])
s = slice(1, 5, 2)
print(l[s], s.indices(4), slice(None, None, -1).indices(5), slice(-100, 100).indices(5), slice(3, -100, -2).indices(6))
try: s.indices(-1)
except ValueError as e: print(e)
try: slice(1, 2, 0).indices(5)
except ValueError as e: print(e)
try: slice()
except TypeError as e: print(e)
print(slice(1), slice(1, 2), slice(None), slice("a", [1], ()), slice(1, 2) == slice(1, 2), slice(1, 2) < slice(1, 3))
