# pathlib: what a text is as a path of either kind, and what is done with files, in the words of 3.11.
import copy
import inspect
import os
import pathlib
import pickle
import tempfile
import warnings
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath


def tried(function, *args, **names):
    try:
        result = function(*args, **names)
    except Exception as e:
        return f"{type(e).__name__}: {e}"
    return result


TEXTS = [
    "", ".", "/", "//", "///", "a", "./a", "a/", "a//b", "a/./b", "a/../b", "/a", "//a/b", "///a", ".x", "a.tar.gz", "a.",
    "..", "c:", "c:a", "C:/a", "c:\\a\\b.x", "\\a", "\\\\m\\s", "//m/s/a.x", "//m", "//m//s", "//?/c:/a", "//?/UNC/m/s/a",
    "//?/UNC/m", "nul.txt", "COM1", "com\xb9 .x", "x:y:z", "a\\b/c",
]
for kind in (PurePosixPath, PureWindowsPath):
    for text in TEXTS:
        p = kind(text)
        print(repr(p), str(p), p.parts, (p.drive, p.root, p.anchor), (p.name, p.stem, p.suffix, p.suffixes), p.parent,
              [str(above) for above in p.parents], p.is_absolute(), p.is_reserved(), tried(p.as_uri))
        print(" ", [str(tried(p.joinpath, other)) for other in ("b", "/b", "c:b", "C:/b", "//n/t", "", ".")],
              tried(p.with_name, "n"), tried(p.with_stem, "n"), tried(p.with_suffix, ".s"), tried(p.with_suffix, ""))
        print(" ", [tried(p.match, pattern) for pattern in ("*", "A*", "*/b*", "/a", "c:*", "[ab]", "")],
              [str(tried(p.relative_to, other)) for other in ("", "/", "a", "c:", "C:/", "//m/s")])
        print(" ", pickle.loads(pickle.dumps(p)) == p, copy.copy(p) == kind(*p.parts), hash(kind(text)) == hash(p))

p, w = PurePosixPath("a/B"), PureWindowsPath("a/B")
print(p == w, w == PureWindowsPath("A\\b"), p == PurePosixPath("A/b"), p < PurePosixPath("a/C"), w <= PureWindowsPath("A/b"))
print(tried(lambda: p < w), tried(lambda: p / 1), tried(lambda: 1 / p), "x" / p, tried(PurePath, b"x"), tried(PurePath, 1), sep="\n")
print(p.parents, len(p.parents), p.parents[-1], p.parents[:1], tried(lambda: p.parents[2]), p.parts is p.parts)
print(tried(p.relative_to), p.is_relative_to("a"), p.is_relative_to("b"), tried(p.with_name, ""), tried(p.with_name, "a/b"))
print(tried(p.with_suffix, "x"), tried(p.with_suffix, "./"), tried(pathlib.WindowsPath), bytes(p), os.fspath(p))
print(PurePosixPath(PureWindowsPath("c:\\a"), "b"), PureWindowsPath(PurePosixPath("/a\\b"), "c"), p / p, p / "/x" / p)


class Own(type(Path())):
    def __init__(self, *args):
        print("made of", args)

    def __str__(self):
        return "<" + super().__str__() + ">"


own = Own("a", "b")
print(type(own.parent), own / "c", os.fspath(own), repr(own), [type(above) for above in own.parents])

for name in dir(Path):
    if not name.startswith("_") and callable(getattr(Path, name)):
        print(name, inspect.signature(getattr(Path, name)))

with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    top = Path()
    print(tried(Path("x/y/z").mkdir), Path("x/y/z").mkdir(parents=True), tried(Path("x").mkdir), Path("x").mkdir(exist_ok=True))
    for name in ("x/f.txt", "x/y/f.py", "x/y/z/g.txt", ".h"):
        print(Path(name).write_text(name), Path(name).read_bytes(), Path(name).stat().st_size)
    Path("link").symlink_to("x")
    Path("x/y/up").symlink_to("..")
    Path("loop").symlink_to("loop")
    Path("lost").symlink_to("nowhere")
    for pattern in ("*", "*/", "**", "**/", "**/*.txt", "x/y", "x/*/..", "*/*/g*", "?", "[x-z]*", "**/y/**", "x/**/f*", "no*/a", ".*", "lo*"):
        print(pattern, sorted(map(str, top.glob(pattern))), sorted(map(str, top.rglob(pattern))))
    for pattern in ("", "/a", "a**", "**b/c"):
        print(pattern, tried(lambda: next(top.glob(pattern), None)), tried(lambda: next(top.rglob(pattern), None) and 0))
    for name in (".", "x", "x/f.txt", "link", "loop", "lost", "none", "x/f.txt/a", "a\0b"):
        path = Path(name)
        print(name[:9], path.exists(), path.is_dir(), path.is_file(), path.is_symlink(), path.is_mount(), path.is_fifo(),
              str(tried(path.resolve)).replace(os.path.realpath(folder), "..."), tried(path.readlink),
              str(tried(path.lstat))[:60] if not path.exists() and not path.is_symlink() else "")
    print(tried(Path("none").resolve, strict=True), sorted(top.iterdir()), tried(lambda: list(Path("none").iterdir())))
    Path("t").touch()
    print(tried(Path("t").touch, exist_ok=False), Path("t").rename("u"), Path("u").replace(Path("v")), Path("v").unlink())
    print(tried(Path("v").unlink), Path("v").unlink(missing_ok=True), tried(Path("x").rmdir), tried(Path("x").unlink))
    Path("hard").hardlink_to("x/f.txt")
    print(Path("hard").samefile("x/f.txt"), Path("hard").samefile(Path(".h")), tried(Path("hard").samefile, "none"))
    print(tried(Path("hard").write_text, b"x"), tried(Path("hard").write_bytes, "x"), Path("hard").read_text())
    Path("hard").chmod(0o640)
    print(oct(Path("hard").stat().st_mode), Path("~/a").expanduser() == Path.home() / "a", tried(Path("~no/such").expanduser))
    print(Path.cwd() == Path().absolute() == Path("a").absolute().parent, Path("/a").absolute())
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        with Path("hard") as same:
            Path("hard").link_to("hard2")
        print(same, [(str(w.message), w.category, os.path.basename(w.filename)) for w in seen])
    os.chdir("/")
