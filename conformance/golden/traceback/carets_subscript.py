data = {"a": [1, 2, {"b": 3}]}
def look():
    return data["a"][2]["missing"]
look()
