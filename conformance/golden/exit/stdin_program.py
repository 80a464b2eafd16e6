# run: - x y
# stdin: import sys\nprint("from stdin", sys.argv)\nsys.exit(6)\n
