import math
math.sqrtt(2)
