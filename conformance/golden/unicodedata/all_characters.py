# Every function over every code point, as sums: both versions of the data.
import hashlib
import unicodedata

for data in (unicodedata, unicodedata.ucd_3_2_0):
    print(data.unidata_version)
    sums = {}
    for name in ("category", "bidirectional", "combining", "mirrored", "east_asian_width",
                 "decomposition", "decimal", "digit", "numeric", "name"):
        function, total = getattr(data, name), hashlib.sha1()
        defaults = (None,) if name in ("decimal", "digit", "numeric", "name") else ()
        for start in range(0, 0x110000, 0x1000):
            texts = [str(function(chr(c), *defaults)) for c in range(start, start + 0x1000)]
            total.update("|".join(texts).encode())
        print(name, total.hexdigest())
