"""Matrices with operators: products, powers, determinants, inverses over exact fractions."""


def gcd(a, b):
    while b:
        a, b = b, a % b
    return abs(a)


class Fraction:
    __slots__ = ("n", "d")

    def __init__(self, n, d=1):
        if d == 0:
            raise ZeroDivisionError(f"Fraction({n}, 0)")
        g = gcd(n, d) or 1
        if d < 0:
            g = -g
        self.n, self.d = n // g, d // g

    @staticmethod
    def of(value):
        return value if isinstance(value, Fraction) else Fraction(value)

    def __add__(self, other):
        other = Fraction.of(other)
        return Fraction(self.n * other.d + other.n * self.d, self.d * other.d)

    def __mul__(self, other):
        other = Fraction.of(other)
        return Fraction(self.n * other.n, self.d * other.d)

    def __neg__(self):
        return Fraction(-self.n, self.d)

    def __sub__(self, other):
        return self + -Fraction.of(other)

    def __truediv__(self, other):
        other = Fraction.of(other)
        return Fraction(self.n * other.d, self.d * other.n)

    __radd__, __rmul__ = __add__, __mul__

    def __eq__(self, other):
        other = Fraction.of(other)
        return self.n == other.n and self.d == other.d

    def __hash__(self):
        return hash((self.n, self.d))

    def __bool__(self):
        return self.n != 0

    def __repr__(self):
        return str(self.n) if self.d == 1 else f"{self.n}/{self.d}"


class Matrix:
    def __init__(self, rows):
        self.rows = [list(row) for row in rows]

    @classmethod
    def identity(cls, n):
        return cls([[int(i == j) for j in range(n)] for i in range(n)])

    def __matmul__(self, other):
        columns = list(zip(*other.rows))
        return Matrix([[sum(a * b for a, b in zip(row, column)) for column in columns]
                       for row in self.rows])

    def __pow__(self, n):
        result, base = Matrix.identity(len(self.rows)), self
        while n:
            if n & 1:
                result = result @ base
            base, n = base @ base, n >> 1
        return result

    def __eq__(self, other):
        return self.rows == other.rows

    def transpose(self):
        return Matrix(zip(*self.rows))

    def inverse(self):
        n = len(self.rows)
        work = [[Fraction(x) for x in row] + [Fraction(int(i == j)) for j in range(n)]
                for i, row in enumerate(self.rows)]
        for i in range(n):
            pivot = next((r for r in range(i, n) if work[r][i]), None)
            if pivot is None:
                raise ZeroDivisionError("singular matrix")
            work[i], work[pivot] = work[pivot], work[i]
            work[i] = [x / work[i][i] for x in work[i]]
            for r in range(n):
                if r != i and work[r][i]:
                    factor = work[r][i]
                    work[r] = [x - factor * y for x, y in zip(work[r], work[i])]
        return Matrix([row[n:] for row in work])

    def determinant(self):
        if len(self.rows) == 1:
            return self.rows[0][0]
        return sum((-1) ** j * self.rows[0][j] * self.minor(j).determinant()
                   for j in range(len(self.rows)))

    def minor(self, column):
        return Matrix([row[:column] + row[column + 1:] for row in self.rows[1:]])

    def __str__(self):
        cells = [[str(x) for x in row] for row in self.rows]
        widths = [max(map(len, column)) for column in zip(*cells)]
        return "\n".join("[" + " ".join(c.rjust(w) for c, w in zip(row, widths)) + "]" for row in cells)


if __name__ == "__main__":
    a = Matrix([[2, 1, 0], [1, 3, 1], [0, 1, 4]])
    print(a, a.determinant(), sep="\ndeterminant ")
    print(a.inverse())
    print(a @ a.inverse() == Matrix.identity(3))
    print(Matrix([[1, 1], [1, 0]]) ** 200)
    print(a.transpose() == a, Matrix([[1, 2, 3], [4, 5, 6]]).transpose(), sep="\n")
    try:
        Matrix([[1, 2], [2, 4]]).inverse()
    except ZeroDivisionError as e:
        print(e)
    print(Matrix([[(i * j + i + 1) % 7 for j in range(6)] for i in range(6)]).determinant())
