# Modules of the library that is written in Python.
import sys
import keyword, types, abc, codecs, reprlib, colorsys
import collections.abc
import __future__

print(keyword.iskeyword("lambda"), keyword.__name__, keyword.__package__ == "")
print(keyword.__file__.endswith("/keyword.py"), keyword.__spec__.name, keyword.__spec__.has_location)
print(keyword.__spec__.origin == keyword.__file__, keyword.__spec__.submodule_search_locations)
print(keyword.__doc__.splitlines()[0])
print(keyword in sys.modules.values(), keyword.__loader__ is not None)
print(keyword.__spec__.loader is keyword.__loader__, keyword.__builtins__ is not None)
print("def " in keyword.__loader__.get_source("keyword"), keyword.__loader__.is_package("keyword"))
exec(keyword.__loader__.get_code("keyword"), namespace := {"__name__": "again"})
print(namespace["iskeyword"]("if"), namespace["__name__"])

print(abc.ABCMeta.__module__, abc.abstractmethod.__qualname__)
print(codecs.lookup("utf-8").name, codecs.encode("ä", "latin-1"))
print(reprlib.repr(list(range(100))))
print(colorsys.rgb_to_hsv(0.5, 0.25, 0.25))
print(__future__.annotations)
print(types.SimpleNamespace(a=1))

# Code of it: what introspection sees, compared and changed.
code = colorsys.rgb_to_hsv.__code__
print(code.co_name, code.co_varnames[:3], code.co_argcount, code.co_filename == colorsys.__file__)
print(code == code.replace(), code == code.replace(co_name="f"), code.co_firstlineno > 1)
inner = reprlib.recursive_repr("...")
print(inner.__qualname__, inner.__code__.co_freevars, inner.__closure__[0].cell_contents)
again = type(inner)(inner.__code__.replace(co_name="other"), globals(), closure=inner.__closure__)
print(again.__code__.co_name, again.__code__.co_consts == inner.__code__.co_consts)

# A traceback through it shows its lines.
try:
    colorsys.rgb_to_hsv("a", 1, 2)
except TypeError as e:
    frame = e.__traceback__.tb_next.tb_frame
    print(e, frame.f_code.co_name, frame.f_globals["__name__"])
    lines = colorsys.__loader__.get_source("colorsys").splitlines()
    print("(" in lines[e.__traceback__.tb_next.tb_lineno - 1])

try:
    import colorsys.missing
except ModuleNotFoundError as e:
    print(e, e.name)
for name in "no_such_module_at_all", "collections.nothing":
    try:
        __import__(name)
    except ModuleNotFoundError as e:
        print(e, e.name)
