"""Mailboxes on a server: the client's side of IMAP4rev1 (RFC 3501) and of its commoner extensions.

A command is a method of its name in small letters (or capitals). It takes what the protocol's command takes, as
text that is sent as it is (passwords are quoted), and returns (type, [data, ...]): the type "OK" or "NO", and the
data of the answer as bytes, where an item with a literal is a pair (what precedes it, the literal).
"""

import binascii
import calendar
import contextlib
import errno
import random
import re
import socket
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from io import DEFAULT_BUFFER_SIZE

try:
    import ssl
except ImportError:
    ssl = None

HAVE_SSL = ssl is not None

__version__ = "2.58"

__all__ = ["IMAP4", "IMAP4_stream", "Internaldate2tuple", "Int2AP", "ParseFlags", "Time2Internaldate"]

CRLF = b"\r\n"
# What new objects have as .debug; 1 shows errors, 3 commands, 4 lines, 5 answers.
Debug = 0
IMAP4_PORT = 143
IMAP4_SSL_PORT = 993
AllowedVersions = ("IMAP4REV1", "IMAP4")

# A longer line is an error. (Answers to SEARCH are long.)
_MAXLINE = 1000000

_ANY = ("NONAUTH", "AUTH", "SELECTED", "LOGOUT")
_IN = ("AUTH", "SELECTED")


def _commands():
    """The states in which a command may be given."""
    states = {}

    def may(where, names):
        states.update(dict.fromkeys(names.split(), where))

    may(_ANY, "CAPABILITY LOGOUT NOOP")
    may(("NONAUTH",), "AUTHENTICATE LOGIN STARTTLS")
    may(("AUTH",), "ENABLE PROXYAUTH")
    may(_IN, "APPEND CREATE DELETE DELETEACL EXAMINE GETACL GETANNOTATION GETQUOTA GETQUOTAROOT LIST LSUB")
    may(_IN, "MYRIGHTS NAMESPACE RENAME SELECT SETACL SETANNOTATION SETQUOTA STATUS SUBSCRIBE UNSUBSCRIBE")
    may(("SELECTED",), "CHECK CLOSE COPY EXPUNGE FETCH MOVE PARTIAL SEARCH SORT STORE THREAD UID UNSELECT")
    return states


Commands = _commands()

# The state in which a session begins, by how the server greets.
_GREETINGS = {"PREAUTH": "AUTH", "OK": "NONAUTH"}

# What lines look like.
Continuation = re.compile(rb"\+( (?P<data>.*))?")
Flags = re.compile(rb".*FLAGS \((?P<flags>[^\)]*)\)")
InternalDate = re.compile(
    rb'.*INTERNALDATE "(?P<day>[ 0123][0-9])-(?P<mon>[A-Z][a-z][a-z])-(?P<year>[0-9][0-9][0-9][0-9])'
    rb" (?P<hour>[0-9][0-9]):(?P<min>[0-9][0-9]):(?P<sec>[0-9][0-9])"
    rb' (?P<zonen>[-+])(?P<zoneh>[0-9][0-9])(?P<zonem>[0-9][0-9])"'
)
MapCRLF = re.compile(rb"\r\n|\r|\n")
Response_code = re.compile(rb"\[(?P<type>[A-Z-]+)( (?P<data>.*))?\]")
Untagged_response = re.compile(rb"\* (?P<type>[A-Z-]+)( (?P<data>.*))?")
_Literal = rb".*{(?P<size>\d+)}$"
_Untagged_status = rb"\* (?P<data>\d+) (?P<type>[A-Z-]+)( (?P<data2>.*))?"
Literal = re.compile(_Literal, re.ASCII)
Untagged_status = re.compile(_Untagged_status, re.ASCII)

Months = " Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ")
Mon2num = {name.encode(): number for number, name in enumerate(Months) if name}


def _in_parentheses(text):
    return text if (text[0], text[-1]) == ("(", ")") else "(%s)" % text


