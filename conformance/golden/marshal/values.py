# What is written and read back, code too; what is no marshal data is refused.
import marshal, io
vals=[None,True,False,...,StopIteration,0,-1,2**31-1,2**31,-2**63,2**100,-3**200,1.5,-0.0,1e300,2j,b"x"*300,"a","ä","\ud800z","z"*300,(1,2),tuple(range(300)),[1,[2,[3]]],{1:2,"a":[3]},{1},frozenset({2}),bytearray(b"q")]
for v in vals:
    d=marshal.dumps(v); w=marshal.loads(d); print(repr(w)[:60], type(w).__name__, marshal.loads(marshal.dumps(v,0)) == (bytes(v) if isinstance(v,bytearray) else v))
    print(marshal.dumps(v,2)[:40])
c=compile("def f(a,*b,c=1):\n  return [a,b,c]\nprint(f(1,2,c=3))","<m>","exec")
exec(marshal.loads(marshal.dumps(c)))
f=io.BytesIO(); marshal.dump([1,2],f); marshal.dump("x",f); f.seek(0); print(marshal.load(f), marshal.load(f))
for bad in b"", b"(", b"\xff", b"i\1", b"r\0\0\0\0", b"[\xff\xff\xff\xff", b"l\1\0\0\0\xff\xff", b"[\1\0\0\0\0", b"0", b"u\2\0\0\0\xff\xff":
    try: print(marshal.loads(bad))
    except Exception as e: print(type(e).__name__, e)
print(marshal.loads(b"\xe9\5\0\0\0"), marshal.version)
try: marshal.dumps(object())
except ValueError as e: print(e)
l=[]; 
for _ in range(5000): l=[l]
try: marshal.dumps(l)
except (ValueError, RecursionError) as e: print("deep")
x=marshal.loads(b"\xdb\1\0\0\0r\0\0\0\0"); print(x[0] is x)
