raise SystemExit([1, {"a": 2}])