class IMAP4:
    """A connection to a server; in a `with` block it ends with LOGOUT.

    What the server says beside the answer to a command is kept, see response() and recent().
    """

    class error(Exception):
        """The server said NO or BAD, or the command cannot be given now."""

    class abort(error):
        """The connection is of no more use; a new one may be."""

    class readonly(abort):
        """The mailbox cannot be written to."""

    def __init__(self, host="", port=IMAP4_PORT, timeout=None):
        self.state, self.debug = "LOGOUT", Debug
        self.is_readonly = self._tls_established = False
        # What was answered: (type, data) by tags, None before the answer came; other data by types; and the last
        # text with which the server asked for more.
        self.tagged_commands, self.tagnum = {}, 0
        self.untagged_responses = {}
        self.continuation_response = ""
        # What follows the next command's line: bytes, or a function from the server's challenge to bytes.
        self.literal = None
        # The last lines, for print_log().
        self._cmd_log, self._cmd_log_idx, self._cmd_log_len = {}, 0, 10
        self._mode_ascii()
        self.open(host, port, timeout)
        with contextlib.ExitStack() as on_error:
            on_error.push(self._shut_after)
            self._connect()

    def _shut_after(self, kind, *_):
        """Shut down if there was an error, which is worth more than another one from here."""
        if kind is not None and issubclass(kind, Exception):
            with contextlib.suppress(OSError):
                self.shutdown()

    def _use_text(self, encoding, flags):
        """How the server's lines are read."""
        self.utf8_enabled = encoding == "utf-8"
        self._encoding = encoding
        self.Literal, self.Untagged_status = (re.compile(text, flags) for text in (_Literal, _Untagged_status))

    def _mode_ascii(self):
        self._use_text("ascii", re.ASCII)

    def _mode_utf8(self):
        self._use_text("utf-8", 0)

    def _connect(self):
        """Read the greeting, ask what the server can do."""
        prefix = self.tagpre = Int2AP(random.randint(4096, 65535))
        answer = rb"(?P<tag>%b\d+) (?P<type>[A-Z]+) (?P<data>.*)" % prefix
        self.tagre = re.compile(answer, re.ASCII)
        if self.debug >= 1:
            for text in ("imaplib version %s" % __version__, "new IMAP4 connection, tag=%s" % prefix):
                self._mesg(text)
        self.welcome = self._get_response()
        greeted = [state for word, state in _GREETINGS.items() if word in self.untagged_responses]
        if not greeted:
            raise self.error(self.welcome)
        self.state = greeted[0]
        self._get_capabilities()
        if self.debug >= 3:
            self._mesg("CAPABILITIES: %r" % (self.capabilities,))
        known = [version for version in AllowedVersions if version in self.capabilities]
        if not known:
            raise self.error("server not IMAP4 compliant")
        self.PROTOCOL_VERSION = known[0]

    def __getattr__(self, attr):
        if attr not in Commands:
            raise AttributeError("Unknown IMAP4 command: '%s'" % attr)
        return getattr(self, attr.lower())

    def __enter__(self):
        return self

    def __exit__(self, *args):
        with contextlib.suppress(OSError):
            if self.state != "LOGOUT":
                self.logout()

    # The transport: what a class over another one replaces.

    def _create_socket(self, timeout):
        if timeout is not None and not timeout:
            raise ValueError("Non-blocking socket (timeout=0) is not supported")
        sys.audit("imaplib.open", self, self.host, self.port)
        address = (self.host or None, self.port)
        if timeout is None:
            return socket.create_connection(address)
        return socket.create_connection(address, timeout)

    def open(self, host="", port=IMAP4_PORT, timeout=None):
        """Connect; read(), readline(), send() and shutdown() work with what this made."""
        self.host, self.port = host, port
        self._use(self._create_socket(timeout))

    def _use(self, sock):
        """Talk over this socket."""
        self.sock = sock
        self._file = sock.makefile("rb")

    def socket(self):
        """The socket under the connection."""
        return self.sock

    def send(self, data):
        """Send bytes."""
        sys.audit("imaplib.send", self, data)
        self.sock.sendall(data)

    def readline(self):
        """A line from the server, with its end."""
        line = self._file.readline(_MAXLINE + 1)
        if len(line) <= _MAXLINE:
            return line
        raise self.error("got more than %d bytes" % _MAXLINE)

    def read(self, size):
        """So many bytes from the server."""
        return self._file.read(size)

    def shutdown(self):
        """Close what open() made."""
        self._file.close()
        with contextlib.closing(self.sock) as sock:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError as e:
                # The server was faster. (10022 is what Windows says then.)
                gone = e.errno == errno.ENOTCONN or getattr(e, "winerror", 0) == 10022
                if not gone:
                    raise

    # What the server said beside its answers.

    def recent(self):
        """How many new messages there are, as the server said last; it is asked if it did not say."""
        typ, data = self._untagged_response("OK", [None], "RECENT")
        if data[-1]:
            return typ, data
        typ, data = self.noop()
        return self._untagged_response(typ, data, "RECENT")

    def response(self, code):
        """(code, data of the untagged answers of this name); data is [None] without. They are then forgotten."""
        return self._untagged_response(code, [None], code.upper())

    # The commands.

    def _simple_command(self, name, *args):
        """Give a command and wait for the answer."""
        return self._command_complete(name, self._command(name, *args))

    def _ask(self, reply, name, *args):
        """Give a command whose answer comes in the untagged response `reply`."""
        typ, data = self._simple_command(name, *args)
        return self._untagged_response(typ, data, reply)

    # The session.

    def capability(self):
        """What the server can do."""
        return self._ask("CAPABILITY", "CAPABILITY")

    def enable(self, capability):
        """Turn on an extension of the protocol; UTF8=ACCEPT makes all text UTF-8."""
        if "ENABLE" in self.capabilities:
            answer = self._simple_command("ENABLE", capability)
            if answer[0] == "OK" and "UTF8=ACCEPT" in capability.upper():
                self._mode_utf8()
            return answer
        raise IMAP4.error("Server does not support ENABLE")

    def starttls(self, ssl_context=None):
        """From here on under TLS."""
        for hinders, kind, problem in (
            (not HAVE_SSL, self.error, "SSL support missing"),
            (self._tls_established, self.abort, "TLS session already established"),
            ("STARTTLS" not in self.capabilities, self.abort, "TLS not supported by server"),
        ):
            if hinders:
                raise kind(problem)
        context = ssl._create_stdlib_context() if ssl_context is None else ssl_context
        typ, data = self._simple_command("STARTTLS")
        if typ != "OK":
            raise self.error("Couldn't establish TLS session")
        self._use(context.wrap_socket(self.sock, server_hostname=self.host))
        self._tls_established = True
        self._get_capabilities()
        return self._untagged_response(typ, data, "STARTTLS")

    def login(self, user, password):
        """Say who we are, with the password as it is."""
        typ, data = self._simple_command("LOGIN", user, self._quote(password))
        if typ != "OK":
            raise self.error(data[-1])
        self.state = "AUTH"
        return typ, data

    def login_cram_md5(self, user, password):
        """Say who we are without sending the password."""
        self.password = password
        self.user = user
        return self.authenticate("CRAM-MD5", self._CRAM_MD5_AUTH)

    def _CRAM_MD5_AUTH(self, challenge):
        from hmac import digest

        secret = self.password.encode("utf-8") if isinstance(self.password, str) else self.password
        return "%s %s" % (self.user, digest(secret, challenge, "md5").hex())

    def authenticate(self, mechanism, authobject):
        """Say who we are; authobject(challenge) gives the answer (bytes or str), None to give up.

        Base64 is taken off the challenge and put on the answer. What is possible is in `capabilities`, as AUTH=...
        """
        self.literal = _Authenticator(authobject).process
        typ, data = self._simple_command("AUTHENTICATE", mechanism.upper())
        if typ != "OK":
            raise self.error(data[-1].decode("utf-8", "replace"))
        self.state = "AUTH"
        return typ, data

    def proxyauth(self, user):
        """Go on as another user, as an administrator may."""
        return self._simple_command("PROXYAUTH", user)

    def namespace(self):
        """How names of mailboxes begin."""
        return self._ask("NAMESPACE", "NAMESPACE")

    def noop(self):
        """Do nothing; the server may tell what is new."""
        if self.debug >= 3:
            self._dump_ur(self.untagged_responses)
        return self._simple_command("NOOP")

    def logout(self):
        """End the session; the answer is what the server says with BYE."""
        self.state = "LOGOUT"
        typ, data = self._simple_command("LOGOUT")
        self.shutdown()
        return typ, data

    def xatom(self, name, *args):
        """A command that is not known here; what it answers is found with response()."""
        name = name.upper()
        if name not in Commands:
            Commands[name] = (self.state,)
        return self._simple_command(name, *args)

    # Mailboxes.

    def list(self, directory='""', pattern="*"):
        """Names of mailboxes."""
        return self._ask("LIST", "LIST", directory, pattern)

    def lsub(self, directory='""', pattern="*"):
        """Names of the mailboxes that are subscribed to."""
        return self._ask("LSUB", "LSUB", directory, pattern)

    def status(self, mailbox, names):
        """Numbers that describe a mailbox: MESSAGES, UIDNEXT, ..."""
        return self._ask("STATUS", "STATUS", mailbox, names)

    def create(self, mailbox):
        """Make a mailbox."""
        return self._simple_command("CREATE", mailbox)

    def rename(self, oldmailbox, newmailbox):
        """Give a mailbox another name."""
        return self._simple_command("RENAME", oldmailbox, newmailbox)

    def delete(self, mailbox):
        """Remove a mailbox."""
        return self._simple_command("DELETE", mailbox)

    def unsubscribe(self, mailbox):
        """Subscribe to a mailbox no more."""
        return self._simple_command("UNSUBSCRIBE", mailbox)

    def subscribe(self, mailbox):
        """Subscribe to a mailbox."""
        return self._simple_command("SUBSCRIBE", mailbox)

    def append(self, mailbox, flags, date_time, message):
        """Put a message (bytes) into a mailbox, INBOX if none is named; flags and time may be None."""
        flags = _in_parentheses(flags) if flags else None
        date_time = Time2Internaldate(date_time) if date_time else None
        text = MapCRLF.sub(CRLF, message)
        self.literal = b"UTF8 (" + text + b")" if self.utf8_enabled else text
        return self._simple_command("APPEND", mailbox or "INBOX", flags, date_time)

    # Rights, limits and notes of mailboxes.

    def myrights(self, mailbox):
        """Our rights on a mailbox."""
        return self._ask("MYRIGHTS", "MYRIGHTS", mailbox)

    def getacl(self, mailbox):
        """The rights on a mailbox."""
        return self._ask("ACL", "GETACL", mailbox)

    def setacl(self, mailbox, who, what):
        """Give someone rights on a mailbox."""
        return self._simple_command("SETACL", mailbox, who, what)

    def deleteacl(self, mailbox, who):
        """Take away all rights that someone has on a mailbox."""
        return self._simple_command("DELETEACL", mailbox, who)

    def getquotaroot(self, mailbox):
        """The roots of a mailbox's quotas and the quotas: [roots, quotas]."""
        typ, data = self._simple_command("GETQUOTAROOT", mailbox)
        typ, quotas = self._untagged_response(typ, data, "QUOTA")
        typ, roots = self._untagged_response(typ, data, "QUOTAROOT")
        return typ, [roots, quotas]

    def getquota(self, root):
        """How much may be stored under a root of quotas, and is."""
        return self._ask("QUOTA", "GETQUOTA", root)

    def setquota(self, root, limits):
        """Change the limits under a root of quotas."""
        return self._ask("QUOTA", "SETQUOTA", root, limits)

    def getannotation(self, mailbox, entry, attribute):
        """Notes on a mailbox."""
        return self._ask("ANNOTATION", "GETANNOTATION", mailbox, entry, attribute)

    def setannotation(self, *args):
        """Change notes: mailbox, entry and attributes, again and again."""
        return self._ask("ANNOTATION", "SETANNOTATION", *args)

    # The mailbox that is open, and its messages.

    def select(self, mailbox="INBOX", readonly=False):
        """Open a mailbox; the answer is the number of messages in it."""
        self.untagged_responses = {}
        self.is_readonly = readonly
        typ, data = self._simple_command("EXAMINE" if readonly else "SELECT", mailbox)
        if typ != "OK":
            # (A mailbox that was open is so no more.)
            self.state = "AUTH"
            return typ, data
        self.state = "SELECTED"
        told = self.untagged_responses
        if readonly or "READ-ONLY" not in told:
            return typ, told.get("EXISTS", [None])
        if self.debug >= 1:
            self._dump_ur(told)
        raise self.readonly("%s is not writable" % mailbox)

    def unselect(self):
        """Leave the mailbox; nothing is removed (RFC 3691)."""
        try:
            return self._simple_command("UNSELECT")
        finally:
            self.state = "AUTH"

    def close(self):
        """Leave the mailbox and remove what is marked as deleted."""
        try:
            return self._simple_command("CLOSE")
        finally:
            self.state = "AUTH"

    def check(self):
        """Have the mailbox put in order."""
        return self._simple_command("CHECK")

    def search(self, charset, *criteria):
        """Numbers of messages; charset is that of the criteria, or None."""
        if charset:
            if self.utf8_enabled:
                raise IMAP4.error("Non-None charset not valid in UTF8 mode")
            criteria = ("CHARSET", charset, *criteria)
        return self._ask("SEARCH", "SEARCH", *criteria)

    def sort(self, sort_criteria, charset, *search_criteria):
        """search() whose answer is in an order."""
        return self._ask("SORT", "SORT", _in_parentheses(sort_criteria), charset, *search_criteria)

    def thread(self, threading_algorithm, charset, *search_criteria):
        """search() whose answer is grouped into conversations."""
        return self._ask("THREAD", "THREAD", threading_algorithm, charset, *search_criteria)

    def fetch(self, message_set, message_parts):
        """Parts of messages."""
        return self._ask("FETCH", "FETCH", message_set, message_parts)

    def partial(self, message_num, message_part, start, length):
        """A piece of a part of a message (no part of IMAP4rev1)."""
        return self._ask("FETCH", "PARTIAL", message_num, message_part, start, length)

    def store(self, message_set, command, flags):
        """Change the flags of messages; the command is FLAGS, +FLAGS or -FLAGS, perhaps with .SILENT."""
        return self._ask("FETCH", "STORE", message_set, command, _in_parentheses(flags))

    def copy(self, message_set, new_mailbox):
        """Copy messages to the end of another mailbox."""
        return self._simple_command("COPY", message_set, new_mailbox)

    def uid(self, command, *args):
        """A command where messages are named by their ids."""
        command = command.upper()
        if command not in Commands:
            raise self.error("Unknown IMAP4 UID command: %s" % command)
        self._check_state(command)
        reply = command if command in ("SEARCH", "SORT", "THREAD") else "FETCH"
        return self._ask(reply, "UID", command, *args)

    def expunge(self):
        """Remove what is marked as deleted; the numbers of the messages, as they go."""
        return self._ask("EXPUNGE", "EXPUNGE")

    # Commands and answers.

    def _append_untagged(self, typ, dat):
        dat = b"" if dat is None else dat
        known = self.untagged_responses
        if self.debug >= 5:
            self._mesg('untagged_responses[%s] %s += ["%r"]' % (typ, len(known.get(typ, "")), dat))
        known.setdefault(typ, []).append(dat)

    def _check_bye(self):
        *_, last = self.untagged_responses.get("BYE") or [None]
        if last is not None:
            raise self.abort(last.decode(self._encoding, "replace"))

    def _check_state(self, name):
        if self.state not in Commands[name]:
            raise self.error(
                "command %s illegal in state %s, only allowed in states %s"
                % (name, self.state, ", ".join(Commands[name]))
            )

    def _send_or_abort(self, data):
        try:
            self.send(data)
        except OSError as e:
            raise self.abort("socket error: %s" % e)

    def _command(self, name, *args):
        """Send a command with its literals; returns the tag of the answer to come."""
        literal, self.literal = self.literal, None
        self._check_state(name)
        for typ in ("OK", "NO", "BAD"):
            self.untagged_responses.pop(typ, None)
        if "READ-ONLY" in self.untagged_responses and not self.is_readonly:
            raise self.readonly("mailbox status changed to READ-ONLY")
        tag = self._new_tag()
        words = [tag, name.encode(self._encoding)]
        words += [arg.encode(self._encoding) if isinstance(arg, str) else arg for arg in args if arg is not None]
        ask = literal if callable(literal) else None
        if literal is not None and ask is None:
            words.append(b"{%d}" % len(literal))
        line = b" ".join(words)
        self._note(">", line)
        self._send_or_abort(line + CRLF)
        while literal is not None:
            # Until the server lets us go on, or has an answer already.
            while self._get_response():
                if self.tagged_commands[tag]:
                    return tag
            if ask is not None:
                literal = ask(self.continuation_response)
            if self.debug >= 4:
                self._mesg("write literal size %s" % len(literal))
            self._send_or_abort(literal)
            self._send_or_abort(CRLF)
            if ask is None:
                break
        return tag

    def _command_complete(self, name, tag):
        """Read up to the answer."""
        leaving = name == "LOGOUT"
        if not leaving:
            self._check_bye()
        try:
            typ, data = self._get_tagged_response(tag, expect_bye=leaving)
        except self.abort as e:
            raise self.abort("command: %s => %s" % (name, e))
        except self.error as e:
            raise self.error("command: %s => %s" % (name, e))
        if not leaving:
            self._check_bye()
        if typ != "BAD":
            return typ, data
        raise self.error("%s command error: %s %s" % (name, typ, data))

    def _get_capabilities(self):
        _, data = self.capability()
        if data == [None]:
            raise self.error("no CAPABILITY response from server")
        self.capabilities = tuple(str(data[-1], self._encoding).upper().split())

    def _get_response(self):
        """Read a line (and its literals) and file it; None if the server waits for more from us."""
        line = self._get_line()
        if self._match(self.tagre, line):
            tag = self.mo["tag"]
            if tag not in self.tagged_commands:
                raise self.abort("unexpected tagged response: %r" % line)
            typ, dat = str(self.mo["type"], self._encoding), self.mo["data"]
            self.tagged_commands[tag] = (typ, [dat])
        else:
            rest = None
            if not self._match(Untagged_response, line) and self._match(self.Untagged_status, line):
                rest = self.mo["data2"]
            if self.mo is None:
                if self._match(Continuation, line):
                    self.continuation_response = self.mo["data"]
                    return None
                raise self.abort("unexpected response: %r" % line)
            typ, dat = str(self.mo["type"], self._encoding), self.mo["data"] or b""
            if rest:
                dat += b" " + rest
            dat = self._read_literals(typ, dat)
            self._append_untagged(typ, dat)
        # "[CODE data]" in a status counts as an untagged response of its own.
        if typ in ("OK", "NO", "BAD") and self._match(Response_code, dat):
            self._append_untagged(str(self.mo["type"], self._encoding), self.mo["data"])
        if self.debug >= 1 and typ in ("NO", "BAD", "BYE"):
            self._mesg("%s response: %r" % (typ, dat))
        return line

    def _read_literals(self, typ, dat):
        """Read the literals that the line announces, each with what follows it; what follows the last."""
        while self._match(self.Literal, dat):
            size = int(self.mo["size"])
            if self.debug >= 4:
                self._mesg("read literal size %s" % size)
            self._append_untagged(typ, (dat, self.read(size)))
            dat = self._get_line()
        return dat

    def _get_tagged_response(self, tag, expect_bye=False):
        while True:
            answer = self.tagged_commands[tag]
            if answer is not None:
                del self.tagged_commands[tag]
                return answer
            if expect_bye and "BYE" in self.untagged_responses:
                return "BYE", self.untagged_responses.pop("BYE")
            # (An answer may never come after it.)
            self._check_bye()
            try:
                self._get_response()
            except self.abort:
                if self.debug:
                    self.print_log()
                raise

    def _note(self, mark, line):
        """Show a line, or keep it for print_log()."""
        keep = self._mesg if self.debug >= 4 else self._log
        keep("%s %r" % (mark, line))

    def _get_line(self):
        line = self.readline()
        text = line.removesuffix(CRLF)
        if len(text) == len(line):
            what = "unterminated line: %r" % line if line else "EOF"
            raise self.abort("socket error: " + what)
        self._note("<", text)
        return text

    def _match(self, cre, s):
        """Whether an expression matches; the match is kept in self.mo."""
        found = self.mo = cre.match(s)
        if found and self.debug >= 5:
            self._mesg("\tmatched %r => %r" % (cre.pattern, found.groups()))
        return found is not None

    def _new_tag(self):
        tag = self.tagpre + b"%d" % self.tagnum
        self.tagnum += 1
        self.tagged_commands[tag] = None
        return tag

    def _quote(self, arg):
        return '"' + arg.replace("\\", "\\\\").replace('"', '\\"') + '"'


    def _untagged_response(self, typ, dat, name):
        """The type and the untagged responses of a name, which are then forgotten."""
        if typ == "NO":
            return typ, dat
        data = self.untagged_responses.pop(name, None)
        if data is None:
            return typ, [None]
        if self.debug >= 5:
            self._mesg("untagged_responses[%s] => %s" % (name, data))
        return typ, data

    # What is shown for debugging.

    def _mesg(self, s, secs=None):
        secs = time.time() if secs is None else secs
        clock = time.strftime("%M:%S", time.localtime(secs))
        sys.stderr.write("  %s.%02d %s\n" % (clock, (secs * 100) % 100, s))
        sys.stderr.flush()

    def _dump_ur(self, untagged_resp_dict):
        if untagged_resp_dict:
            items = [f"{key}: {value!r}" for key, value in untagged_resp_dict.items()]
            self._mesg("untagged responses dump:" + "\n\t\t".join(items))

    def _log(self, line):
        self._cmd_log[self._cmd_log_idx] = (line, time.time())
        self._cmd_log_idx = (self._cmd_log_idx + 1) % self._cmd_log_len

    def print_log(self):
        """Show the last lines, oldest first."""
        self._mesg("last %d IMAP4 interactions:" % len(self._cmd_log))
        places = [(self._cmd_log_idx + i) % self._cmd_log_len for i in range(self._cmd_log_len)]
        for place in places:
            if place in self._cmd_log:
                self._mesg(*self._cmd_log[place])


