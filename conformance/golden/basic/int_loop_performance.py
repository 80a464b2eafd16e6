def f(n):
    s = 0
    for i in range(n):
        if i % 3 == 0: s += i
        elif i % 5: s -= 1
        else: s ^= i
    return s
print(f(200000))
def collatz(n):
    c = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        c += 1
    return c
print(max(range(1, 3000), key=collatz))
