"""Rows about -m, folders, archives, and what is said of importing."""

from table import command, row

# -m: which frames are shown depends on where it fails.
ENDS = {"ends.py": "import sys\nexec(sys.argv[1])\n"}
for text in ("1/0", "import no_such_thing", "import sys; sys.exit(3)", "import sys; sys.exit('text')", "raise KeyboardInterrupt", "import sys; sys.exit((3,))", "import bad.syntax", "from pkg import nothing"):
    row(f"-m: ends with {text}", "-m", "ends", text, files=ENDS)
# The frames that are there while it runs; without those of importing, which has none here.
STACK = "import sys\nframe = sys._getframe()\nwhile frame:\n  if 'importlib' not in frame.f_code.co_filename:\n    print(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name)\n  frame = frame.f_back\n"
row("-m: stack", "-m", "stack", files={"stack.py": STACK})
row("-m: stack of a package", "-m", "stack", files={"stack/__init__.py": STACK, "stack/__main__.py": STACK})
row("-m: stack of a package in a package", "-m", "stack.inner", files={"stack/__init__.py": STACK, "stack/inner/__init__.py": STACK, "stack/inner/__main__.py": STACK})
row("-m: stack of a module in a package", "-m", "stack.tool", files={"stack/__init__.py": STACK, "stack/tool.py": STACK})
row("-m: stack of a folder", "stack", files={"stack/__main__.py": STACK})
for name, text in {"raises": "1/0", "syntax error": "x = = 1", "missing module": "import no_such_thing", "ImportError": "raise ImportError('own')", "ImportError with a name": "raise ImportError('own', name='a')", "its own name": "raise ImportError('own', name='pack')", "sys.exit": "import sys; sys.exit(4)", "KeyboardInterrupt": "raise KeyboardInterrupt"}.items():
    row(f"-m: package with {name}", "-m", "pack", files={"pack/__init__.py": text, "pack/__main__.py": "print('main')"})
    row(f"-m: module of a package with {name}", "-m", "pack.tool", files={"pack/__init__.py": text, "pack/tool.py": "print('tool')"})
    row(f"-m: __main__ with {name}", "-m", "pack", files={"pack/__init__.py": "", "pack/__main__.py": text})
    row(f"directory: {name}", "pack", files={"pack/__main__.py": text})
row("-m: indentation error", "-m", "indent", cwd="bad")
row("-m: null byte", "-m", "null", cwd="bad")
row("-m: imported by its package", "-m", "pack.tool", files={"pack/__init__.py": "import pack.tool", "pack/tool.py": "print(__name__)"})
row("-m: imported by its package, -W error", "-W", "error", "-m", "pack.tool", files={"pack/__init__.py": "import pack.tool", "pack/tool.py": "print(__name__)"})
row("-m: namespace package", "-m", "space", files={"space/tool.py": "print(__spec__.name, __package__)"})
row("-m: module of a namespace package", "-m", "space.tool", files={"space/tool.py": "print(__spec__.name, __package__)"})
row("-m: __main__ given", "-m", "pkg.__main__", "a")
row("-m: package as __main__", "-m", "pack", files={"pack/__init__.py": "", "pack/__main__/__init__.py": ""})
row("-m: empty name", "-m", "")
row("-m: spaces", "-m", "no such")
row("-m: module of a module", "-m", "show.x")
row("-m: what __main__ is", "-m", "pack", files={"pack/__init__.py": "", "pack/__main__.py": "print(__name__, __package__, __spec__.name, __spec__.parent, type(__loader__).__name__, __doc__)"})
row("-m: -O", "-O", "-m", "asserts")
row("-m: -i", "-i", "-m", "ends", "x = 3", files=ENDS, stdin=b"x\n")
row("-m: -i after an error", "-i", "-m", "ends", "1/0", files=ENDS, stdin=b"sys.argv\n")
row("-m: of the library", "-m", "base64", "-e", stdin=b"text")
row("-m: of the library, usage", "-m", "json.tool", stdin=b'{"a": [1, 2]}')

# Archives: what Python runs as a folder.
PACK = "import zipfile\nwith zipfile.ZipFile('app.zip', 'w') as z:\n  for name in ('__main__.py', 'inner.py'): z.write(name)\n"
SAYS = {"pack.py": PACK, "inner.py": "print('inner', __file__)\n", "__main__.py": "import sys\nimport inner\nprint(__name__, __file__, __package__ == '', sys.argv, sys.path[0], __spec__.name)\n"}
row("zip: run", shell="'{exe}' pack.py && '{exe}' app.zip a -b", files=SAYS)
row("zip: any name, with a line in front", shell="'{exe}' pack.py && (echo '#!/bin/x'; cat app.zip) > app && '{exe}' ./app a", files=SAYS)
row("zip: without __main__", shell="'{exe}' -c \"import zipfile; zipfile.ZipFile('app.zip', 'w').write('inner.py')\" && '{exe}' app.zip", files=SAYS)
row("zip: raises", shell="'{exe}' pack.py && '{exe}' app.zip", files={**SAYS, "__main__.py": "def f():\n  1/0\nf()\n"})
row("zip: -m from PYTHONPATH", shell="'{exe}' pack.py && rm inner.py && PYTHONPATH=app.zip '{exe}' -m inner", files=SAYS)
row("zip: -I", shell="'{exe}' pack.py && '{exe}' -I app.zip", files=SAYS)

# What is said of importing.
TREE = {"top.py": "import one\nimport pack.deep\ntry:\n  import fails\nexcept ZeroDivisionError: pass\ntry:\n  import no_such\nexcept ImportError: pass\nimport one\nimport space.tool\n", "one.py": "import two", "two.py": "", "pack/__init__.py": "from pack import beside", "pack/beside.py": "", "pack/deep.py": "import two", "fails.py": "1/0", "space/tool.py": ""}
row("-X importtime: nested", "-B", "-X", "importtime", "top.py", files=TREE, compare="imports")
row("-X importtime=1", "-B", "-X", "importtime=1", "top.py", files=TREE, compare="imports")
row("PYTHONPROFILEIMPORTTIME", "-B", "top.py", files=TREE, compare="imports", env={"PYTHONPROFILEIMPORTTIME": "1"})
row("PYTHONPROFILEIMPORTTIME: -E", "-B", "-E", "top.py", files=TREE, compare="imports", env={"PYTHONPROFILEIMPORTTIME": "1"})
row("-X importtime: importlib", "-B", "-X", "importtime", "-c", "import importlib\nimportlib.import_module('pack.deep')\n__import__('one')", files=TREE, compare="imports")
row("-v: nested", "-B", "-v", "top.py", files=TREE, compare="imports")
row("-vv: nested", "-B", "-vv", "top.py", files=TREE, compare="imports")
row("PYTHONVERBOSE=2: nested", "-B", "top.py", files=TREE, compare="imports", env={"PYTHONVERBOSE": "2"})
row("-v: -q", "-B", "-q", "-v", "-c", "import one", files=TREE, compare="imports")
row("-v: -S", "-B", "-S", "-v", "-c", "import one", files=TREE, compare="imports")
