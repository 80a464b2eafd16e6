# to_bytes and from_bytes around the limits of each length; min and max of one iterable.
for n in (0,1,127,128,255,256,65535,2**31,2**32-1,2**61,2**62,2**63-1,2**63,2**64-1,2**64,-1,-128,-129,-2**31,-2**61,-2**62,-2**63,-2**63-1):
    for l in range(1,10):
        for o in ('big','little'):
            for s in (False,True):
                try:
                    b=n.to_bytes(l,o,signed=s); print(n,l,o,s,b, int.from_bytes(b,o,signed=s), int.from_bytes(b,o,signed=not s))
                except Exception as e: print(n,l,o,s,type(e).__name__,e)
print((0).to_bytes(0,'big'), int.from_bytes(b''), True.to_bytes(2,'big'), int.from_bytes([1,2]), int.from_bytes(bytearray(b'ab')))
class I(int): pass
print(type(I.from_bytes(b'a')), I(5).to_bytes(2))
print(type(bool.from_bytes(b'a')))
print(min([3,1,2]),max((3,1,2)),min([],default=7),max("abc"),min([1,1.0]),max([1,1.0,True]))
for f in (lambda:min([]),lambda:max(()),lambda:min(1,2,default=3),lambda:min([1,"a"]),lambda:max(5)):
    try: print(f())
    except Exception as e: print(type(e).__name__,e)
