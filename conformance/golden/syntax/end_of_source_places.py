for src in ['def f():\n','def f():','x=1\ndef f():\n\n','def f():\n\n\n# c\n','if 1:\n  def f():\n','class A:\n  def f():\n    pass\nfor x in y:\n','while 1:\n   \n','if x:\n y\nelse:\n','try:\n','with a:\n\tfor b in c:','try:\n  x\ny\n']:
    try: compile(src,'f','exec')
    except SyntaxError as e: print(repr(src),type(e).__name__,e.lineno,e.offset,e.end_lineno,e.end_offset,repr(e.text))
