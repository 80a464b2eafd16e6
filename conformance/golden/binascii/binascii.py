# Binary data as text and back.
import binascii


def show(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as e:
        print(type(e).__module__, type(e).__name__, e)


DATA = [b'', b'a', b'ab', b'abc', bytes(range(256)), bytearray(b'\xff\x00'), memoryview(b'wxyz'), 'text', 1]
for data in DATA:
    for f in (binascii.b2a_hex, binascii.hexlify, binascii.b2a_base64, binascii.b2a_uu, binascii.b2a_qp, binascii.crc32):
        show(f, data)
show(binascii.hexlify, b'abcdef', ':')
show(binascii.hexlify, b'abcdef', b'-', 4)
show(binascii.hexlify, b'abcdef', '-', -4)
show(binascii.hexlify, b'abcdef', '')
show(binascii.hexlify, b'abcdef', 'é')
show(binascii.hexlify, b'abcdef', 1)
for text in ['', '0', '0g', 'dEaD', b'beef', bytearray(b'00'), 'é0', None]:
    show(binascii.unhexlify, text)
    show(binascii.a2b_hex, text)
for text in ['', 'YQ==', 'YQ=', 'YQ', 'Y', 'YWJj', 'YW Jj\n', '=YWJj', 'YWJjZ', 'YQ==YQ==', 'YQ=x=', 'YW=J', '====', 'YWJj====', 'YQ==\n', '!!!!', b'YWI=', 'AAAA' * 3 + 'A',
             'YWJj=ZGVm', 'é']:
    show(binascii.a2b_base64, text)
    show(binascii.a2b_base64, text, strict_mode=True)
show(binascii.b2a_base64, b'abc', newline=False)
for text in ['', '#86)C\n', '#86)C', '#86)C x', '#8\x01)C', '!80  \n', ' \n', '`\n', '$86)C', b'"86(`']:
    show(binascii.a2b_uu, text)
show(binascii.b2a_uu, b'\0\0a', backtick=True)
show(binascii.b2a_uu, b'x' * 46)
for text in [b'a=b', b'a=41b', b'a=\nb', b'a=\r\nb', b'a_b', b'a==', b'=', b'=4', b'=AX', b'a=20', b'x=\rabc\ny', 'str=C3=A9']:
    show(binascii.a2b_qp, text)
    show(binascii.a2b_qp, text, header=True)
for data in [b'a b\t', b'a \nb\t\r\nc', b'x' * 80, b'=' * 40, b'.', b'.\n.a', b'a_b', b'\xe9 \x00\n', b'abc\r', b'a\rb\n', b'x' * 75 + b'\n', b'x' * 76 + b'\n', b'x' * 77, b' ' * 77,
             b'\r\n' * 3, b'y' * 74 + b'=\n', b'y' * 73 + b'=z']:
    for kwargs in [{}, {'quotetabs': True}, {'istext': False}, {'header': True}]:
        show(binascii.b2a_qp, data, **kwargs)
print(binascii.crc32(b'world', binascii.crc32(b'hello ')), binascii.crc32(b'hello world'), binascii.crc32(b'', -1), binascii.crc32(b'x', 1 << 40))
print(binascii.crc_hqx(b'hello', 0), binascii.crc_hqx(b'hello', 1 << 20 | 5), binascii.crc_hqx(b'', 0x12345))
print(binascii.Error.__mro__, binascii.Incomplete.__mro__)
