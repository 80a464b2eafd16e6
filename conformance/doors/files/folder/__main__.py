import sys
print(__name__, repr(__package__), sys.argv, sys.path[0])
import beside
