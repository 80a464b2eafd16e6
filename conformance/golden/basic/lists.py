l = [3, 1, 2]
l.append(4)
l.sort()
print(l, len(l), l[0], l[-1], l[1:3], sum(l), max(l), min(l), 2 in l)
l[0] = 10
del l[1]
l.insert(1, "x")
l.extend([5, 6])
print(l, l.index("x"), l.count(5), l.pop(), l.pop(0), l)
l.reverse()
print(l, [1] + [2], [0] * 3, list("abc"), list(range(5)), [[1, 2], [3]])
