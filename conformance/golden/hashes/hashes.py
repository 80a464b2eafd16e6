# Hash objects below the module hashlib.
import _blake2
import _hashlib
import _md5
import _sha1
import _sha256
import _sha3
import _sha512


def show(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


DATA = [b'', b'abc', bytes(range(256)) * 5, bytearray(b'x' * 111), memoryview(b'y' * 129)]
for f in (_md5.md5, _sha1.sha1, _sha256.sha224, _sha256.sha256, _sha512.sha384, _sha512.sha512, _sha3.sha3_224, _sha3.sha3_256,
          _sha3.sha3_384, _sha3.sha3_512, _blake2.blake2b, _blake2.blake2s):
    for data in DATA:
        h = f(data)
        g = h.copy()
        g.update(b'more')
        print(h.name, h.hexdigest(), g.digest() == f(bytes(data) + b'more').digest(), h.digest_size, h.block_size)
    show(f, 'text')
    show(f, 1)
    print(type(f()).__module__, type(f()).__name__)
for f in (_sha3.shake_128, _sha3.shake_256):
    h = f(b'abc')
    print(h.name, h.digest(10), h.hexdigest(200), h.digest_size, h.block_size, h._rate_bits, h._capacity_bits, h._suffix)
    show(h.digest, -1)
for name in ('md5', 'SHA1', 'sha256', 'SHA512', 'sha3_256', 'blake2b512', 'blake2s256', 'shake_128', 'sha512_256'):
    h = _hashlib.new(name, b'abc')
    print(h.name if name[:5] != 'blake' else '', h.hexdigest(*[20] if 'shake' in name else []), type(h))
try:
    _hashlib.new('nope')
except ValueError:
    print('ValueError')
show(_hashlib.new, 1)
print(_hashlib.openssl_sha256(b'abc', usedforsecurity=False).hexdigest(), _hashlib.HASHXOF.__mro__[1])
print(_hashlib.pbkdf2_hmac('sha1', b'password', b'salt', 4097).hex(), _hashlib.pbkdf2_hmac('sha512', b'p' * 200, b's', 3, 100).hex())
show(_hashlib.pbkdf2_hmac, 'sha1', b'', b'', 0)
show(_hashlib.pbkdf2_hmac, 'sha1', b'', b'', 1, 0)
print(_hashlib.scrypt(b'password', salt=b'NaCl', n=1024, r=8, p=16, dklen=64).hex())
show(_hashlib.scrypt, b'x', salt=b'', n=3, r=1, p=1)
show(_hashlib.scrypt, b'x', salt=b'', n=1 << 20, r=8, p=1)
show(_hashlib.scrypt, b'x', n=2, r=8, p=1)
for key in (b'', b'key', b'k' * 300):
    h = _hashlib.hmac_new(key, b'message', 'sha256')
    print(_hashlib.hmac_digest(key, b'message', 'md5').hex(), h.hexdigest(), h.name, h.digest_size, h.block_size)
    g = h.copy()
    g.update(b'!')
    print(g.hexdigest() == _hashlib.hmac_digest(key, b'message!', 'sha256').hex())
show(_hashlib.hmac_new, b'key', b'', None)
print(_hashlib.UnsupportedDigestmodError.__mro__)
for a, b in [(b'a', b'a'), (b'a', b'ab'), ('x', 'x'), ('x', 'y'), (bytearray(b'q'), b'q'), ('x', b'x'), ('é', 'é'), (1, 2)]:
    show(_hashlib.compare_digest, a, b)
b = _blake2.blake2b
print(b(b'data', digest_size=20, key=b'key', salt=b'salt', person=b'person').hexdigest())
print(b(b'data', fanout=2, depth=3, leaf_size=4096, node_offset=1 << 60, node_depth=1, inner_size=64, last_node=True).hexdigest())
print(_blake2.blake2s(b'data', digest_size=7, key=b'k' * 32, fanout=0, depth=255, node_offset=(1 << 48) - 1).hexdigest())
for kwargs in [{'digest_size': 0}, {'digest_size': 65}, {'key': b'k' * 65}, {'salt': b's' * 17}, {'person': b's' * 17}, {'fanout': 256}, {'depth': 0},
               {'node_depth': -1}, {'inner_size': 65}, {'nope': 1}]:
    show(b, **kwargs)
show(_blake2.blake2s, node_offset=1 << 48)
print(b.SALT_SIZE, b.PERSON_SIZE, b.MAX_KEY_SIZE, b.MAX_DIGEST_SIZE, _blake2.blake2s.SALT_SIZE)
