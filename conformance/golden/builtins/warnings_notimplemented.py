x = NotImplemented
if x: print("NotImplemented is true, with a warning on stderr")
