def t(src):
    try: print(src, "=", eval(src))
    except Exception as e: print(src, "->", type(e).__name__ + ":", e)
for s in """1 + "a"
"a" + 1
[] + ()
() + []
None + None
{} | []
{} + {}
1 - "a"
"a" - "b"
"a" * "b"
"a" * 1.5
[1] * None
1 // "x"
1 / 0
1 // 0
1 % 0
1.0 / 0
1.0 // 0
1.0 % 0
divmod(1, 0)
divmod(1.0, 0)
0 ** -1
0.0 ** -1
1j / 0
0j ** -1
1 << -1
1 >> -1
1 << "a"
1.5 & 1
1.5 | 2.5
1 @ 2
[] @ []
-"a"
+[]
~1.5
~"a"
abs("a")
1 < "a"
"a" < 1
[] < ()
None < None
1j < 2j
{} < {}
object() < object()
1 in 5
1 in "abc"
"a" in 5
str("a")[1.5]
str("a")["b"]
"a"[5]
list([1])["a"]
list([1])[1.0]
[1][9]
(1,)[9]
tuple([1])["a"]
{}[1]
{}["key"]
{}[[]]
{}[{}]
{}[()]
int(5)[0]
print()[0]
len[0]
int["x"]
b"a"[9]
b"a" + "a"
"a" + b"a"
range(3)[9]
{[]}
{{}: 1}
pow(2, -1, 0)
pow(2, 3, 0)
pow(2, -1, 4)
pow(2.0, 3, 5)
pow(1, "a")
pow("a", 2, 3)
len(5)
iter(5)
next(5)
hash([])
hash({})
int("x")
float("x")
complex("x")
ord("ab")
ord(5)
chr(-1)
chr(0x110000)
chr("a")
max()
max(5)
max([])
min(1, "a")
sum(["a"])
sum([[1]], "")
sum(5)
"%d" % "x"
"%s %s" % 1
"%s" % (1, 2)
"{} {}".format(1)
"{a}".format()
"{0} {}".format(1, 2)
"{".format()
"}".format()
"{:z}".format(1)
(1).bit_length
(5).nope
"s".nope
[].nope
None.nope
int.nope
(lambda: 0).nope
len.nope""".split("\n"):
    if "bit_length" in s: continue
    t(s)
