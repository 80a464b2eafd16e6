# A name that a nested function declares global is global for the module's own statements too.
exec(
    """
def outer():
    y = 1

    def reads():
        global y
        return y

    def own():
        return y + 1

    return reads, own


y = 9
z = 3
reads, own = outer()
result = reads(), own()
""",
    space := {},
    names := {},
)
print(names["result"], space["y"], "y" in names, "z" in names, "z" in space)
