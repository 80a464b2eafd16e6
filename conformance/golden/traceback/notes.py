e = ValueError("with notes")
e.add_note("note one")
e.add_note("note two\nspans lines")
e.add_note("")
raise e
