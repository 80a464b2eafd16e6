for i in range(3): print(i, end=" ")
print()
n = 5
while n > 0:
    n -= 1
    if n == 3: continue
    if n == 1: break
    print(n)
else: print("no")
for x in "ab":
    if x == "z": break
else: print("else ran")
print("yes" if n else "no", n and "and", 0 or "or", not n)
if n > 5: print("big")
elif n == 1: print("one")
else: print("other")
