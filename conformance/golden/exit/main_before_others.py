# What only the program holds is finalised while its names and all modules are there, also what lies deeper.
import _noted


class Context:
    def __init__(self, name):
        self.name, self.inner = name, _noted.Inner(name)

    def __del__(self):
        print("context", self.name, LATE)


class Client:
    def __init__(self, name):
        self.context = Context(name)
        self.me = self


LATE = "late"
by_name = {"c": [Client("c")]}


def use():
    return by_name
