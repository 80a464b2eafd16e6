print(sorted([3, 1, 2]), sorted("banana"), sorted([(2, "a"), (1, "b")]), sorted(["bb", "a"], key=len), sorted([1, 2], reverse=True), list(reversed([1, 2])))
