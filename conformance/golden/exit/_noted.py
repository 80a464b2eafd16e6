import os

LOG = ["log"]


class Inner:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        LOG.append(self.name)
        print("inner", LOG, os.path.basename("a/b"))
