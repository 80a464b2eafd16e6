a, b, c, d = 7, 3, 2, 5
exprs = """a + b * c
(a + b) * c
a - b - c
a ** b ** c
-a ** 2
a // b % c
a << b + c
a & b | c ^ d
a | b & c
not a == b
not a and b or c
a < b or c > d and a
a if b else c if d else 0
lambda: a if b else c
a == b == c
a < b < c
a in (a, b) and not c in (a,)
a is not b
~a + b
-a + +b
a * -b
a ** -b
a % b * c
a / b / c
a @ b if 0 else 1
a and b and c or d
a or b and c
not not a
a != b != c
a + b > c - d
a & b == b
a | b < c
(a, b) < (c, d)
a, b + c
[a, b][c > d]
a - (b - (c - d))
(lambda x: x * 2)(a) + b
a if not b else -c
a ^ b ^ c
a >> 1 << 2
1 + (a := 9) * 2
a.__add__(b) * c
-a.bit_length()
2 ** a.bit_length()
await_ if 0 else a""".split("\n")
for e in exprs:
    r = eval(e)
    print(e, "=", r() if callable(r) else r)
