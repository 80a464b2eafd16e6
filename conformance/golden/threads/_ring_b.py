import time
time.sleep(0.05)
import _ring_a
name = "b"