if HAVE_SSL:

    class IMAP4_SSL(IMAP4):
        """IMAP4 over a connection that is under TLS from the start."""

        def __init__(self, host="", port=IMAP4_SSL_PORT, keyfile=None, certfile=None, ssl_context=None,
                     timeout=None):
            files = {"keyfile": keyfile, "certfile": certfile}
            given = [name for name, file in files.items() if file is not None]
            if given and ssl_context is not None:
                raise ValueError(f"ssl_context and {given[0]} arguments are mutually exclusive")
            if given:
                import warnings

                problem = "keyfile and certfile are deprecated, use a custom ssl_context instead"
                warnings.warn(problem, DeprecationWarning, 2)
            vars(self).update(files, ssl_context=ssl_context or ssl._create_stdlib_context(**files))
            super().__init__(host, port, timeout)

        def _create_socket(self, timeout):
            plain = super()._create_socket(timeout)
            return self.ssl_context.wrap_socket(plain, server_hostname=self.host)

        def open(self, host="", port=IMAP4_SSL_PORT, timeout=None):
            """Connect; read(), readline(), send() and shutdown() work with what this made."""
            super().open(host, port, timeout)

    __all__.append("IMAP4_SSL")


class IMAP4_stream(IMAP4):
    """IMAP4 over the standard streams of a program, which the shell starts by `command`."""

    def __init__(self, command):
        self.command = command
        super().__init__()

    def open(self, host=None, port=None, timeout=None):
        """Start the program. The arguments say nothing."""
        self.host = self.port = self.sock = self.file = None
        self.process = subprocess.Popen(
            self.command,
            bufsize=DEFAULT_BUFFER_SIZE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            shell=True,
            close_fds=True,
        )
        self.readfile, self.writefile = self.process.stdout, self.process.stdin

    def send(self, data):
        """Send bytes."""
        self.writefile.write(data)
        self.writefile.flush()

    def readline(self):
        """A line from the program, with its end."""
        return self.readfile.readline()

    def read(self, size):
        """So many bytes from the program."""
        return self.readfile.read(size)

    def shutdown(self):
        """Close the streams and wait for the program's end."""
        for stream in (self.readfile, self.writefile):
            stream.close()
        self.process.wait()


