d = {"one": 1,
     "two": 2 + "2",
     "three": 3}
