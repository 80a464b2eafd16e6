import _circ_a
saw = (_circ_a.started, hasattr(_circ_a, "done"))
