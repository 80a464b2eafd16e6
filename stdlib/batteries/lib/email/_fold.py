"""Headers as lines: where a header is broken, and which of its words are encoded.

A header comes as the tree that email._header_value_parser makes of it. Lines are broken at white space only, at the
outermost place that does; what must not stand in a header as it is becomes an encoded word, or, in parameters of MIME,
a section by RFC 2231. What is too long and cannot be broken is encoded, too, as encoded words can be.
"""

import sys
from urllib.parse import quote

from email import _encoded_words, errors, utils

_BLANK = ' \t'
# Tokens in which there are no encoded words.
_LITERAL = {
    'addr-spec', 'content-disposition', 'content-transfer-encoding', 'content-type', 'domain', 'domain-literal',
    'header-label', 'local-part', 'message-id', 'obs-local-part',
}
# Those that would not gain from a line of their own.
_LOOSE = {'content-disposition', 'content-type', 'mime-parameters'}
# In text that was quoted, these mean something where it is not.
_SPECIAL = set('()<>@,:;.\\"[]')
_STANDARD_WIDTH = 78


def fold(tree, policy):
    """The lines of a header, with the ends that the policy says."""
    return _Folding(policy).of(tree)


def _is_list(part):
    return not hasattr(part, 'encode')


def _may_be_encoded(part):
    if not _is_list(part) or part.token_type == 'dot-atom-text':
        return True
    return part.token_type not in _LITERAL and all(map(_may_be_encoded, part))


def _begins_blank(part):
    if _is_list(part):
        return bool(part) and _begins_blank(part[0])
    return part.startswith_fws()


class _Folding:
    def __init__(self, policy):
        self.policy = policy
        self.limit = policy.max_line_length or sys.maxsize
        self.encoding = 'utf-8' if policy.utf8 else 'us-ascii'
        self.lines = ['']
        # Where in the last line the encoded words begin that the next one is joined with.
        self.word = None

    def of(self, tree):
        # (part, whether it is in a token that is taken literally), the next one last.
        todo = [(part, False) for part in reversed(tree)]
        while todo:
            part, literal = todo.pop()
            inner = self.add(part, literal)
            if inner is not None:
                todo.extend((token, inner) for token in reversed(part))
        end = self.policy.linesep
        return end.join(self.lines) + end

    def room(self):
        return self.limit - len(self.lines[-1])

    def take_blank(self):
        """Take the blank from the end of the last line, if there is one."""
        line = self.lines[-1]
        if line[-1:] and line[-1] in _BLANK:
            self.lines[-1] = line[:-1]
            return line[-1]
        return ''

    def add(self, part, literal):
        """Add a token. If its parts are to be added one by one, this is not None: whether they are literal."""
        text = str(part)
        if part.token_type == 'mime-parameters':
            self.add_parameters(part)
            return None
        charset = self.charset_of(part, text)
        if charset and not literal:
            return self.add_encoded(part, text, charset)
        if len(text) <= self.room():
            self.lines[-1] += text
            return None
        if part.token_type not in _LOOSE and len(text) < self.limit and self.on_new_line(part, text):
            self.word = None
            return None
        if _is_list(part):
            return literal or not _may_be_encoded(part)
        if not literal:
            self.encode(text, self.encoding)
        elif not self.on_new_line(part, text):
            self.lines[-1] += text
        return None

    def on_new_line(self, part, text):
        """Put a token on a line of its own, which must begin with a blank."""
        blank = self.take_blank()
        if not blank and not _begins_blank(part):
            return False
        self.lines.append(blank + text)
        return True

    def charset_of(self, part, text):
        """The charset to encode a token by; None if it can stay as it is."""
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            defects = part.all_defects
            unknown = any(isinstance(defect, errors.UndecodableBytesDefect) for defect in defects)
            return 'unknown-8bit' if unknown else 'utf-8'
        if part.token_type == 'ptext' and not _SPECIAL.isdisjoint(text):
            return self.encoding
        return None

    def add_encoded(self, part, text, charset):
        if not _may_be_encoded(part):
            self.word = None
            if part.token_type not in _LOOSE:
                whole = fold(part, self.policy).removesuffix(self.policy.linesep)
                if self.policy.linesep not in whole:
                    if len(whole) > self.room():
                        self.lines.append(self.take_blank())
                    self.lines[-1] += whole
                    return None
        if _is_list(part):
            return False
        self.encode(text, charset)
        return None

    def encode(self, text, charset):
        """Add text as encoded words, as many as it takes."""
        if self.word is not None:
            from email._header_value_parser import get_unstructured
            text = str(get_unstructured(self.lines[-1][self.word:] + text))
            self.lines[-1] = self.lines[-1][:self.word]
        if text[:1] in (' ', '\t'):
            # A blank beside other text is no part of the word.
            if len(self.lines[-1]) == self.limit:
                self.lines.append(self.take_blank())
            self.lines[-1] += text[0]
            text = text[1:]
        end = ''
        if text[-1:] in (' ', '\t'):
            end, text = text[-1], text[:-1]
        start = len(self.lines[-1]) if self.word is None else self.word
        charset = 'utf-8' if charset == 'us-ascii' else charset
        # =?charset?q?...?=
        frame = len(charset) + 7
        if frame + 1 >= self.limit:
            raise errors.HeaderParseError("max_line_length is too small to fit an encoded word")
        while text:
            space = self.room() - frame
            if space <= 0:
                self.lines.append(' ')
                continue
            count = min(space, len(text))
            word = _encoded_words.encode(text[:count], charset=charset)
            while len(word) > self.room() and count > 1:
                count -= 1
                word = _encoded_words.encode(text[:count], charset=charset)
            if len(word) > self.room() and len(self.lines[-1]) > 1:
                # Not even one character fits here.
                self.lines.append(' ')
                continue
            self.lines[-1] += word
            text = text[count:]
            if text:
                self.lines.append(' ')
                start = len(self.lines[-1])
        self.lines[-1] += end
        self.word = start

    def add_parameters(self, part):
        """Parameters of MIME, made anew from their names and values."""
        from email._header_value_parser import quote_string

        for name, value in part.params:
            if not self.lines[-1].rstrip().endswith(';'):
                self.lines[-1] += ';'
            charset, handler = self.encoding, 'strict'
            try:
                value.encode(self.encoding)
                text = f"{name}={quote_string(value)}"
            except UnicodeEncodeError:
                if utils._has_surrogates(value):
                    charset, handler = 'unknown-8bit', 'surrogateescape'
                else:
                    charset = 'utf-8'
                text = f"{name}*={charset}''{quote(value, safe='', errors=handler)}"
            # Each with a blank before it, and room for the semicolon after it.
            if len(text) + 1 < self.room():
                self.lines[-1] += ' ' + text
            elif len(text) + 2 <= self.limit:
                self.lines.append(' ' + text)
            else:
                self.add_sections(name, value, charset, handler)

    def add_sections(self, name, value, charset, handler):
        """A value that is too long for a line, in sections, all of which are encoded."""
        section, prefix, width = 0, f"{charset}''", self.limit
        while value:
            frame = f"{name}*{section}*={prefix}"
            if width <= len(frame) + 3:
                width = _STANDARD_WIDTH
            space = max(width - len(frame) - 2, 3)
            count = min(space, len(value))
            while count > 1 and len(quote(value[:count], safe='', errors=handler)) > space:
                count -= 1
            self.lines.append(f" {frame}{quote(value[:count], safe='', errors=handler)}")
            value = value[count:]
            section, prefix = section + 1, ''
            if value:
                self.lines[-1] += ';'
