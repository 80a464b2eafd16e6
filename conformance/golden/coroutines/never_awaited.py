async def f(): pass
def make():
    f()
    print("made")
make()
c = f()
c.close()
del c
print("closed one is silent")
async def g():
    f()
    return 2
try: g().send(None)
except StopIteration as e: print(e.value)
