"""What an application, a server and their streams are by PEP 3333, for annotations."""

from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, Protocol, TypeAlias

__all__ = ["StartResponse", "WSGIEnvironment", "WSGIApplication", "InputStream", "ErrorStream", "FileWrapper"]

# What sys.exc_info() gives, with an exception or without.
_Handled: TypeAlias = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]


class InputStream(Protocol):
    """Where a request's body is read from."""
    def __iter__(self) -> Iterator[bytes]: ...
    def readlines(self, hint: int = ..., /) -> list[bytes]: ...
    def readline(self, size: int = ..., /) -> bytes: ...
    def read(self, size: int = ..., /) -> bytes: ...


class ErrorStream(Protocol):
    """Where errors are told."""
    def writelines(self, seq: list[str], /) -> object: ...
    def write(self, s: str, /) -> object: ...
    def flush(self) -> object: ...


class _Source(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


class FileWrapper(Protocol):
    """What makes an iterable of a file."""
    def __call__(self, file: _Source, block_size: int = ..., /) -> Iterable[bytes]: ...


class StartResponse(Protocol):
    """What an application calls with status and headers."""
    def __call__(self, status: str, headers: list[tuple[str, str]], exc_info: _Handled | None = ...,
                 /) -> Callable[[bytes], object]: ...


WSGIEnvironment: TypeAlias = dict[str, Any]
WSGIApplication: TypeAlias = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]
