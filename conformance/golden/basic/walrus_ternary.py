if (n := 10) > 5: print(n)
print([y for x in range(5) if (y := x * x) > 3], "a" if n else "b")
