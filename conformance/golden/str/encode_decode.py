def t(f):
    try: print(ascii(f()))
    except Exception as e: print(type(e).__name__ + ":", e)
s = "aé日\U0001f600"
for enc in ("utf-8", "utf8", "UTF_8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "latin-1", "iso-8859-1", "ascii", "cp1252", "utf-8-sig", "unicode_escape", "raw_unicode_escape"):
    t(lambda: s.encode(enc)); t(lambda: "é".encode(enc)); t(lambda: "abc".encode(enc).decode(enc))
for err in ("strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace", "surrogateescape", "surrogatepass", "nope"):
    t(lambda: "xé日\U0001f600\ud800y".encode("ascii", err)); t(lambda: "\udc80\ud800".encode("utf-8", err)); t(lambda: b"a\xff\x80b".decode("ascii", err)); t(lambda: b"a\xffb\xe6\x97c\xf0\x9f".decode("utf-8", err)); t(lambda: b"\xed\xa0\x80".decode("utf-8", err))
t(lambda: "x".encode("nope")); t(lambda: b"x".decode("nope")); t(lambda: "x".encode(5)); t(lambda: "x".encode("utf-8", 5)); t(lambda: b"x".decode("utf\0")); t(lambda: "".encode("nope")); t(lambda: b"".decode("utf-8", "nope")); t(lambda: "x".encode(errors="ignore", encoding="ascii")); t(lambda: b"\x81".decode("cp1252")); t(lambda: "\x81".encode("cp1252")); t(lambda: b"\x80\x99".decode("cp1252")); t(lambda: "€’".encode("cp1252"))
