words = ["éclair", "zebra", "apple", "Äpfel", "Zoo", "日本", "ñandú", "apple2", "", "a", "ß", "\U0001f600", "\uffff"]
print([ascii(w) for w in sorted(words)])
print([ascii(w) for w in sorted(words, key=str.casefold)])
print([ascii(w) for w in sorted(words, key=len)])
print(["straße".casefold() == "STRASSE".casefold(), "ǅ".lower(), "ﬀ".upper(), "ŉ".upper(), "ὖ".upper(), "ᾳ".title(), "Σας".lower(), "ΑΣ Σ".lower(), "İ".lower().encode()])
print(ascii("".join(map(chr, range(0x250)))[::37]), sum(map(ord, "héllo日")), [chr(x) for x in (65, 233, 0x65e5)], ord("\U0010ffff"), ascii(chr(0xd800)))
print(len("é"), len("e\u0301"), "é" == "e\u0301", "ﬁ".isalpha(), "²".isdigit(), "½".isnumeric(), "٣".isdecimal(), int("٣"), float("٣.٥"))
x = "a" * 300
print(x[:3] + "é" == "aaaé", (x + "日")[300], len((x + "\U0001f600").encode("utf-16-le")), (x + "é").encode("latin-1")[-1])
import sys
print(sys.maxunicode, sys.intern("abc") is sys.intern("ab" + "c"), sys.getdefaultencoding(), sys.getfilesystemencoding())
try: sys.intern(5)
except TypeError as e: print(e)
