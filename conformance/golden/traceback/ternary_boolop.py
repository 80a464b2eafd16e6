a = None
b = (a and a.x) or (a.y if not a else 5)
