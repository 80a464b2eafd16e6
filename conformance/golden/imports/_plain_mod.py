import sys
print(__name__, __package__ == "", __spec__.name, sys.argv[1:], __file__.rsplit("/", 1)[-1])
raise ValueError("from -m")
