words = ["hello World", "HELLO", "hello", "", "123abc", "a-b c_d", "ß", "ﬁne", "ÀÉÎ", "ǆ", "ΑΣ", "Σ", "ὈΔΥΣΣΕΎΣ", "ı", "İ", "they're bill's", "ŉ", "straße", "ǅungla", "x\tY\nz", "𐐀𐐨", "ΰ", "mIxEd 1st 2ND", "Ⅷ ⓐ"]
for w in words: print(ascii(w), ascii(w.upper()), ascii(w.lower()), ascii(w.title()), ascii(w.capitalize()), ascii(w.swapcase()), ascii(w.casefold()), sep=" | ")
for w in words: print(ascii(w), w.isupper(), w.islower(), w.istitle(), w.isalpha(), w.isalnum(), w.isdigit(), w.isdecimal(), w.isnumeric(), w.isspace(), w.isidentifier(), w.isprintable(), w.isascii())
for c in "²½٣四Ⅷ①_ \u00a0\u2028\x1c\x7f\u200b\ud800\U0001f600é\u0301":
    print(ascii(c), c.isalpha(), c.isalnum(), c.isdigit(), c.isdecimal(), c.isnumeric(), c.isspace(), c.isidentifier(), c.isprintable())
for w in ("if", "_x", "9a", "a9", "é", "名前", "a b", "", "℘", "a·", "x̌", "𝔘"): print(ascii(w), w.isidentifier())
