"""Tracebacks as text: of exceptions, of stacks, and as objects that hold no frame.

StackSummary and FrameSummary describe a stack, TracebackException an exception with all that belongs to it (cause,
context, the exceptions of a group, notes); the functions are short forms of them.
"""

import collections.abc
import itertools
import linecache
import sys
import textwrap
from contextlib import suppress

__all__ = ['extract_stack', 'extract_tb', 'format_exception',
           'format_exception_only', 'format_list', 'format_stack',
           'format_tb', 'print_exc', 'format_exc', 'print_exception',
           'print_last', 'print_stack', 'print_tb', 'clear_frames',
           'FrameSummary', 'StackSummary', 'TracebackException',
           'walk_stack', 'walk_tb']

_TITLE = "Traceback (most recent call last):\n"
_GROUP_TITLE = "Exception Group Traceback (most recent call last):\n"
_cause_message = "\nThe above exception was the direct cause of the following exception:\n\n"
_context_message = "\nDuring handling of the above exception, another exception occurred:\n\n"
# So often a line is shown that is repeated.
_RECURSIVE_CUTOFF = 3


class _Sentinel:
    def __repr__(self):
        return "<implicit>"


_sentinel = _Sentinel()


# Functions

def _write(lines, file):
    file = sys.stderr if file is None else file
    for line in lines:
        print(line, file=file, end="")


def print_list(extracted_list, file=None):
    """Print what extract_tb() or extract_stack() gave."""
    _write(format_list(extracted_list), file)


def format_list(extracted_list):
    """A list of strings, one for each FrameSummary or tuple (filename, lineno, name, line); each ends in a newline."""
    return StackSummary.from_list(extracted_list).format()


def extract_tb(tb, limit=None):
    """The StackSummary of a traceback; by a limit the first ones only, below 0 the last ones."""
    return StackSummary._extract_from_extended_frame_gen(_walk_tb_with_full_positions(tb), limit=limit)


def format_tb(tb, limit=None):
    """format_list() of extract_tb()."""
    return extract_tb(tb, limit=limit).format()


def print_tb(tb, limit=None, file=None):
    """Print the entries of a traceback, to standard error unless a file is given."""
    print_list(extract_tb(tb, limit=limit), file=file)


def extract_stack(f=None, limit=None):
    """The StackSummary of the caller's stack, or of a frame's, the newest frame last."""
    if f is None:
        f = sys._getframe().f_back
    stack = StackSummary.extract(walk_stack(f), limit=limit)
    stack.reverse()
    return stack


def format_stack(f=None, limit=None):
    """format_list() of extract_stack()."""
    if f is None:
        f = sys._getframe().f_back
    return format_list(extract_stack(f, limit=limit))


def print_stack(f=None, limit=None, file=None):
    """Print the caller's stack, or a frame's."""
    if f is None:
        f = sys._getframe().f_back
    print_list(extract_stack(f, limit=limit), file=file)


def _value_and_tb(exc, value, tb):
    """What was meant: an exception alone, or type, exception and traceback."""
    if (value is _sentinel) != (tb is _sentinel):
        raise ValueError("Both or neither of value and tb must be given")
    if value is not _sentinel:
        return value, tb
    if exc is None:
        return None, None
    if isinstance(exc, BaseException):
        return exc, exc.__traceback__
    raise TypeError(f"Exception expected for value, {type(exc).__name__} found")


def print_exception(exc, /, value=_sentinel, tb=_sentinel, limit=None, file=None, chain=True):
    """Print an exception with its traceback, and unless chain is false what it came from."""
    value, tb = _value_and_tb(exc, value, tb)
    TracebackException(type(value), value, tb, limit=limit, compact=True).print(file=file, chain=chain)


def format_exception(exc, /, value=_sentinel, tb=_sentinel, limit=None, chain=True):
    """The strings that print_exception() would print, each of which ends in a newline."""
    value, tb = _value_and_tb(exc, value, tb)
    return list(TracebackException(type(value), value, tb, limit=limit, compact=True).format(chain=chain))


def format_exception_only(exc, /, value=_sentinel):
    """The strings that say which exception it is, without a traceback; for a SyntaxError several, then the notes."""
    value = exc if value is _sentinel else value
    return list(TracebackException(type(value), value, None, compact=True).format_exception_only())


