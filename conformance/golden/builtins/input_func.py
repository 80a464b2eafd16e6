# stdin: first line\nsecond\n\nlast without newline
print(repr(input()))
print(repr(input("prompt> ")))
print(repr(input("é: ")))
print(repr(input()))
try: input()
except EOFError as e: print(type(e).__name__, e)
try: input(1, 2)
except TypeError as e: print(e)
