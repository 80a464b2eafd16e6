configuration = 1
print(configuratoin)
