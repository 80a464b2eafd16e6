def t(src):
    try: print(eval(src))
    except SyntaxError as e: print(repr(src), "->", e.msg)
    except Exception as e: print(repr(src), "->", type(e).__name__, e)
for s in ('f"{}"', 'f"{"', 'f"}"', 'f"{a b}"', 'f"{x!z}"', 'f"{x!}"', 'f"{x!r x}"', 'f"{!r}"', 'f"{:x}"', "f'{a[\"b\"'", 'f"{#}"', 'f"{\\n}"', 'f"{x\\\\}"', 'f"{a $ b}"', 'f"{lambda x:1}"', 'f"{(}"', 'f"{)}"', 'f"{a]}"', 'f"{x:{y:{z:{w}}}}"', 'f"{x=!}"', 'f"{1:{2:{3}}}"', 'f"{ }"', 'f"{,}"', 'f"{*a}"', 'f"{**a}"', 'f"{a := 5}"', 'f"{yield}"', 'f"{import x}"', 'f"{x', "f'{", 'f"{x!r', 'f"{x:', 'f"{{}"', 'f"{3.}" f"{"', 'f"{0x}"', 'f"{a=b=c}"', 'f"{a.1}"'): t(s)
