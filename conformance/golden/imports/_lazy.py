present = "here"
def __getattr__(name):
    if name == "refused" or name.startswith("__"): raise AttributeError(f"module says no to {name}")
    return "made " + name
def __dir__(): return ["z", "a"]
