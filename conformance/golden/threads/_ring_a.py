import time
time.sleep(0.05)
import _ring_b
name = "a"
