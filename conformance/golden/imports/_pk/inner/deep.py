from .. import value
from ..sub import y
from . import sibling
def where(): return __name__, value, y
def up(): return sibling.name
