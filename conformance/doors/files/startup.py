import sys
print("started", sys.argv)
x_start = 5
