import _circ_y
value = 1
