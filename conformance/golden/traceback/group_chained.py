try:
    raise ExceptionGroup("eg", [ValueError(1)])
except ExceptionGroup as e:
    raise RuntimeError("after group") from e
