this is no Python
import sys
print("skipped", sys._getframe().f_lineno)
