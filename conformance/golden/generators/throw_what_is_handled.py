# The exception that is thrown into a generator is the one that its resumer handles.
import sys


def keeps():
    try:
        yield 1
    except ValueError as error:
        print(sys.exc_info()[0], error.__context__)
        yield 2
        print(sys.exc_info()[0])
        try:
            raise KeyError
        except KeyError as other:
            print(repr(other.__context__))
            yield 3
        print(sys.exc_info()[0])
        yield 4
        raise


generator = keeps()
next(generator)
try:
    raise ValueError("thrown")
except ValueError as error:
    print(generator.throw(error))
print(sys.exc_info())
print(next(generator))
try:
    raise TypeError("another resumer")
except TypeError:
    print(next(generator))
    print(sys.exc_info()[0])
try:
    next(generator)
except ValueError as error:
    print(repr(error), error.__context__)
print(sys.exc_info())


def leaves():
    try:
        yield 1
    except ValueError:
        yield 2
    print(sys.exc_info()[0])
    yield 3


generator = leaves()
next(generator)
try:
    raise ValueError
except ValueError as error:
    print(generator.throw(error))
    print(next(generator))
print(sys.exc_info())
