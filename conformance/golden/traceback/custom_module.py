class E(Exception): pass
E.__module__ = "some.package"
raise E("x")
