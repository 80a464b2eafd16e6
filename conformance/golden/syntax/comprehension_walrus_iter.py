[i for i in (j := range(3))]
class A:
    z = [(k := i) for i in range(3)]
