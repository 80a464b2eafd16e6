# The locales C and C.UTF-8, and identifiers made of the time.
import _locale
import locale
import uuid

print(locale.setlocale(locale.LC_CTYPE), locale.setlocale(locale.LC_NUMERIC))
print(locale.setlocale(locale.LC_ALL, "C"), locale.setlocale(locale.LC_ALL), locale.setlocale(locale.LC_TIME, "POSIX"))
old = locale.setlocale(locale.LC_ALL)
print(locale.setlocale(locale.LC_CTYPE, "C.UTF-8"), locale.setlocale(locale.LC_ALL).split(";")[0])
print(locale.setlocale(locale.LC_ALL, old), locale.setlocale(locale.LC_ALL, "C.UTF-8"))
for category, name in [(locale.LC_ALL, "xx_YY"), (99, "C"), (locale.LC_CTYPE, "no such")]:
    try:
        locale.setlocale(category, name)
    except locale.Error as e:
        print(type(e), e)
print(sorted(locale.localeconv().items()))
print([(n, locale.nl_langinfo(getattr(_locale, n))) for n in sorted(dir(_locale))
       if isinstance(getattr(_locale, n), int) and getattr(_locale, n) > 0x10000 or n == "CODESET"])
try:
    locale.nl_langinfo(5)
except ValueError as e:
    print(e)
print(locale.strcoll("a", "b") < 0, locale.strcoll("b", "a") > 0, locale.strcoll("a", "a"), locale.strxfrm("x\u20ac"))
print(sorted(["b", "A", "a", "B"], key=locale.strxfrm), locale.getpreferredencoding(), locale.getencoding())
print(locale.format_string("%d %.2f", (1234567, 3.14159), grouping=True), locale.str(1.5), locale.atof("1.5"), locale.atoi("12"))
print(locale.getlocale(), locale.normalize("de_de"), locale.textdomain(None), locale.gettext("word"))
try:
    locale.currency(5)
except ValueError as e:
    print(e)

a, b = uuid.uuid1(), uuid.uuid1()
print(a.version, a.variant, a != b, a.node == b.node, a.time < b.time, a.clock_seq == b.clock_seq)
print(uuid.uuid4().version, uuid.uuid5(uuid.NAMESPACE_DNS, "x.org"), uuid.getnode() == a.node)
print(uuid.uuid1(node=5, clock_seq=7).node)
