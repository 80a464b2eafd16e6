x = 5
x += 1; x -= 2; x *= 3; x //= 2; x **= 2; x %= 7
print(x)
l = [1]; m = l; l += [2]; print(m); l = l + [3]; print(m, l)
s = "a"; s += "b"; s *= 2; print(s)
d = {"k": 1}; d["k"] += 5; d |= {"z": 1}; print(d)
