# Type variables of variable number, and what else typing has since 3.11.
import pickle
import typing
from typing import (Annotated, Any, Callable, Concatenate, Dict, ForwardRef, Generic, List, NamedTuple, NewType,
                    NotRequired, ParamSpec, Protocol, Required, Tuple, TypedDict, TypeVar, TypeVarTuple, Union, Unpack,
                    final, get_args, get_origin, get_type_hints)

T = TypeVar('T')
S = TypeVar('S')
P = ParamSpec('P')
Ts = TypeVarTuple('Ts')


def tried(text):
    try:
        print(text, '->', eval(text))
    except Exception as e:
        print(text, '->', type(e).__name__ + ':', e)


class Row(Generic[*Ts]):
    pass


class Headed(Generic[T, *Ts, S]):
    pass


class Task(Generic[T, P]):
    pass


class Only(Generic[P]):
    pass


for text in """
Ts; Unpack[Ts]; [*Ts]; Row[int]; Row[int, str]; Row[()]; Row[*Ts]; Row[*Ts][int, str]; Row[T, *Ts][int]
Row[*tuple[int, str]]; Row[*tuple[int, ...]]; Row[*tuple[int, ...], *tuple[str, ...]]; Row.__parameters__
Headed[int, str]; Headed[int, float, bool, str]; Headed[int]; Headed[*tuple[int, ...]]
Headed.__parameters__; Headed[int, *Ts, str].__parameters__; Headed[int, *Ts, str][bool, bytes]
tuple[*Ts]; tuple[*Ts][int, str]; tuple[T, *Ts][int, str, float]; Tuple[Unpack[Ts]][int, str]; Tuple[()]; Tuple[int, ...]
Tuple[int, str, ...]; Union[*Ts]; Union[T, *Ts][int]; Callable[[*Ts], T]; Callable[[*Ts], T][int, str, float]
Callable[[int, *Ts], T][str]; List[T][*Ts]; List[T][Unpack[Tuple[int]]]; List[int][str]; List[T][int, str]
Callable[P, T][[int, str], bool]; Callable[P, T][..., bool]; Callable[Concatenate[int, P], T][[str], bool]
Callable[Concatenate[int, ...], T]; Concatenate[int, str]; Task[int, [str, bool]]; Task[int, ...]; Task[int]
Task[int, str]; Only[int, str]; Only[[int, str]]; Only[...]; Task[T, P][int, [str]]; Generic[()]; Generic[int]; Generic[T, T]
Generic[*Ts, T]; Protocol[()]; Dict[T, T][int]; Dict[T, S].__parameters__; Annotated[*Ts, 1]; Annotated[Row[*Ts], 1][int]
Unpack[int]; Unpack[tuple[int, str]]; [*Tuple[int]]; iter(List[int]).__next__(); list(Union[int, str]); list(Any)
isinstance(1, Any); Any(); Any; type(Any).__name__; class_of_any(); ForwardRef('*Ts'); ForwardRef('int', module='m')
ForwardRef('a') | None; get_origin(Unpack[Ts]); get_args(Row[int, str]); get_args(Callable[[int], str]); Point.__mro__[1:3]
Point[int](1, 2); Point[int].__args__; Film.__required_keys__ == {'title'}; Film.__optional_keys__ == {'year'}
Pair[int].__origin__.__name__; Pair.__parameters__; pickle.loads(pickle.dumps(Row[int, str])) == Row[int, str]
pickle.loads(pickle.dumps(Ts)) is Ts; hints(); Final.__final__; Union[int, (1,)]; List[(1,)]
""".replace('\n', ';').split(';'):
    if text.strip():
        def class_of_any():
            class Mock(Any):
                pass
            return Mock.__mro__[1:], isinstance(Mock(), Mock)

        class Point(NamedTuple, Generic[T]):
            x: T
            y: T

        class Film(TypedDict):
            title: Required[str]
            year: NotRequired[int]

        class Pair(TypedDict, Generic[T]):
            first: T

        def hints():
            def f(*args: *Ts, a: 'Unpack[Ts]' = None, b: int = None, c: list['int'] = None): pass
            return get_type_hints(f)

        @final
        class Final:
            pass

        tried(text.strip())

for make in [lambda: typing.types.new_class('C', (NewType('Id', int),)),
             lambda: typing.types.new_class('C', (Unpack[Ts],))]:
    try:
        print(make())
    except TypeError as e:
        print(e)
