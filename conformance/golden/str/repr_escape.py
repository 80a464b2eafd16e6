for s in ("plain", "it's", 'say "hi"', "both ' and \"", "tab\tnl\ncr\r", "back\\slash", "\x00\x01\x1f\x7f", "\x80\x9f\xa0\xad", "é", "日本", "\u200b\u2028\ufeff", "\U0001f600", "\U000e0001", "\ud800", "\udfff x", "\U0010ffff", "\u0378", "a\u0301", "\x1b[0m", "\N{BULLET}", "\N{LATIN SMALL LETTER E WITH ACUTE}", "'", '"', "''\"\""):
    print(ascii(repr(s)), ascii(s), len(s))
print("\a\b\f\v\0\101\x41\u0041\U00000041", r"\n\x", "a\
b", "\'\"", u"u-prefix", R"\raw" "mix\t" 'x', ascii("\18"), ascii("\08"), len("\N{GREEK SMALL LETTER ALPHA}"))
print("""triple
"quoted" 'text' \
joined""")
print('''x'y"z''', """a""b""", "" "a" "", len("""
"""))
print(ascii("é日\U0001f600'"), repr(b"a'b\"\x00\xff\n\\"), repr(b'it\'s'), repr(bytearray(b"x\x80")), b"\x41\101\n", rb"\x", bR"\y", b"a" b"b")
def t(s):
    try: print(ascii(eval(s)))
    except Exception as e: print(type(e).__name__, e.msg)
for s in (r'"\x4"', r'"\u12"', r'"\U00110000"', r'"\N{NO SUCH NAME}"', r'"\N"', r'b"\x1"', '"unterminated', "b'é'", r'"\xzz"', "'''open", r'"\N{}"', r'"\u{41}"'): t(s)
