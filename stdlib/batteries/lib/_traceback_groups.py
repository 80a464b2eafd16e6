"""How a TracebackException is set out: the chain that it ends, and within groups (PEP 654) the margins and rules."""

_TITLE = 'Traceback (most recent call last):\n'


def texts(exc, chain):
    """The strings that show an exception and, if chain is true, those that it came from."""
    for margin, text in _pieces(exc, chain, 0):
        yield ''.join(margin + line for line in text.splitlines(True)) if margin else text


def _margin(level, end='| '):
    return '  ' * level + end


def _is_drawn(exc, level):
    """Whether this is a group that is shown with its exceptions."""
    return exc.exceptions is not None and level <= exc.max_group_depth


def _pieces(exc, chain, level):
    """Pairs of a margin, for each line of a text, and the text; the level is in how many groups we are."""
    margin = _margin(level) if level else ''
    for message, each in exc._chained(chain):
        if message is not None:
            yield margin, message
        if _is_drawn(each, level):
            yield from _group(each, chain, level)
        elif each.exceptions is not None:
            yield margin, f'... (max_group_depth is {each.max_group_depth})\n'
        else:
            for text in [_TITLE, *each.stack.format()] if each.stack else ():
                yield margin, text
            for text in each.format_exception_only():
                yield margin, text


def _group(exc, chain, level):
    # The outermost group has a margin, too, which begins at its title.
    corner = _margin(1, '+ ') if level == 0 else _margin(level)
    level = level or 1
    if exc.stack:
        yield corner, 'Exception Group ' + _TITLE
        for text in exc.stack.format():
            yield _margin(level), text
    for text in exc.format_exception_only():
        yield _margin(level), text

    width = exc.max_group_width
    hidden = len(exc.exceptions) - width
    branch = '+-'
    for number, part in enumerate(exc.exceptions[:width], 1):
        yield _margin(level, branch), _rule(f' {number} ')
        yield from _pieces(part, chain, level + 1)
        branch = '  '
    if hidden > 0:
        yield _margin(level, branch), _rule(' ... ')
        yield _margin(level + 1), f"and {hidden} more exception{'s'[:hidden - 1]}\n"
    # A group at the end of the last part has drawn the line for both.
    elif any(_is_drawn(each, level + 1) for _, each in part._chained(chain)):
        return
    yield _margin(level + 1, ''), '+' + '-' * 36 + '\n'


def _rule(title):
    return f"+{'-' * 16}{title}{'-' * 16}\n"
