code = compile("x = 1\ny = x + 'a'\n", "made_up.py", "exec")
exec(code)
