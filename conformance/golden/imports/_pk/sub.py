from . import value
x = "sub of " + value
y = [1, 2]
