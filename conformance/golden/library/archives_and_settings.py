# zipfile, tempfile, configparser, ast and others: what 3.11 has in them.
import ast
import calendar
import configparser
import decimal
import io
import statistics
import tempfile
import urllib.parse
import warnings
import zipfile

buffer = io.BytesIO()
with zipfile.ZipFile(buffer, 'w') as z:
    z.mkdir('folder')
    z.mkdir('other/', mode=0o700)
    z.writestr('folder/a.tar.gz', b'')
    info = zipfile.ZipInfo('third/')
    info.CRC = info.compress_size = info.external_attr = 0
    z.mkdir(info)
    for bad in zipfile.ZipInfo('file'), 3:
        try:
            z.mkdir(bad)
        except Exception as e:
            print(type(e).__name__, e)
with zipfile.ZipFile(buffer) as z:
    print([(i.filename, oct(i.external_attr >> 16), i.external_attr & 0xff, i.is_dir()) for i in z.infolist()])
    path = zipfile.Path(z, 'folder/a.tar.gz')
    print(path.name, path.stem, path.suffix, path.suffixes)

for mode in 'w+b', 'w+':
    with tempfile.SpooledTemporaryFile(max_size=10, mode=mode) as f:
        print(f.readable(), f.writable(), f.seekable(), isinstance(f, io.IOBase))
        data = b'line\n' * 3 if 'b' in mode else 'line\n' * 3
        f.write(data)
        f.seek(0)
        print(list(f))
        f.seek(0)
        if 'b' in mode:
            print(f.read1(4), f.readinto(bytearray(3)), f.readinto1(bytearray(30)))

warnings.simplefilter('always')
with warnings.catch_warnings(record=True) as seen:
    parser = configparser.SafeConfigParser()
    parser.readfp(io.StringIO('[s]\na = 1\n'))
    print(parser['s']['a'], configparser.ParsingError(filename='f').filename)
    print(isinstance(ast.parse('1').body[0].value, ast.Num), ast.Str('a').s, ast.NameConstant(None).value, ast.Bytes(b'').s)
    print(sorted(str(w.message) for w in seen))
for args in (), ('a', 'b'):
    try:
        configparser.ParsingError(*args)
    except ValueError as e:
        print(e)
print(calendar.January, calendar.February)
with decimal.localcontext(prec=3, rounding=decimal.ROUND_UP):
    print(decimal.Decimal(1) / 3)
try:
    decimal.localcontext(size=3)
except TypeError as e:
    print(e)
print(f"{decimal.Decimal('-0.001'):z.1f}", f"{decimal.Decimal('-0.1'):z.1f}", f"{decimal.Decimal('-0'):z}")
print(statistics.fmean([1, 2, 4], [1, 1, 2]), statistics.fmean(iter([1, 2])),
      statistics.linear_regression([1, 2, 3], [2, 4, 7], proportional=True))
for data, weights in ([1], [1, 2]), ([1, 2], [1, -1]):
    try:
        statistics.fmean(data, weights)
    except statistics.StatisticsError as e:
        print(e)
for url in 'http://h:80/', 'http://h:-0/', 'http://h:+8/', 'http://h:８/':
    try:
        print(urllib.parse.urlsplit(url).port)
    except ValueError as e:
        print(e)
