import _pk
print(_pk.__name__, _pk.__package__, _pk.value, type(_pk.__path__).__name__, _pk.__spec__.name, _pk.__spec__.parent)
import _pk.sub
print(_pk.sub.x, _pk.sub.__name__, _pk.sub.__package__, _pk.sub.__spec__.parent)
from _pk.sub import y, x as renamed
print(y, renamed)
from _pk import sub as s, value
print(s is _pk.sub, value)
import _pk.inner.deep as d
print(d.where(), d.up(), d.__package__)
from _pk.inner import deep
print(deep is d, _pk.inner.deep is d)
import sys
print(sorted(m for m in sys.modules if m.startswith("_pk")))
from _pk import *
print(exported, "not_exported" in globals(), "_hidden" in globals())
import _pk.inner.deep
print(_pk.inner.__name__)
import _pk as again
print(again is _pk)
del sys.modules["_pk.sub"]
import _pk.sub as fresh
print(fresh is s, fresh.x)
