def t(f):
    try: print(ascii(f()))
    except Exception as e: print(type(e).__name__ + ":", e)
print("hello".translate({ord("h"): "J", ord("l"): None, ord("o"): 48}), "abc".translate(str.maketrans("ab", "xy")), "abc".translate(str.maketrans("ab", "xy", "c")), str.maketrans({"a": 1, 98: "z", "c": None}), str.maketrans("é", "日"), "".translate({}), "abc".translate({}))
print("héllo日".translate({233: "e", 0x65E5: "\U0001f600"}), "abc".translate("x" * 200)[:3], "ab".translate({97: "long text", 98: ""}))
class T:
    def __getitem__(self, k):
        if k == 97: raise LookupError
        if k == 98: return None
        return chr(k + 1)
print("abcd".translate(T()))
t(lambda: "a".translate({97: 0x110000})); t(lambda: "a".translate({97: -1})); t(lambda: "a".translate({97: 1.5})); t(lambda: "a".translate({97: b"x"})); t(lambda: "a".translate(5)); t(lambda: "a".translate()); t(lambda: "a".translate([]))
t(lambda: str.maketrans("ab", "x")); t(lambda: str.maketrans(5)); t(lambda: str.maketrans({"ab": 1})); t(lambda: str.maketrans({1.5: 1})); t(lambda: str.maketrans("a", 5)); t(lambda: str.maketrans("a", "b", 5)); t(lambda: str.maketrans()); t(lambda: str.maketrans("a", "b", "c", "d"))
rot = str.maketrans("abcdefghijklmnopqrstuvwxyz", "nopqrstuvwxyzabcdefghijklm")
print("uryyb jbeyq".translate(rot), "Hello".translate(rot))
print("x".translate({120: 0x10FFFF}) == chr(0x10FFFF), "vowels gone".translate(dict.fromkeys(map(ord, "aeiou"))))
