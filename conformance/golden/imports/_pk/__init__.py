"""Package used by the import tests."""
value = "package value"
exported = "by __all__"
not_exported = "hidden by __all__"
_hidden = 1
__all__ = ["exported", "sub"]
