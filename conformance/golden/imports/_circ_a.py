started = True
import _circ_b
b_saw = _circ_b.saw
done = "a done"
