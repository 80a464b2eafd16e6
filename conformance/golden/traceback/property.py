class A:
    @property
    def p(self):
        return self.missing_attr
print(A().p)
