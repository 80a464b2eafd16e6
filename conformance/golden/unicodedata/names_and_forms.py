import unicodedata
from unicodedata import is_normalized, lookup, name, normalize, ucd_3_2_0


def attempt(f, *args):
    try:
        print(ascii(f(*args)))
    except Exception as e:
        print(type(e).__name__, e)


for c in ("a", "\u20ac", "\U0001f600", "\uac00", "\u4e00", "\U00017000", "\0", "\ue000", "\ud800",
          "\U0001fae8", "\U000e0100"):
    attempt(name, c)
    attempt(name, c, None)
for n in ("LATIN SMALL LETTER A", "latin small letter a", "EURO SIGN", "HANGUL SYLLABLE GA",
          "CJK UNIFIED IDEOGRAPH-4E00", "CJK UNIFIED IDEOGRAPH-4e00", "TANGUT IDEOGRAPH-17000",
          "LINE FEED", "NULL", "BELL", "LATIN CAPITAL LETTER GHA", "KEYCAP DIGIT ONE",
          "LATIN SMALL LETTER R WITH TILDE", "BENGALI LETTER KHINYA", "latin small letter r with tilde",
          "SHAKING FACE", "NONE SUCH", "", "X" * 300, "LATIN-SMALL-LETTER-A", "LATIN SMALL  LETTER A",
          " LATIN SMALL LETTER A", "LATIN SMALL LETTER A ", "LATIN_SMALL_LETTER_A"):
    attempt(lookup, n)
attempt(ucd_3_2_0.lookup, "EURO SIGN")
attempt(ucd_3_2_0.lookup, "GRINNING FACE")
attempt(ucd_3_2_0.name, "\U0001f600", "not yet")

samples = ["e\u0301", "\xe9", "\uac01", "\u1100\u1161\u11a8", "\ufb01", "\u212b", "a\u0315\u0300",
           "\ud800e\u0301", "\u1e9b\u0323", "\U0002f868", "\U0001fae8\u0301", "q\u0307\u0323" * 3,
           "\u0340\u0374\u2126", "\u0958", "\u3392", "\U0001d15e", "\xbd", ""]
for s in samples:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        print(ascii(s), form, ascii(normalize(form, s)), is_normalized(form, s),
              ascii(ucd_3_2_0.normalize(form, s)))
print(len(normalize("NFD", "\xe9\n" * 100000)))
for form in ("nfc", "NFX", "", "a" * 1000):
    attempt(normalize, form, "x")
    attempt(is_normalized, form, "x")
attempt(normalize, "NFX", "")
attempt(normalize, "NFC", b"x")
attempt(normalize, 1, "x")
for f in (unicodedata.decimal, unicodedata.digit, unicodedata.numeric, unicodedata.category, name):
    for bad in ("", "ab", 5, b"a", None):
        attempt(f, bad)
    attempt(f, "x")
attempt(unicodedata.decimal, "\xb2")
attempt(ucd_3_2_0.decimal, "\xb2")
attempt(unicodedata.digit, "\xb2")
attempt(unicodedata.numeric, "\xbd")
attempt(unicodedata.numeric, "\u4e00")
attempt(unicodedata.UCD)
attempt(setattr, ucd_3_2_0, "unidata_version", "4")
