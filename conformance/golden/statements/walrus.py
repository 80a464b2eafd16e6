if (n := len("hello")) > 3:
    print(n)
print([y := 1, y ** 2, y + 5])
data = [1, 5, 8, 3]
print([sq for v in data if (sq := v * v) > 10], sq)
print(any((hit := v) > 4 for v in data), hit)
it = iter([3, 2, 0, 9])
while (item := next(it)):
    print("item", item)
def f(x): return x
print(f(x=(q := 5)), q)
print((a := 1, b := 2), a, b)
def scope():
    total = 0
    r = [total := total + v for v in range(5)]
    return r, total
print(scope())
def nl():
    acc = 0
    def inner():
        nonlocal acc
        return [acc := acc + i for i in range(4)]
    return inner(), acc
print(nl())
print({(k := 2): (v := 3)}, k, v)
lst = list(range(6))
print(lst[(i := 2)], lst[(s := 1):4], i, s)
x = f"{(w := 7)} {w:=3}"
print(x, w)
lam = lambda: (zz := 3) + zz
print(lam())
