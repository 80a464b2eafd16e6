vals = [0.0, -0.0, 1.0, 0.5, 1.5, 2.5, 3.5, -2.5, 0.05, 0.15, 1.005, 2.675, 1e10, 123456.789, 1e-7, 99.995, 1e300]
for v in vals:
    print(v, [format(v, s) for s in (".0f", ".1f", ".2f", "10.3f", "<10.2f", "^12.1e", "+.2f", " .2f", "08.2f", ",.2f", "_.1f", ".3g", "g", "G", "e", "E", ".0e", "#.0f", "#g", "n", "%", ".1%", "", ".5", "z.0f", "*>+12.2f", "010", "=+8.1f", ",", "F")])
for s in ("d", "x", "b", "c", "s", ".", "5.5.5", "q", ",,", "_,", "=s", "#x", ",n", ".2147483648f", "1" * 30):
    try: print(format(1.5, s))
    except Exception as e: print(repr(s), type(e).__name__, e)
for v in (float("inf"), float("-inf"), float("nan")): print([format(v, s) for s in ("f", "F", "e", "G", "010f", "+", "%", ".2f", "<8", ",")])
