# Warnings of the compiler go to stderr and the program runs on.
x = 5
if x is 5: pass
print("\d")
assert (x, "always true")
print("ran")
