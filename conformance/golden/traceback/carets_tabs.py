def f():
	if True:
		return (1).bit_length() + None
f()
