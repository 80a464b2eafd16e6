it = iter([1, 2]); print(next(it), next(it), next(it, None))
print(list(zip("ab", [1, 2])), list(map(str, [1])), list(filter(None, [0, 1])), list(enumerate("a")), any([0, 1]), all([]), list(reversed("ab")), sum([1, 2]))
class R:
    def __init__(self, n): self.n = n
    def __iter__(self):
        for i in range(self.n): yield i
print(list(R(3)), 2 in R(3), max(R(4)), [*R(2)])