def print_exc(limit=None, file=None, chain=True):
    """print_exception() of the exception that is being handled."""
    print_exception(*sys.exc_info(), limit=limit, file=file, chain=chain)


def format_exc(limit=None, chain=True):
    """The text that print_exc() would print."""
    return "".join(format_exception(*sys.exc_info(), limit=limit, chain=chain))


def print_last(limit=None, file=None, chain=True):
    """print_exception() of the exception that nobody handled last, at a prompt."""
    if not hasattr(sys, "last_type"):
        raise ValueError("no last exception")
    print_exception(sys.last_type, sys.last_value, sys.last_traceback, limit, file, chain)


def clear_frames(tb):
    """Clear the local variables of all frames of a traceback that have ended."""
    for frame, _ in walk_tb(tb):
        try:
            frame.clear()
        except RuntimeError:
            # It is running.
            pass


def _format_final_exc_line(etype, value):
    text = _safe_string(value, 'exception')
    if value is None or not text:
        return f"{etype}\n"
    return f"{etype}: {text}\n"


def _safe_string(value, what, func=str):
    try:
        return func(value)
    except:
        return f'<{what} {func.__name__}() failed>'


# Stacks

class FrameSummary:
    """An entry of a traceback or stack.

    Its filename, line number and the function's name; line is the text of the line, locals None or a dict of the
    variables' reprs. end_lineno, colno and end_colno tell, if they are known, which part of the source it is.
    """

    __slots__ = ('filename', 'lineno', 'end_lineno', 'colno', 'end_colno', 'name', '_line', 'locals')

    def __init__(self, filename, lineno, name, *, lookup_line=True, locals=None, line=None,
                 end_lineno=None, colno=None, end_colno=None):
        self.filename = filename
        self.lineno = lineno
        self.name = name
        self._line = line
        if lookup_line:
            self.line
        self.locals = locals and {key: _safe_string(value, 'local', func=repr) for key, value in locals.items()} or None
        self.end_lineno = end_lineno
        self.colno = colno
        self.end_colno = end_colno

    def _tuple(self):
        return self.filename, self.lineno, self.name, self.line

    def __eq__(self, other):
        if isinstance(other, FrameSummary):
            return ((self.filename, self.lineno, self.name, self.locals)
                    == (other.filename, other.lineno, other.name, other.locals))
        if isinstance(other, tuple):
            return self._tuple() == other
        return NotImplemented

    def __getitem__(self, pos):
        return self._tuple()[pos]

    def __iter__(self):
        return iter(self._tuple())

    def __len__(self):
        return 4

    def __repr__(self):
        return f"<FrameSummary file {self.filename}, line {self.lineno} in {self.name}>"

    @property
    def _original_line(self):
        self.line
        return self._line

    @property
    def line(self):
        if self._line is None:
            if self.lineno is None:
                return None
            self._line = linecache.getline(self.filename, self.lineno)
        return self._line.strip()


def walk_stack(f):
    """Give (frame, line number) for a frame and all below it; for None those of who asks StackSummary.extract()."""
    if f is None:
        # Above this generator: another one, and two functions of StackSummary.
        f = sys._getframe().f_back.f_back.f_back.f_back
    while f is not None:
        yield f, f.f_lineno
        f = f.f_back


def walk_tb(tb):
    """Give (frame, line number) for each entry of a traceback, the oldest first."""
    while tb is not None:
        yield tb.tb_frame, tb.tb_lineno
        tb = tb.tb_next


def _walk_tb_with_full_positions(tb):
    """As walk_tb(), the line number being a tuple (lineno, end_lineno, colno, end_colno)."""
    while tb is not None:
        position = _position_in(tb.tb_frame.f_code, tb.tb_lasti)
        # (The line may be known where nothing else is.)
        yield tb.tb_frame, (tb.tb_lineno, *position[1:]) if position[0] is None else position
        tb = tb.tb_next


