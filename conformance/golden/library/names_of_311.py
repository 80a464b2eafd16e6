# What 3.11 added to modules: typing, http, logging; source text in encodings that only the codecs know.
import http
import io
import contextlib
import functools
import inspect
import logging
import sys
import typing
from typing import Annotated, Never, NotRequired, Required, Self, TypedDict


def attempt(function):
    try:
        return function()
    except BaseException as e:
        return type(e).__name__, str(e)


print(Self, Never, typing.LiteralString, Required[int], Required[int].__args__, typing.Optional[Self], typing.List[Never])
for function in (lambda: Self[int], lambda: Never(), lambda: typing.assert_never([1]), lambda: Required[1, 2],
                 lambda: isinstance(1, Self), lambda: Self | None):
    print(attempt(function))


class Movie(TypedDict):
    title: Required[str]
    year: NotRequired[int]


class More(Movie, total=False):
    stars: Annotated[Required[int], "few"]
    note: str


for kind in (Movie, More):
    print(sorted(kind.__required_keys__), sorted(kind.__optional_keys__), typing.get_type_hints(kind))
print(typing.get_type_hints(More, include_extras=True))


@typing.overload
def double(x: int) -> int: ...
@typing.overload
def double(x: str) -> str: ...
def double(x):
    return x + x


print([f.__annotations__ for f in typing.get_overloads(double)], typing.clear_overloads(), typing.get_overloads(double))


@typing.dataclass_transform(kw_only_default=True, more=1)
def model(cls):
    return cls


print(model.__dataclass_transform__, typing.assert_type(3, str))
with contextlib.redirect_stderr(io.StringIO()) as err:
    typing.reveal_type(3.5)
print(err.getvalue())

print([(m.value, m.description) for m in http.HTTPMethod], repr(http.HTTPMethod.GET), http.HTTPMethod.PUT == "PUT")
print(logging.getLevelNamesMapping())



def annotated(a: int, b: "str") -> "list[int]": pass


class Noted:
    x: "int"
    y: "Kind" = 1
    Kind = str
    @property
    def failing(self): raise ValueError


class Heir(Noted): pass


wrapper = functools.wraps(annotated)(lambda *a: a)
for thing in (annotated, Noted, Heir, wrapper, functools.partial(annotated), inspect, len, 5):
    for evaluated in (False, True):
        print(attempt(lambda: inspect.get_annotations(thing, eval_str=evaluated)))
print([n for n, _ in inspect.getmembers_static(Noted()) if n[0] != "_"], inspect.ismethodwrapper([].__len__))

for encoding in ("cp1252", "koi8-r", "iso8859-15", "utf-7"):
    text = "# -*- coding: %s -*-\nword = '%s'\n" % (encoding, "\u0416" if encoding == "koi8-r" else "\u20ac")
    names = {}
    exec(text.encode(encoding), names)
    print(encoding, ascii(names["word"]))
for source in (b"# coding: nothing-known\n1", b"# coding: cp1252\n'\x81'\n", b"# coding: cp1252\n\x80 = 1\n"):
    print(attempt(lambda: compile(source, "<text>", "exec"))[0])
