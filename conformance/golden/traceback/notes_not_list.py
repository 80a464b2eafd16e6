e = ValueError("msg")
e.__notes__ = "a string"
raise e
