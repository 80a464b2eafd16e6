for c in "aé日😀": print(c, ord(c), len(c.encode()))
print(sorted("hello world"), "".join(reversed("abc")), [c for c in "a1b2" if c.isdigit()], max("hello"), "b" > "a", "abc" < "abd", "a" * 0 == "")
