vals = [0, 1, -1, 5, -6, 255, -256, 2**31 - 1, -2**31, 2**62, 2**63, -2**63 - 1, 2**64 - 1, -2**64, 3**45, -3**45]
for a in vals:
    print(a, ~a, -a, +a, abs(a), a.bit_length(), a.bit_count(), [a >> n for n in (0, 1, 7, 31, 63, 64, 200)], [a << n for n in (0, 1, 30, 62, 63, 64)])
for a in vals:
    for b in vals:
        print(a & b, a | b, a ^ b, end=" ")
    print()
