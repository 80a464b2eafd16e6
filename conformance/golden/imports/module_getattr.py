import _lazy
print(_lazy.present, _lazy.dynamic_thing, _lazy.other)
try: _lazy.refused
except AttributeError as e: print(e)
print(hasattr(_lazy, "zzz"), hasattr(_lazy, "refused"), getattr(_lazy, "refused", "default"), dir(_lazy))
from _lazy import dynamic_from, present
print(dynamic_from, present)
try: from _lazy import refused
except ImportError as e: print(str(e).split(" (/")[0])
_lazy.set_attr = 5
print(_lazy.set_attr, "set_attr" in vars(_lazy))
del _lazy.set_attr
print(_lazy.set_attr)
del _lazy.__getattr__
try: _lazy.dynamic_thing
except AttributeError as e: print(e)
