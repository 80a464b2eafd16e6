# Daemon threads that wake up while the program winds up do not go on: they would run into what is gone.
import os
import sys
import threading
import time

from _daemons import turn, wait


class Last:
    def __init__(self, ends):
        self.ends, self.write, self.sleep, self.say = ends, os.write, time.sleep, sys.stdout.write

    def __del__(self):
        for end in self.ends:
            self.write(end, b"x")
        # The lock of the interpreter is free for anybody who may still take it.
        self.sleep(0.3)
        self.say("the end\n")


pipes = [os.pipe() for _ in range(4)]
for number, (end, _) in enumerate(pipes):
    threading.Thread(target=wait, args=(end, number), daemon=True).start()
for _ in range(3):
    threading.Thread(target=turn, daemon=True).start()
time.sleep(0.1)
last = Last([end for _, end in pipes])
print(sys.is_finalizing())
