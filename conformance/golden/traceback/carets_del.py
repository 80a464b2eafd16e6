d = {}
del d["key"]
