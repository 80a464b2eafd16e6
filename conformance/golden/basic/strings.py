s = "hello"
print(s, s[0], s[-1], s[1:3], s[::-1], len(s), s + " world", s * 2, "ell" in s)
print(s.upper(), s.replace("l", "L"), s.find("l"), s.split("l"), "-".join(s), s.title(), " x ".strip())
print("%s is %d" % ("x", 5), "{} and {}".format(1, 2), f"{s!r} {5:>3}")
print('it\'s', "tab\there", r"raw\n", """three
lines""")