class _Authenticator:
    """Base64 around what authenticate() was given."""

    def __init__(self, mechinst):
        self.mech = mechinst

    def process(self, data):
        answer = self.mech(self.decode(data))
        return b"*" if answer is None else self.encode(answer)

    def encode(self, inp):
        data = inp.encode("utf-8") if isinstance(inp, str) else inp
        return binascii.b2a_base64(data, newline=False) if data else b""

    def decode(self, inp):
        return binascii.a2b_base64(inp) if inp else b""


def Internaldate2tuple(resp):
    """The INTERNALDATE in an answer, as local time (a struct_time); None if there is none."""
    found = InternalDate.match(resp)
    if not found:
        return None
    numbers = [int(found[name]) for name in ("year", "day", "hour", "min", "sec")]
    year, day, *clock = numbers
    offset = (int(found["zoneh"]) * 60 + int(found["zonem"])) * 60
    if found["zonen"] == b"-":
        offset = -offset
    seconds = calendar.timegm((year, Mon2num[found["mon"]], day, *clock, -1, -1, -1)) - offset
    return time.localtime(seconds)


def Int2AP(num):
    """A number in base 16 with the digits A to P, as bytes."""
    digits = b"%x" % abs(int(num))
    return b"" if digits == b"0" else digits.translate(bytes.maketrans(b"0123456789abcdef", b"ABCDEFGHIJKLMNOP"))


