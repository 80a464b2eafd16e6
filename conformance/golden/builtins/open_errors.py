def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
t(lambda: open("/no/such/file")); t(lambda: open("")); t(lambda: open()); t(lambda: open("x", "q")); t(lambda: open("x", "rw")); t(lambda: open("x", "rbt")); t(lambda: open("x", "b")); t(lambda: open("x", "")); t(lambda: open("x", "rb", encoding="utf-8")); t(lambda: open("x", "rb", newline="\n")); t(lambda: open("x", newline="q")); t(lambda: open(1.5)); t(lambda: open([])); t(lambda: open(-1)); t(lambda: open("/")); t(lambda: open("x\0y")); t(lambda: open("/no/such", "x")); t(lambda: open("x", "rb", 1, errors="strict")); t(lambda: open("x", "r", 0)); t(lambda: open("x", 5)); t(lambda: open("/dev/null", "w").write(5)); t(lambda: open("/dev/null").read()); t(lambda: open("/dev/null", "rb").read()); t(lambda: open("/dev/null").write("x")); t(lambda: open("/dev/null", "w").read())
with open("/dev/null") as f: print(f.name, f.mode, f.closed, f.readable(), f.writable(), f.encoding.lower())
print(f.closed); t(lambda: f.read())
