def check(v):
    assert v > 10, f"too small: {v}"
check(5)
