def f(x):
    try:
        if x == 0: raise ValueError("zero")
        return 10 / (x - 1)
    except ValueError as e: return "value " + str(e)
    except ZeroDivisionError as e: return "zde " + str(e)
    else: return "never"
    finally: print("finally", x)
print(f(0), f(1), f(2))
class E(Exception): pass
try: raise E("custom", 1)
except E as e: print(repr(e), e.args)
try:
    try: 1 / 0
    except ZeroDivisionError as e: raise RuntimeError("wrapped") from e
except RuntimeError as e: print(e, repr(e.__cause__))
