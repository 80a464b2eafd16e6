d = {"a": 1, "b": 2}
d["c"] = 3
print(d, d["a"], d.get("z"), d.get("z", 0), "b" in d, len(d))
for k in d: print(k, d[k])
for k, v in d.items(): print(k, v)
del d["a"]
print(list(d.keys()), list(d.values()), d.pop("b"), d, dict(x=1), {**d, "n": 1})
try: d["missing"]
except KeyError as e: print(repr(e))
