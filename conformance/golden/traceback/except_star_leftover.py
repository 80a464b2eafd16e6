try:
    raise ExceptionGroup("eg", [ValueError(1), TypeError(2), KeyError(3)])
except* TypeError:
    print("handled TypeError")
except* KeyError as e:
    raise RuntimeError("new one")
