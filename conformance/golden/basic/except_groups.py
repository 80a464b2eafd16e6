try: raise ExceptionGroup("g", [ValueError(1), KeyError(2)])
except* ValueError as e: print("V", e.exceptions)
except* KeyError as e: print("K", e.exceptions)
