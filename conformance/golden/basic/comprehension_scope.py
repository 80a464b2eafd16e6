x = 5
l = [x for x in range(3)]
print(l, x, [[i * j for j in range(3)] for i in range(3)], [a for b in [[1, 2], [3]] for a in b], {k: v for v, k in enumerate("ab")})
