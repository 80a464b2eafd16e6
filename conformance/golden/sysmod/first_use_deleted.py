# Deleted or replaced before anybody looked.
import sys

del sys.stdout
try:
    print("nowhere")
except RuntimeError as e:
    message = str(e)
sys.stdout = sys.__stdout__
print(message)
sys.stdin = None
print(sys.stdin, sys.__stdin__ is None)
from sys import stderr, version_info, __stderr__
print(stderr is __stderr__ is sys.stderr, version_info[:2])
