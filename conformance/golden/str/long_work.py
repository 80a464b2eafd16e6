"""Text so long that it is searched, converted and sorted in pieces."""
x = 'aé€b' * 300_000
for e in ('utf-8', 'utf-16', 'utf-32', 'utf-7', 'unicode_escape', 'raw_unicode_escape'):
    assert x.encode(e).decode(e) == x, e
print(len(x.encode('ascii', 'replace')), len(x.encode('cp1252', 'xmlcharrefreplace')), len(x.encode('ascii', 'ignore')))
# What is wrong lies across the border of two pieces.
for n in range(524284, 524290):
    try:
        ('a' * n + '€' * 100 + 'b' * 10).encode('ascii')
    except UnicodeEncodeError as e:
        print(e.start - n, e.end - n, end=' ')
    try:
        (b'a' * n + b'\xe2\x82').decode()
    except UnicodeDecodeError as e:
        print(e.start - n, e.end - n, e.reason, end=' ')
    print((b'a' * n + '€'.encode() * 3 + b'\xff').decode('utf-8', 'replace')[-5:])
    s = b'a' * n + rb'\u20ac\N{EURO SIGN}\x41'
    assert s.decode('unicode_escape')[n:] == '€€A'
    assert ('x' * n + '\U0001F600').encode('utf-16-le').decode('utf-16-le')[n:] == '\U0001F600'
y = 'ab' * 1_000_000
for text, ab, bb, aba, c, none in ((y, 'ab', 'bb', 'aba', 'c', ''), (y.encode(), b'ab', b'bb', b'aba', b'c', b'')):
    print(text.count(ab), text.count(bb), text.count(aba), text.find(bb), text.rfind(ab), bb in text)
    print(len(text.replace(ab, c)), len(text.replace(none, c)), len(text.split(ab)), len(text.replace(ab, c, 700_000)))
for n in (524285, 1_048_570):
    z = 'x' * n + 'needle' + 'x' * 600_000
    assert z.find('needle') == z.rfind('needle') == n and z.count('needle') == 1 and 'needle' in z
    assert z.replace('needle', '') == 'x' * (n + 600_000)
    w = z.replace('x', '€')
    assert w.find('needle') == w.rfind('needle') == n and w.count('needle') == 1
    assert z.encode().find(b'needle') == bytearray(z, 'ascii').rfind(b'needle') == n
print(y.translate({97: 'xy', 98: None})[-4:], len(y.encode().translate(None, b'a')), y.encode().translate(bytes(256)).count(0))
print(len('x\ty' .join(['ab'] * 300_000).expandtabs(4)), bytes.fromhex(y).hex() == y, ('ab' * 3_000_000)[-3:], (b'abc' * 2_000_000)[-4:])
items = [i * 7919 % 300_007 for i in range(300_007)]
assert sorted(items) == list(range(300_007)) and sorted(items, reverse=True) == list(range(300_006, -1, -1))
assert sorted(map(float, items)) == [float(i) for i in range(300_007)]
assert sorted(map(str, items)) == sorted(map(str, range(300_007)))
assert sorted(items, key=lambda i: i % 3) == [i for k in range(3) for i in items if i % 3 == k]
assert sorted((i % 10, -i) for i in items) == [(k, -i) for k in range(10) for i in range(300_006, -1, -1) if i % 10 == k]
print(([1, 2, 3] * 1_000_000)[-4:], len([1] * 600_000 + [2] * 600_000), ([0] * 1_000_000)[:700_000].count(0))
print(int(memoryview(b'x123y')[1:4]), float(memoryview(b"x1.5y")[1:4]))
