from _circ_x import value
