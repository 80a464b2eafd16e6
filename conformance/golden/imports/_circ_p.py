import _circ_q
value = 1
