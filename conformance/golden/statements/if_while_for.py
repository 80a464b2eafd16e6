def classify(n):
    if n < 0:
        return "neg"
    elif n == 0:
        return "zero"
    elif n < 10:
        return "small"
    else:
        return "big"
print([classify(n) for n in (-5, 0, 5, 50)])
n = 0
while n < 5:
    n += 1
    if n == 2:
        continue
    if n == 4:
        break
    print("n", n)
else:
    print("not reached")
while n < 6:
    n += 1
else:
    print("while else", n)
for i in range(3):
    if i == 5:
        break
else:
    print("for else", i)
for i in []:
    pass
else:
    print("empty for else, i stays", i)
for i, (a, *b) in enumerate([(1, 2, 3), "xy"]):
    print(i, a, b)
lst = []
for lst[len(lst):] in [[1], [2, 3]]:
    pass
print(lst)
class D: pass
o = D()
for o.x in range(3): pass
print(o.x)
def nested():
    for i in range(3):
        for j in range(3):
            if j == 1:
                break
            if i == 1:
                continue
            print(i, j)
        else:
            print("no break")
    return i, j
print(nested())
x = [1, 2, 3]
for v in x:
    if v < 10:
        x.append(v + 10)
print(x)
for ch in "héλ😀":
    print(ch, end=" ")
print()
i = 100
while True:
    i -= 7
    if i % 5: continue
    print(i)
    if i < 50: break
