import sys
print(__name__, sys.argv, sys.path[0])
print(__file__, __package__, __spec__, "__cached__" in globals())
