def t(src):
    try:
        exec(src, {"__name__": "x", "__package__": None} if "pkgless" in src else {"__name__": "__main__"})
        print("imported", src)
    except Exception as e: print(src, "->", type(e).__name__ + ":", str(e).split(" (/")[0], "| name", getattr(e, "name", None))
t("import nothing_here"); t("import nothing.at.all"); t("from nothing import x"); t("from sys import nope"); t("import sys.nope"); t("import _pk.nope"); t("from _pk import nope"); t("from _pk.sub import nope"); t("from . import x"); t("from .x import y"); t("from .. import z"); t("import math.pi"); t("from math import sqrt, nope2"); t("import _broken"); t("import _broken"); t("import _raises"); t("from _raises import x"); t("from math import *"); t("import _badall"); t("from _badall import *"); t("import builtins.x")
import sys
print("_broken" in sys.modules, "_raises" in sys.modules, "_badall" in sys.modules)
try: import _broken
except SyntaxError as e: print(e.msg, e.filename.rsplit("/", 1)[-1], e.lineno, e.offset, e.text)
try: from _raises import x
except ZeroDivisionError as e: print(e, e.__traceback__.tb_next is not None)
