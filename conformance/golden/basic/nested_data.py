data = {"users": [{"name": "ann", "tags": ["x", "y"]}, {"name": "bob", "tags": []}], "n": (1, {2: 3})}
print(data, data["users"][0]["tags"][1], [u["name"] for u in data["users"] if u["tags"]], data["n"][1][2])
data["users"][1]["tags"] += ["z"]; data["new"] = data["n"]
print(data)