def _position_in(code, at):
    if at < 0:
        return None, None, None, None
    return next(itertools.islice(code.co_positions(), at // 2, None), (None, None, None, None))


class StackSummary(list):
    """A list of FrameSummary."""

    @classmethod
    def extract(klass, frame_gen, *, limit=None, lookup_lines=True, capture_locals=False):
        """From what gives pairs (frame, line number), as walk_stack() and walk_tb() do."""
        def with_positions():
            for frame, lineno in frame_gen:
                yield frame, (lineno, None, None, None)

        return klass._extract_from_extended_frame_gen(
            with_positions(), limit=limit, lookup_lines=lookup_lines, capture_locals=capture_locals)

    @classmethod
    def _extract_from_extended_frame_gen(klass, frame_gen, *, limit=None, lookup_lines=True, capture_locals=False):
        if limit is None:
            limit = getattr(sys, 'tracebacklimit', None)
            if limit is not None:
                limit = max(limit, 0)
        if limit is not None:
            if limit >= 0:
                frame_gen = itertools.islice(frame_gen, limit)
            else:
                frame_gen = collections.deque(frame_gen, maxlen=-limit)
        result = klass()
        names = {}
        for frame, (lineno, end_lineno, colno, end_colno) in frame_gen:
            code = frame.f_code
            names[code.co_filename] = True
            linecache.lazycache(code.co_filename, frame.f_globals)
            # Lines are looked up after what is stale has left the cache.
            result.append(FrameSummary(
                code.co_filename, lineno, code.co_name, lookup_line=False,
                locals=frame.f_locals if capture_locals else None,
                end_lineno=end_lineno, colno=colno, end_colno=end_colno))
        for name in names:
            linecache.checkcache(name)
        if lookup_lines:
            for frame in result:
                frame.line
        return result

    @classmethod
    def from_list(klass, a_list):
        """From FrameSummary objects and tuples (filename, lineno, name, line), which may be mixed."""
        result = StackSummary()
        for frame in a_list:
            if not isinstance(frame, FrameSummary):
                filename, lineno, name, line = frame
                frame = FrameSummary(filename, lineno, name, line=line)
            result.append(frame)
        return result

    def format_frame_summary(self, frame_summary):
        """The text of one entry; what gives None in a subclass is left out."""
        frame = frame_summary
        text = f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}\n'
        if frame.line:
            text += f'    {frame.line.strip()}\n'
            if frame.colno is not None and frame.end_colno is not None:
                text += _marks(frame)
        for name, value in sorted((frame.locals or {}).items()):
            text += f'    {name} = {value}\n'
        return text

    def format(self):
        """A list of strings, one for each entry; a line that is repeated is shown three times, then counted."""
        result = []
        last, count = None, 0

        def repeated():
            more = count - _RECURSIVE_CUTOFF
            if more > 0:
                result.append(f'  [Previous line repeated {more} more time{"s" if more > 1 else ""}]\n')

        for frame in self:
            text = self.format_frame_summary(frame)
            if text is None:
                continue
            place = frame.filename, frame.lineno, frame.name
            if place != last or None in place:
                repeated()
                last, count = place, 0
            count += 1
            if count <= _RECURSIVE_CUTOFF:
                result.append(text)
        repeated()
        return result


# Marks under a part of a line

def _characters_before(line, offset):
    """Columns are counted in bytes of UTF-8."""
    return len(line.encode('utf-8')[:offset].decode('utf-8', errors='replace'))


def _width(text):
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import east_asian_width
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def _marks(frame):
    """A line that marks the part of a frame's line; nothing where it is the whole line."""
    line = frame._original_line
    text = line.strip()
    indent = len(line) - len(line.lstrip())
    start = _characters_before(line, frame.colno)
    anchors = None
    if frame.lineno == frame.end_lineno:
        end = _characters_before(line, frame.end_colno)
        with suppress(Exception):
            anchors = _anchors(line[start:end])
    else:
        end = indent + len(text)
    if end - start >= len(text) and not (anchors and anchors[1] > anchors[0]):
        return ''
    part = line[start:end]
    if anchors:
        left, right = anchors
        marks = '~' * _width(part[:left]) + '^' * _width(part[left:right]) + '~' * _width(part[right:])
    else:
        marks = '^' * _width(part)
    return '    ' + ' ' * _width(line[indent:start]) + marks + '\n'


def _anchors(part):
    """Where the operator of a part begins and ends, or the subscript; None for all other expressions."""
    import ast

    body = ast.parse(part).body
    if len(body) != 1 or not isinstance(body[0], ast.Expr):
        return None
    value = body[0].value
    if isinstance(value, ast.BinOp):
        left = _characters_before(part, value.left.end_col_offset)
        limit = _characters_before(part, value.right.col_offset)
        blank = len(part[left:limit]) - len(part[left:limit].lstrip())
        left += blank
        right = left + (2 if part[left + 1:limit][:1].strip() else 1)
        # The brackets around the left side come before it.
        while left < len(part) and (part[left].isspace() or part[left] in ")#"):
            left += 1
            right += 1
        return left, right
    if isinstance(value, ast.Subscript):
        left = part.find("[", _characters_before(part, value.value.end_col_offset))
        right = part.find("]", _characters_before(part, value.slice.end_col_offset))
        return (left if left >= 0 else len(part)), (right + 1 if right >= 0 else len(part))
    return None


# Exceptions

def _indented(texts, depth, margin='|'):
    """Texts within groups, so many of them."""
    if depth:
        prefix = '  ' * depth + margin + ' '
        texts = (textwrap.indent(text, prefix, lambda line: True) for text in texts)
    return texts


class TracebackException:
    """An exception, ready to be shown, without references to its objects.

    stack is a StackSummary, exc_type the class, __cause__, __context__ and the items of exceptions (None but for
    groups) are of this class too. A SyntaxError also has filename, lineno, end_lineno, text, offset, end_offset and
    msg. compact leaves out contexts that would not be shown. Of groups, max_group_width exceptions are shown and
    max_group_depth levels.
    """

    def __init__(self, exc_type, exc_value, exc_traceback, *, limit=None, lookup_lines=True, capture_locals=False,
                 compact=False, max_group_width=15, max_group_depth=10, _seen=None):
        options = dict(limit=limit, lookup_lines=lookup_lines, capture_locals=capture_locals,
                       max_group_width=max_group_width, max_group_depth=max_group_depth)
        outermost = _seen is None
        # (An exception may be in its own chain.)
        seen = set() if outermost else _seen
        seen.add(id(exc_value))
        self.max_group_width = max_group_width
        self.max_group_depth = max_group_depth
        self.stack = StackSummary._extract_from_extended_frame_gen(
            _walk_tb_with_full_positions(exc_traceback), limit=limit, lookup_lines=lookup_lines,
            capture_locals=capture_locals)
        self.exc_type = exc_type
        self._str = _safe_string(exc_value, 'exception')
        self.__notes__ = getattr(exc_value, '__notes__', None)
        if exc_type and issubclass(exc_type, SyntaxError):
            self._note_place(exc_value)
        if lookup_lines:
            self._load_lines()
        self.__suppress_context__ = exc_value is not None and exc_value.__suppress_context__
        if outermost:
            self._note_relatives(exc_value, seen, compact, options)

    def _note_place(self, error):
        self.filename = error.filename
        self.lineno = None if error.lineno is None else str(error.lineno)
        self.end_lineno = None if error.end_lineno is None else str(error.end_lineno)
        self.text = error.text
        self.offset = error.offset
        self.end_offset = error.end_offset
        self.msg = error.msg

    def _note_relatives(self, value, seen, compact, options):
        """Causes, contexts and parts of groups, without recursion: chains can be long."""
        def summary(exc):
            return TracebackException(type(exc), exc, exc.__traceback__, _seen=seen, **options)

        queue = [(self, value)]
        while queue:
            own, exc = queue.pop()
            own.__cause__ = own.__context__ = own.exceptions = None
            if exc is None:
                continue
            if exc.__cause__ is not None and id(exc.__cause__) not in seen:
                own.__cause__ = summary(exc.__cause__)
                queue.append((own.__cause__, exc.__cause__))
            wanted = not compact or own.__cause__ is None and not exc.__suppress_context__
            if wanted and exc.__context__ is not None and id(exc.__context__) not in seen:
                own.__context__ = summary(exc.__context__)
                queue.append((own.__context__, exc.__context__))
            if isinstance(exc, BaseExceptionGroup):
                own.exceptions = [summary(part) for part in exc.exceptions]
                queue.extend(zip(own.exceptions, exc.exceptions))

    @classmethod
    def from_exception(cls, exc, *args, **kwargs):
        """Of an exception, which has the other two with it."""
        return cls(type(exc), exc, exc.__traceback__, *args, **kwargs)

    def _load_lines(self):
        for frame in self.stack:
            frame.line

    def __eq__(self, other):
        if isinstance(other, TracebackException):
            return self.__dict__ == other.__dict__
        return NotImplemented

    def __str__(self):
        return self._str

    def format_exception_only(self):
        """Give the strings that say which exception it is; of a SyntaxError also the place, at the end the notes."""
        if self.exc_type is None:
            yield _format_final_exc_line(None, self._str)
            return
        name = self.exc_type.__qualname__
        module = self.exc_type.__module__
        if module not in ("__main__", "builtins"):
            name = f"{module if isinstance(module, str) else '<unknown>'}.{name}"
        if issubclass(self.exc_type, SyntaxError):
            yield from self._format_syntax_error(name)
        else:
            yield _format_final_exc_line(name, self._str)
        if isinstance(self.__notes__, collections.abc.Sequence):
            for note in self.__notes__:
                for line in _safe_string(note, 'note').split('\n'):
                    yield line + '\n'
        elif self.__notes__ is not None:
            yield _safe_string(self.__notes__, '__notes__', func=repr)

    def _format_syntax_error(self, name):
        where = ''
        if self.lineno is not None:
            yield f'  File "{self.filename or "<string>"}", line {self.lineno}\n'
        elif self.filename is not None:
            where = f' ({self.filename})'
        if self.text is not None:
            line = self.text.rstrip('\n')
            shown = line.lstrip(' \n\f')
            yield f'    {shown}\n'
            if self.offset is not None:
                end = self.end_offset or self.offset
                if end in (self.offset, -1):
                    end = self.offset + 1
                # From 1, in the line as it is.
                start = self.offset - 1 - (len(line) - len(shown))
                if start >= 0:
                    blank = ''.join(c if c.isspace() else ' ' for c in shown[:start])
                    yield f"    {blank}{'^' * (end - self.offset)}\n"
        yield f"{name}: {self.msg or '<no detail available>'}{where}\n"

    def _chain(self, chain):
        """(what stands before it or None, exception), the one that came first at first."""
        found = []
        exc = self
        while exc is not None:
            message, following = None, None
            if chain and exc.__cause__ is not None:
                message, following = _cause_message, exc.__cause__
            elif chain and exc.__context__ is not None and not exc.__suppress_context__:
                message, following = _context_message, exc.__context__
            found.append((message, exc))
            exc = following
        return reversed(found)

    def format(self, *, chain=True):
        """Give the strings that show the exception and, unless chain is false, those that it came from."""
        yield from self._format_within(chain, 0)

    def _format_within(self, chain, depth):
        """As format(), within so many groups; returns whether the end of a group has been drawn."""
        closed = False
        for message, exc in self._chain(chain):
            if message is not None:
                yield from _indented([message], depth)
            if exc.exceptions is None:
                if exc.stack:
                    yield from _indented([_TITLE, *exc.stack.format()], depth)
                yield from _indented(exc.format_exception_only(), depth)
            elif depth > self.max_group_depth:
                yield from _indented([f"... (max_group_depth is {self.max_group_depth})\n"], depth)
            else:
                yield from exc._format_group(chain, depth)
                closed = True
        return closed

    def _format_group(self, chain, depth):
        margin = '|' if depth else '+'
        depth = max(depth, 1)
        if self.stack:
            yield from _indented([_GROUP_TITLE], depth, margin)
            yield from _indented(self.stack.format(), depth)
        yield from _indented(self.format_exception_only(), depth)
        shown = self.exceptions[:self.max_group_width]
        more = len(self.exceptions) - len(shown)
        closed = False
        for number, exc in enumerate(shown, 1):
            yield self._separator(depth, number, number)
            closed = yield from exc._format_within(chain, depth + 1)
        if more:
            yield self._separator(depth, len(shown) + 1, '...')
            yield from _indented([f"and {more} more exception{'s' if more > 1 else ''}\n"], depth + 1)
            closed = False
        if not closed:
            yield '  ' * (depth + 1) + "+------------------------------------\n"

    @staticmethod
    def _separator(depth, number, title):
        return f"{'  ' * depth}{'+-' if number == 1 else '  '}+---------------- {title} ----------------\n"

    def print(self, *, file=None, chain=True):
        """Print what format() gives, to standard error unless a file is given."""
        _write(self.format(chain=chain), file)
