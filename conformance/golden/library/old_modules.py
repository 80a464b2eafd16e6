# pipes, mailcap, crypt, audioop, spwd, imp: modules that few use and that must work all the same.
import warnings
warnings.simplefilter("ignore")
import genericpath
import audioop
import crypt
import io
import mailcap
import os
import pipes
import re
import spwd
import sys
import tempfile
import imp


def attempt(function, *args, **kw):
    try:
        return function(*args, **kw)
    except Exception as e:
        return type(e).__name__, str(e)


print("-- genericpath", genericpath.commonprefix(["abc", "abd"]), genericpath.os is os)

print("-- pipes")
t = pipes.Template()
t.append("a", "--")
t.append("b <$IN >$OUT", "ff")
t.append("c", "--")
t.append("d >$OUT", "-f")
hide = lambda text: re.sub(r"/[^ ]*tmp[^ ;]*", "FILE", text)
print(hide(t.makepipeline("in it", "out")), hide(t.makepipeline("", "")), repr(t), sep="\n")
for call in (("append", 1, "--"), ("append", "x", "?"), ("append", "x", ".-"), ("prepend", "x", "-."),
             ("append", "x", "f-"), ("append", "x", "-f"), ("open", "f", "q")):
    print(attempt(getattr(t, call[0]), *call[1:]))
t = pipes.Template()
t.append("tr a-z A-Z", "--")
t.append("sed s/L/_/g", "--")
with tempfile.TemporaryDirectory() as folder:
    name = os.path.join(folder, "some file")
    with t.open(name, "w") as file:
        file.write("hello")
    print(open(name).read(), t.open(name, "r").read(), t.copy(name, name + "2"), t.clone().steps)

print("-- mailcap")
text = """# nothing
text/*; cat %s; test=test -n "%t"
text/html; browse '%s' %{charset} \\% \\; done; nametemplate=%s.html; \\
    description="a; b"; copiousoutput
TEXT / Plain ;show %s;edit=vi %s
broken
"""
caps, number = mailcap._readmailcapfile(io.StringIO(text), 0)
for key in sorted(caps):
    print(key, caps[key])
print(number, mailcap.findmatch(caps, "text/html", filename="a.html", plist=["Charset=utf-8"]))
print(mailcap.findmatch(caps, "text/plain", "edit", "f"), mailcap.findmatch(caps, "text/plain", filename="a b"))
print(mailcap.subst("%s %t %% %n \\x %{no}", "a/b", "f"), mailcap.lookup(caps, "no/such"))

print("-- crypt")
print(crypt.crypt("secret", "$6$rounds=1000$saltstring$"), crypt.crypt("secret", "ab"), crypt.crypt("x", "$1$salt$"))
print(crypt.METHOD_SHA512, crypt.METHOD_SHA256.total_size, len(crypt.mksalt(crypt.METHOD_CRYPT)))
print(attempt(crypt.mksalt, crypt.METHOD_MD5, rounds=5), attempt(crypt.mksalt, crypt.METHOD_SHA256, rounds=5),
      attempt(crypt.mksalt, rounds="5"), attempt(crypt.crypt, "a\0", "ab"))

print("-- spwd", spwd.struct_spwd.n_fields, spwd.struct_spwd(range(9)).sp_warn, attempt(spwd.getspnam, 5)[0])

print("-- imp", imp.new_module("made"), attempt(imp.find_module, "no_such_module"))

print("-- audioop")
seed = 1


def noise(n):
    global seed
    out = bytearray()
    while len(out) < n:
        seed = seed * 1103515245 + 12345 & 0x7fffffff
        out.append(seed >> 16 & 255)
    return bytes(out)


def short(value):
    if isinstance(value, bytes):
        return len(value), audioop.max(value, 1), value[:12].hex()
    return tuple(map(short, value)) if isinstance(value, tuple) else value


def show(name, *args):
    print(name, args[1:] if isinstance(args[0], bytes) else args, short(attempt(getattr(audioop, name), *args)))


for width in (1, 2, 3, 4, 5):
    data, other = noise(240), noise(240)
    for name in ("max", "minmax", "avg", "maxpp", "avgpp", "rms", "cross", "reverse", "byteswap", "lin2ulaw",
                 "lin2alaw", "ulaw2lin", "alaw2lin"):
        print(name, width, short(attempt(getattr(audioop, name), data, width)))
        print(name, width, short(attempt(getattr(audioop, name), b"", width)))
    for factor in (0, 1.5, -1, 1e300):
        show("mul", data, width, factor)
    show("tomono", data, width, 0.5, -2)
    show("tostereo", data, width, 1, 0.25)
    print(short(attempt(audioop.add, data, other, width)), attempt(audioop.add, data, other[:12], width))
    for number in (1, -1000, 2**31 - 1, 2**31):
        show("bias", data, width, number)
    for new in (1, 2, 3, 4, 0):
        show("lin2lin", data, width, new)
    for state in (None, (0, 0), (100, 88), (0, 89), (1,), 5, ("a", 1)):
        show("lin2adpcm", data, width, state)
        show("adpcm2lin", data, width, state)
    for index in (0, 10, -1, 1000):
        show("getsample", data, width, index)
    for rates in ((8000, 8000), (8000, 11025), (44100, 8000), (0, 1)):
        show("ratecv", data, width, 2, *rates, None)
        show("ratecv", data, width, 1, *rates, None, 3, 1)
        show("ratecv", data, width, 1, *rates, (-3, ((5, 6),)))
    for bad in ((0, 1, 1, None), (1, 1, 1, 5), (1, 1, 1, (1, (2,))), (2, 1, 1, (1, ((2, 3),))), (1, 1, 1, None, 0)):
        show("ratecv", data, width, *bad)
print(audioop.findfit(noise(400), noise(20)), audioop.findmax(noise(400), 7), audioop.findfactor(data, other))
print(attempt(audioop.findfit, data, data + data), attempt(audioop.findfit, b"a", b""), attempt(audioop.findmax, data, 500))
print(attempt(audioop.max, "text", 1), attempt(audioop.max, b"abc", 2))
