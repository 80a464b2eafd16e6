name = "x"
print(f"value: {name} {undefined_var!r} end")
