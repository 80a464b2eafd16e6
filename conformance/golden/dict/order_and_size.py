d = {}
for i in range(20): d[i] = i
for i in range(0, 20, 3): del d[i]
d[0] = "again"; d["x"] = 1; d[5] = "updated"
print(list(d.items()))
for _ in range(3): print(d.popitem(), end=" ")
print(len(d))
d2 = {}
for i in range(5000): d2[str(i)] = i
for i in range(0, 5000, 2): del d2[str(i)]
print(len(d2), list(d2)[:5], list(d2)[-3:], d2["4999"], "4998" in d2, sum(d2.values()))
for i in range(5000, 6000): d2[str(i)] = i
print(list(d2)[2499:2502], len(d2))
class H:
    def __init__(self, n): self.n = n
    def __hash__(self): return self.n % 3
    def __eq__(self, o): return self.n == o.n
    def __repr__(self): return f"H{self.n}"
d3 = {H(i): i for i in range(10)}
print(d3, d3[H(7)], H(11) in d3); del d3[H(4)]; d3[H(4)] = "re"; print(list(d3.values()))
a = {"x": 1, "y": 2}; b = {"y": 2, "x": 1}
print(a == b, list(a) == list(b), str(a) == str(b), a.items() == b.items())
def kw(**k): return list(k)
print(kw(z=1, **{"y": 2, "x": 3}), list({**{"b": 1}, "a": 2, **{"b": 3}}), list({"b": 1} | {"a": 1, "b": 2}))
e = dict.fromkeys(range(10)); e.update(dict.fromkeys(range(5, 15))); print(list(e))
n = {2**i: i for i in range(70)}; print(n[2**69], n[1.0], len(n), 2.0**60 in n)
k = {i * 2**32: i for i in range(1000)}; print(sum(k[i * 2**32] for i in range(1000)), len(k))
f = {float(i): i for i in range(10)}; print(f[3], f, {-1: "a", -2: "b"}[-2])
x = {}; x["a"] = x.pop("a", 0) + 1; x.setdefault("l", []).append(1); print(x)
while x: x.popitem()
print(x); x["new"] = 1; print(x)
