vals = [0, 1, -1, 2, -2, 7, -7, 255, 2**31, -2**31, 2**62, -2**62, 2**63 - 1, 2**63, -2**63, 2**64, 10**20, -10**20, 3**50, -3**50]
for a in vals:
    for b in vals:
        r = [a + b, a - b, a * b]
        if b: r += [a // b, a % b, divmod(a, b) == (a // b, a % b), (a // b) * b + a % b == a]
        print(a, b, r)
