def g():
    while True:
        try:
            yield "ready"
        except Exception as e:
            print(type(e).__name__, e.args)
x = g(); next(x)
x.throw(ValueError)
x.throw(ValueError("inst"))
x.throw(ValueError, "value")
x.throw(ValueError, ("two", "args"))
x.throw(ValueError, ValueError("inst as value"))
x.throw(ValueError, None)
x.throw(ValueError, "with tb", None)
def t(*a):
    try: print(x.throw(*a))
    except BaseException as e: print("->", type(e).__name__, e)
t(5)
t("str")
t(object)
t()
t(ValueError, 1, 2)
t(ValueError("a"), "b")
t(int)
t(GeneratorExit)
t(ValueError)
def h():
    yield from g()
y = h(); next(y)
print(y.throw(KeyError("delegated")))
def noexc():
    try: yield 1
    except ZeroDivisionError:
        raise KeyError("replaced")
z = noexc(); next(z)
try: z.throw(ZeroDivisionError("orig"))
except KeyError as e: print(e, repr(e.__context__))
