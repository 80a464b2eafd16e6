import sys
print("to stdout")
print("to stderr", file=sys.stderr)
sys.stdout.write("no newline")
sys.stderr.write("err line\n")
raise SystemExit(2)
