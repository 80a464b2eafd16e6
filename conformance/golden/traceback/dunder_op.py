class V:
    def __add__(self, o):
        raise NotImplementedError("no adding")
    def __repr__(self):
        return self + 1
repr(V())
