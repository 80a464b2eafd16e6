# env: PYTHONPATH=_extra:_pk
import sys
print([p.rsplit("/", 1)[-1] for p in sys.path[:3]])
import _only_in_extra
print(_only_in_extra.v)
import inner
print(inner.__name__)
