print(type(1), type(1.0), type(1j), type(True), 1 == 1.0, int("5"), float("2.5"), int(3.9), round(2.5), abs(-3), divmod(7, 2), pow(2, 3, 5), complex(1, 2), (1 + 2j) * 3j, 0x10, 0b11, 0o17, 1_000)
