class M(type):
    def __new__(m, n, b, d):
        raise TypeError("refuse " + n)
class A(metaclass=M):
    pass
