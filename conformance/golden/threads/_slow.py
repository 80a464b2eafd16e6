import time
first = 1
time.sleep(0.1)
last = 2
