print("running inner/__init__")
