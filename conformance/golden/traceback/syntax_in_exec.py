exec("x = (1 +\n")
