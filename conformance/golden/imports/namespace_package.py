import _ns.part
print(_ns.part.value, _ns.__name__, hasattr(_ns, "__file__"), type(_ns.__path__).__name__, len(list(_ns.__path__)))
from _ns import part
print(part.__package__)
try: from _ns import absent
except ImportError as e: print(str(e))
try: import _ns.absent
except ImportError as e: print(str(e))
print(_ns.__spec__.origin, _ns.__doc__, repr(_ns)[:25])
