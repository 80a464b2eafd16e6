a, *b, c = range(5)
(d, e), f = (1, 2), 3
print(a, b, c, d, e, f, [*b, *"x"], {**{"k": 1}})
for i, (p, q) in enumerate([(1, 2), (3, 4)]): print(i, p, q)
