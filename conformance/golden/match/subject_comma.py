"""A comma behind the subject makes a tuple of it; keys that are equal; which kind of pattern a class fits."""
import ast
import collections
import collections.abc

x, w = 0, [1, 2]
match x,:
    case y,:
        print(y)
match w, x,:
    case [y, *r], z,:
        print(y, r, z)
match *w,:
    case first, second:
        print(first, second)
match x, :
    case z:
        print(z)
match(x,):
    case z,:
        print(z)
print(ast.dump(ast.parse("match x,:\n  case y,: 0").body[0].subject, include_attributes=True))

for keys in ("0: _, False: _", "0: _, 0.0: _", "0: _, -0: _", "0: _, 0j: _", "'a': _, 'a': _", "1: _, 1+0j: _",
             "1: _, True: _", "2: _, True: _", "b'a': _, 'a': _"):
    try:
        compile("match x:\n case {%s}: pass" % keys, "", "exec")
        print(keys, "fine")
    except SyntaxError as e:
        print(keys, e.msg)


class C:
    pass


def kind(value):
    match value:
        case {}:
            return "map"
        case [*_]:
            return "seq"


Map, Seq = collections.abc.Mapping, collections.abc.Sequence
for bases in ((collections.UserDict, Seq), (C, collections.UserDict, Seq), (collections.UserDict, C, list),
              (dict, Seq, C), (collections.UserList, Map), (list, C, Map), (collections.UserList, dict, C)):
    print([b.__name__ for b in bases], kind(type("K", bases, {})()))
