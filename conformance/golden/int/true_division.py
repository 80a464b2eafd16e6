pairs = [(1, 3), (-1, 3), (7, 2), (2**53 + 1, 1), (2**53 + 1, 3), (10**20, 3), (10**400, 10**399), (1, 10**400), (-10**400, 7 * 10**398), (2**1000, 2**999 + 1), (3**200, 2**300), (1, 2**1074), (1, 2**1075), (3, 2**1076), (123456789012345678901234567890, 987654321)]
for a, b in pairs: print(repr(a / b))
for a, b in ((10**400, 3), (2**1024, 1), (-2**1025, 2)):
    try: print(a / b)
    except OverflowError as e: print(e)
try: float(10**400)
except OverflowError as e: print(e)
print(2**1024 / 2, -7 // 2, -7 % 2, 7 // -2, 7 % -2, divmod(-7, 2), divmod(7, -2), divmod(-7, -2))
print(7 // 2.0, -7 // 2.0, 7 % -2.5, divmod(7.5, 2), 10**17 // 3.0)
print(1e308 * 10, 5 / 1e-320)
print((2**53 + 1) * 1.0, 2**53 + 1.0, float(2**53 + 3), float(2**64 - 1), int(1e22), int(1e23), int(-1.9), int(2.0**70))
try: 1e400 // 1
except Exception as e: print(e)
for v in ("nan", "inf", "-inf"):
    try: int(float(v))
    except (ValueError, OverflowError) as e: print(type(e).__name__, e)
