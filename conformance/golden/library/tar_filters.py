# What is extracted from archives, by filters. (They came with 3.11.4.)
import io
import os
import tarfile
import tempfile


def archive(*members):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode='w') as tar:
        for name, options in members:
            info = tarfile.TarInfo(name)
            data = options.pop('data', b'x')
            for key, value in options.items():
                setattr(info, key, value)
            info.size = len(data) if info.isreg() else 0
            tar.addfile(info, io.BytesIO(data) if info.isreg() else None)
    buffer.seek(0)
    return buffer


def tree(folder):
    found = []
    for base, folders, files in os.walk(folder):
        for name in sorted(folders + files):
            path = os.path.join(base, name)
            mode = os.lstat(path).st_mode
            found.append((os.path.relpath(path, folder), oct(mode & 0o7777) if not os.path.islink(path) else os.readlink(path)))
    return sorted(found)


os.umask(0o022)
cases = {
    'plain': [('a', {}), ('d', {'type': tarfile.DIRTYPE, 'mode': 0o777}), ('d/b', {'mode': 0o4777})],
    'absolute': [('/abs/file', {})],
    'upwards': [('../up', {})],
    'inside': [('d/../e', {}), ('./f', {})],
    'symlink': [('l', {'type': tarfile.SYMTYPE, 'linkname': 'a'}), ('a', {})],
    'symlink out': [('l', {'type': tarfile.SYMTYPE, 'linkname': '../../out'})],
    'symlink absolute': [('l', {'type': tarfile.SYMTYPE, 'linkname': '/etc'})],
    'hard link': [('a', {}), ('h', {'type': tarfile.LNKTYPE, 'linkname': 'a'})],
    'fifo': [('p', {'type': tarfile.FIFOTYPE})],
    'modes': [('x', {'mode': 0o777}), ('y', {'mode': 0o066}), ('z', {'mode': 0o100})],
}
for name, members in cases.items():
    for how in 'tar', 'data', tarfile.data_filter, lambda member, path: None if member.name == 'a' else member:
        with tempfile.TemporaryDirectory() as folder:
            inner = os.path.join(folder, 'dest')
            os.mkdir(inner)
            with tarfile.open(fileobj=archive(*[(n, dict(o)) for n, o in members])) as tar:
                try:
                    if callable(how) and how is not tarfile.data_filter and name in ('absolute', 'upwards', 'fifo'):
                        continue
                    tar.extractall(inner, filter=how)
                except tarfile.FilterError as e:
                    print(name, type(e).__name__, str(e).replace(os.path.realpath(folder), '<tmp>'), e.tarinfo.name)
                except OSError as e:
                    print(name, type(e).__name__)
                print(name, tree(inner))
info = tarfile.TarInfo('n')
print(info.replace(name='m', mode=None).name, info.replace(mode=None).mode, info.mode)
with tarfile.open(fileobj=archive(('a', {}))) as tar:
    print(tar.extraction_filter)
    for how in 'other', 3:
        try:
            tar.extractall(filter=how)
        except Exception as e:
            print(type(e).__name__, e)
    tar.extraction_filter = 'data'
    try:
        tar.extractall()
    except TypeError as e:
        print(e)
