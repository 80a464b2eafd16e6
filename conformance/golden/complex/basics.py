def t(f):
    try: print(repr(f()))
    except Exception as e: print(type(e).__name__ + ":", e)
for z in (0j, 1j, -1j, 1 + 2j, -1.5 - 0.5j, 1e20 + 1e-5j, complex(-0.0, 0.0), complex(0.0, -0.0), complex(float("inf"), float("nan")), complex(float("nan"), float("-inf")), 3 + 0j): print(repr(z), str(z), z.real, z.imag, z.conjugate(), abs(z), -z, +z, bool(z))
a, b = 3 + 4j, 1 - 2j
print(a + b, a - b, a * b, a / b, a ** 2, a ** b, a ** 0.5, a ** -1, a ** 0, 2 ** a, a + 1, 1.5 * a, a / 2, a == 3 + 4j, a != b, a == 3, 3 + 0j == 3, hash(3 + 0j) == 3)
for s in ("1+2j", " 1-2j ", "j", "-j", "+1j", "(1+2j)", "1e5j", "inf+nanj", "5", "1_0+2_0j", "nan", ".5j", "1.j"): t(lambda: complex(s))
for s in ("", "1+", "1 + 2j", "j1", "1+2", "(1+2j", "1+2jj", "1j+2", "abc", "()", "1+-+2j", b"1j"): t(lambda: complex(s))
t(lambda: complex()); t(lambda: complex(1)); t(lambda: complex(1, 2)); t(lambda: complex(1j, 2j)); t(lambda: complex("1", 2)); t(lambda: complex(1, "2")); t(lambda: complex(real=1, imag=2)); t(lambda: complex([])); t(lambda: complex(1, [])); t(lambda: complex(1, 2, 3)); t(lambda: complex(imag=5))
t(lambda: a // b); t(lambda: a % b); t(lambda: divmod(a, b)); t(lambda: a < b); t(lambda: int(a)); t(lambda: float(a)); t(lambda: a / 0); t(lambda: 0j ** -1); t(lambda: 0j ** 1j); t(lambda: pow(a, 2, 3)); t(lambda: round(a)); t(lambda: a + "x"); t(lambda: a & 1); t(lambda: (1e200 + 1e200j) ** 2); t(lambda: (1e308 + 1j) * (1e308 + 1j)); t(lambda: abs(1e308 + 1e308j))
for s in ("", ".2f", ">20", "10.1e", "+", "g", "_^16.1f", "%", "d", "0.1f", "010", "=10", ",.1f"): t(lambda: format(1234.5 - 2.25j, s))
class C(complex): pass
print(repr(C(1, 2)), type(C(1) + 1).__name__, complex(C(1, 2)), (1 + 2j).__getnewargs__(), 1j * 1j, 1J, (1+0j).real, 1e-3j)
print(sum([1j, 2]), [1j, 2j].index(2j), {1j: 1}[1j], complex.__doc__ is not None, (1j).__complex__(), a.__abs__())
