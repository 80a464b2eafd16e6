# The __dict__ of what is native below a plain class: classes with a mixed metaclass, modules, exceptions.
import types


class Mixin:
    def __setattr__(self, name, value):
        super().__setattr__(name, value)


class Meta(Mixin, type):
    pass


class Made(metaclass=Meta):
    a = 1


print(type(Made.__dict__), "a" in Made.__dict__, vars(Made)["a"])
Made.b = 2
print(Made.__dict__["b"], "b" in vars(Made), "c" in Made.__dict__)


def attempt(function, *args):
    try:
        return function(*args)
    except (AttributeError, TypeError) as failure:
        return type(failure).__name__, str(failure)


print(attempt(setattr, Made, "__dict__", {}))
print(attempt(delattr, Made, "__dict__"))


class Module(Mixin, types.ModuleType):
    pass


module = Module("name")
module.x = 1
print(module.__dict__["__name__"], module.__dict__["x"], vars(module)["x"])


class Failure(Mixin, Exception):
    pass


failure = Failure()
failure.x = 1
print(failure.__dict__)
failure.__dict__ = {"z": 1}
print(failure.z, hasattr(failure, "x"))
