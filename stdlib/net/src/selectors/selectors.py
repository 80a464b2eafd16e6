"""Waiting for events on many files at once.

A selector knows files: descriptors, or objects with fileno(). Each is registered for reading, writing or both,
with data of any kind. select() waits, and tells what is ready.
"""

import select
from abc import ABCMeta, abstractmethod
from collections import namedtuple
from collections.abc import Mapping

import _selectors
from _selectors import _fileobj_to_fd

EVENT_READ, EVENT_WRITE = 1, 2


SelectorKey = namedtuple("SelectorKey", ["fileobj", "fd", "events", "data"])
SelectorKey.__doc__ = """SelectorKey(fileobj, fd, events, data)

What a selector knows of a file.
"""
SelectorKey.fileobj.__doc__ = "The file as it was registered."
SelectorKey.fd.__doc__ = "Its descriptor."
SelectorKey.events.__doc__ = "The events that it is registered for."
SelectorKey.data.__doc__ = "What was given with it."


class _SelectorMapping(_selectors.Mapping, Mapping):
    """A selector's keys by file."""


class BaseSelector(metaclass=ABCMeta):
    """What all selectors can do.

    DefaultSelector is the best one that the system has.
    """

    @abstractmethod
    def register(self, fileobj, events, data=None):
        """Register a file for events, with data of any kind; return its key.

        ValueError is raised for events or files that are none, KeyError for a file that is registered. OSError
        may be raised for what the system does not watch.
        """
        raise NotImplementedError

    @abstractmethod
    def unregister(self, fileobj):
        """Forget a file and return the key that it had.

        KeyError is raised for one that is not registered, no OSError for one that has been closed.
        """
        raise NotImplementedError

    def modify(self, fileobj, events, data=None):
        """Change a file's events or data; return its new key.

        Unless a class knows better, the file is unregistered and registered anew.
        """
        self.unregister(fileobj)
        return self.register(fileobj, events, data)

    @abstractmethod
    def select(self, timeout=None):
        """Wait for events; return a list of pairs: the key of a file, and its events that have come.

        The wait ends after timeout seconds. None waits without end, 0 or less not at all.
        """
        raise NotImplementedError

    def close(self):
        """Give back what the selector holds of the system."""

    def get_key(self, fileobj):
        """Return the key of a registered file.

        KeyError is raised for one that is not registered, RuntimeError when the selector is closed.
        """
        keys = self.get_map()
        if keys is None:
            raise RuntimeError("Selector is closed")
        try:
            return keys[fileobj]
        except KeyError:
            raise KeyError(f"{fileobj!r} is not registered") from None

    @abstractmethod
    def get_map(self):
        """Return a view of the keys by file; None when closed."""
        raise NotImplementedError

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()


class _BaseSelectorImpl(_selectors.Base, BaseSelector):
    """Keys by descriptor: what all selectors share."""


class SelectSelector(_selectors.Select, _BaseSelectorImpl):
    """Selector over select(): for few files, with descriptors below 1024."""

    _select = select.select


class _PollLikeSelector(_selectors.PollLike, _BaseSelectorImpl):
    """What the selectors over objects with poll() share."""

    _selector_cls = None
    _EVENT_READ = None
    _EVENT_WRITE = None


class PollSelector(_selectors.Poll, _PollLikeSelector):
    """Selector over poll()."""

    _selector_cls = select.poll
    _EVENT_READ = select.POLLIN
    _EVENT_WRITE = select.POLLOUT


class EpollSelector(_selectors.Epoll, _PollLikeSelector):
    """Selector over epoll."""

    _selector_cls = select.epoll
    _EVENT_READ = select.EPOLLIN
    _EVENT_WRITE = select.EPOLLOUT


_selectors._setup(SelectorKey, _SelectorMapping)


def _can_use(method):
    """Whether the module select has a way of waiting, and the system too."""
    make = getattr(select, method, None)
    if make is None:
        return False
    try:
        made = make()
        made.poll(0) if method == "poll" else made.close()
    except OSError:
        return False
    return True


if _can_use("epoll"):
    DefaultSelector = EpollSelector
elif _can_use("poll"):
    DefaultSelector = PollSelector
else:
    DefaultSelector = SelectSelector
