#!/usr/bin/env whatever
import sys
print("shebang", sys.argv)
