import sys, _beside
print(__name__, sys.argv[1:], _beside.b, sys.path[0].rsplit("/", 1)[-1])
