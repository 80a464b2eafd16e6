v = ValueError("sub")
v.add_note("sub note\nsecond line")
g = ExceptionGroup("noted", [v, KeyError("k")])
g.add_note("group note")
raise g