def ParseFlags(resp):
    """The flags in an answer, a tuple of bytes."""
    found = Flags.match(resp)
    return tuple(found["flags"].split()) if found else ()


def Time2Internaldate(date_time):
    """A time as the protocol writes it, in quotes.

    It is seconds since the epoch, a time's tuple (of local time, if it does not say), a datetime with a zone, or a
    text in quotes, which is returned as it is.
    """
    if isinstance(date_time, (int, float)):
        moment = datetime.fromtimestamp(date_time, timezone.utc).astimezone()
    elif isinstance(date_time, tuple):
        offset = getattr(date_time, "tm_gmtoff", None)
        if offset is None:
            summer = date_time[8]
            if summer == -1:
                summer = time.localtime(time.mktime(date_time))[8]
            offset = -(time.altzone if summer == 1 else time.timezone)
        moment = datetime(*date_time[:6], tzinfo=timezone(timedelta(seconds=offset)))
    elif isinstance(date_time, datetime):
        if date_time.tzinfo is None:
            raise ValueError("date_time must be aware")
        moment = date_time
    elif isinstance(date_time, str) and (date_time[0], date_time[-1]) == ('"', '"'):
        return date_time
    else:
        raise ValueError("date_time not of a known type")
    # (%b would be the name in the locale's language.)
    return moment.strftime('"%d-' + Months[moment.month] + '-%Y %H:%M:%S %z"')
