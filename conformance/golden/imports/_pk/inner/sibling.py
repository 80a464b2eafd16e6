from .. import sub as _s
name = "sibling sees " + _s.x
