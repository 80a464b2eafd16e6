import sys
print(sys.path[0].split("/")[3:], __file__.split("/")[3:])
