import sys
from . import helper
print("main", __name__, __package__, __spec__.name, sys.argv[1:], helper.h)
sys.exit(4)
