x, y, name, d, lst = 5, 3.14159, "world", {"k": "v", "n": [1, 2]}, [1, 2, 3]
print(f"{x}", f"{x + 1}", f"{y:.2f}", f"{name!r}", f"{name!s:>8}", f"{name!a}", f"{x:05d}", f"{{}}", f"{{{x}}}", f"{d['k']}", f'{d["n"][0]}', f"{lst[0]}{lst[-1]}", f"{x}{y}")
print(f"{x=}", f"{x = }", f"{x + 1=}", f"{name=!s}", f"{y=:.2f}", f"{name=!r:>10}", f"{ x = }", f"{d['k']=}", f"{x=:>4}", f"{lst[0]=}")
print(f"{'nested ' + f'{x}'}", f"{f'{x}'}", f"{x:{x}}", f"{y:{x}.{2}}", f"{'a' if x > 3 else 'b'}", f"{(lambda q: q * 2)(4)}", f"{[i for i in range(3)]}", f"{ {1: 2}[1] }", f"{x!r:{'>'}{6}}")
print(f"""multi
{x
 + 1}
line""", f"a" "b" f"{x}" 'c', F"{x}", fr"\n{x}", rf"{x}\t", f"\n{x}\t|", f"{'a' 'b'}", f"")
print(f"{x:>{x}}{x:<{x}}|", f"{x:{'0'}{4}}", f"{3.0:{'.1f'}}", f"{True:d}", f"{None}", f"{...}", f"{x,}", f"{x, y}", f"{*lst,}", f"{yy if (yy := 3) else 0}", f"{10**3:,}", f"{-x:+}")
def g(): return (yield f"{(yield 'inner')}")
it = g(); print(next(it), it.send("S"))
class C:
    def __format__(self, s): return "<" + s + ">"
print(f"{C():{x}{name}}", f"{C():a b}", f"{C()!r:.2}", f"{C():}")
def t(src):
    try: print(eval(src))
    except Exception as e: print(type(e).__name__ + ":", e.msg if isinstance(e, SyntaxError) else e)
for s in ('f"{nope}"', 'f"{5:q}"', "f\"{'a':d}\"", 'f"{1/0}"', 'f"{x!r:>{\'a\'}}"', 'f"{[][1]}"'): t(s)
print(f"{chr(233)}日", f"{x}%", "%s" % f"{x}", f"{name.upper()[1:3]}", f"{len(name):03}", f"{d}", f"{set()}", f"{lst!r}", f'{"quote"!r}', f"{'it' 's'}")
