"""Fetching mail: the client's side of POP3 (RFC 1939), with TLS (RFC 2595), CAPA (RFC 2449) and UTF8 (RFC 6856)."""

import contextlib
import errno
import re
import socket
import sys

try:
    import ssl
except ImportError:
    ssl = None

HAVE_SSL = ssl is not None

__all__ = ["POP3", "error_proto"]

POP3_PORT = 110
POP3_SSL_PORT = 995

CR = b"\r"
LF = b"\n"
CRLF = CR + LF

# RFC 1939 allows 512 bytes in a line of an answer; messages may hold longer ones.
_MAXLINE = 2048


class error_proto(Exception):
    """The server said -ERR, or nothing that the protocol knows."""


class POP3:
    """A connection to a mailbox.

    Answers are bytes, without the line end; what lists or fetches returns (answer, lines, size), the size being
    that of the lines with their ends. Messages are numbered from 1. What dele() marked is deleted by quit().
    """

    encoding = "UTF-8"

    # For apop(): the server's greeting has this where it knows the command.
    timestamp = re.compile(rb"\+OK.[^<]*(<.*>)")

    def __init__(self, host, port=POP3_PORT, timeout=socket._GLOBAL_DEFAULT_TIMEOUT):
        self.host, self.port = host, port
        self._debugging = 0
        self._tls_established = False
        sys.audit("poplib.connect", self, host, port)
        self._use(self._create_socket(timeout))
        self.welcome = self._getresp()

    def _use(self, sock):
        """Talk over this socket."""
        self.sock = sock
        self.file = sock.makefile("rb")

    def _create_socket(self, timeout):
        if timeout is None or timeout:
            return socket.create_connection((self.host, self.port), timeout)
        raise ValueError("Non-blocking socket (timeout=0) is not supported")

    def set_debuglevel(self, level):
        """1 prints the commands, 2 every line, too."""
        self._debugging = level

    def _trace(self, level, what, value):
        """Print a value, if so much is wanted."""
        if self._debugging >= level:
            print("*%s*" % what, repr(value))

    # Lines and answers.

    def _putline(self, line):
        self._trace(2, "put", line)
        sys.audit("poplib.putline", self, line)
        self.sock.sendall(line + CRLF)

    def _putcmd(self, line):
        self._trace(1, "cmd", line)
        self._putline(line.encode(self.encoding))

    def _getline(self):
        """A line without its end, and its length with it."""
        line = self.file.readline(_MAXLINE + 1)
        size = len(line)
        if size > _MAXLINE:
            raise error_proto("line too long")
        self._trace(2, "get", line)
        if size == 0:
            raise error_proto("-ERR EOF")
        if line.endswith(CRLF):
            return line[:-2], size
        # Some servers turn the line end around.
        return line[1 if line.startswith(CR) else 0 : -1], size

    def _getresp(self):
        answer, _ = self._getline()
        self._trace(2, "resp", answer)
        if not answer.startswith(b"+"):
            raise error_proto(answer)
        return answer

    def _getlongresp(self):
        answer = self._getresp()
        lines, total = [], 0
        while True:
            line, size = self._getline()
            if line == b".":
                return answer, lines, total
            if line.startswith(b".."):
                # A dot at the start was doubled.
                line, size = line[1:], size - 1
            lines.append(line)
            total += size

    def _longcmd(self, line):
        self._putcmd(line)
        return self._getlongresp()

    def _of_message(self, command, which):
        """A command for one message or for all."""
        if which is None:
            return self._longcmd(command)
        return self._shortcmd("%s %s" % (command, which))

    def _shortcmd(self, line):
        self._putcmd(line)
        return self._getresp()

    # What users of the class call: the session.

    def getwelcome(self):
        """The greeting."""
        return self.welcome

    def capa(self):
        """What the server can do: a dict from names to lists of parameters."""
        try:
            _, lines, _ = self._longcmd("CAPA")
        except error_proto:
            raise error_proto("-ERR CAPA not supported by server")
        able = {}
        for line in lines:
            name, *parameters = line.decode("ascii").split()
            able[name] = parameters
        return able

    def utf8(self):
        """Ask for messages with texts in UTF-8."""
        return self._shortcmd("UTF8")

    def stls(self, context=None):
        """From here on under TLS (before the password is sent)."""
        problem = None
        if not HAVE_SSL:
            problem = "TLS support missing"
        elif self._tls_established:
            problem = "TLS session already established"
        elif "STLS" not in self.capa():
            problem = "STLS not supported by server"
        if problem is not None:
            raise error_proto("-ERR " + problem)
        if context is None:
            context = ssl._create_stdlib_context()
        answer = self._shortcmd("STLS")
        self._use(context.wrap_socket(self.sock, server_hostname=self.host))
        self._tls_established = True
        return answer

    def user(self, user):
        """Name the user."""
        return self._shortcmd("USER %s" % user)

    def pass_(self, pswd):
        """Give the password; the mailbox is then locked until quit()."""
        return self._shortcmd("PASS %s" % pswd)

    def apop(self, user, password):
        """Say who we are without sending the password; error_proto if the greeting has no time stamp."""
        stamp = self.timestamp.match(self.welcome)
        if not stamp:
            raise error_proto("-ERR APOP not supported by server")
        import hashlib

        digest = hashlib.md5(stamp.group(1) + password.encode(self.encoding)).hexdigest()
        return self._shortcmd("APOP %s %s" % (user, digest))

    def rpop(self, user):
        """Say who we are by the name on this machine (hardly a server knows it)."""
        return self._shortcmd("RPOP %s" % user)

    def quit(self):
        """Delete what is marked, unlock the mailbox, close."""
        answer = self._shortcmd("QUIT")
        self.close()
        return answer

    def close(self):
        """Drop the connection, without a word to the server."""
        sock, file = self.sock, self.file
        self.sock = self.file = None
        # (The last one that was pushed goes first, and what fails there does not keep the socket open.)
        with contextlib.ExitStack() as closing:
            if sock is not None:
                closing.callback(sock.close)
                closing.callback(self._hang_up, sock)
            if file is not None:
                closing.callback(file.close)

    @staticmethod
    def _hang_up(sock):
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError as e:
            # The other side was faster. (10022 is what Windows says then.)
            gone = e.errno == errno.ENOTCONN or getattr(e, "winerror", 0) == 10022
            if not gone:
                raise

    def noop(self):
        """Do nothing."""
        return self._shortcmd("NOOP")

    # The messages.

    def stat(self):
        """(number of messages, their size)."""
        words = self._shortcmd("STAT").split()
        self._trace(1, "stat", words)
        return int(words[1]), int(words[2])

    def list(self, which=None):
        """Numbers and sizes of the messages, as "number size"; of one, the answer alone."""
        return self._of_message("LIST", which)

    def uidl(self, which=None):
        """What identifies the messages beyond this session, as "number id"; of one, the answer alone."""
        return self._of_message("UIDL", which)

    def top(self, which, howmuch):
        """The headers of a message and so many lines of its body."""
        return self._longcmd("TOP %s %s" % (which, howmuch))

    def retr(self, which):
        """A whole message."""
        return self._longcmd("RETR %s" % which)

    def rset(self):
        """Take back what dele() marked."""
        return self._shortcmd("RSET")

    def dele(self, which):
        """Mark a message as deleted."""
        return self._shortcmd("DELE %s" % which)


if HAVE_SSL:

    class POP3_SSL(POP3):
        """POP3 over a connection that is under TLS from the start."""

        def __init__(self, host, port=POP3_SSL_PORT, keyfile=None, certfile=None,
                     timeout=socket._GLOBAL_DEFAULT_TIMEOUT, context=None):
            files = {"keyfile": keyfile, "certfile": certfile}
            given = [name for name, file in files.items() if file is not None]
            if given and context is not None:
                raise ValueError(f"context and {given[0]} arguments are mutually exclusive")
            if given:
                import warnings

                problem = "keyfile and certfile are deprecated, use a custom context instead"
                warnings.warn(problem, DeprecationWarning, 2)
            vars(self).update(files, context=context or ssl._create_stdlib_context(**files))
            super().__init__(host, port, timeout)

        def _create_socket(self, timeout):
            return self.context.wrap_socket(super()._create_socket(timeout), server_hostname=self.host)

        def stls(self, keyfile=None, certfile=None, context=None):
            """There is nothing to start: error_proto."""
            raise error_proto("-ERR TLS session already established")

    __all__.append("POP3_SSL")


if __name__ == "__main__":
    host, user, password = sys.argv[1:4]
    box = POP3(host)
    print(box.getwelcome())
    box.user(user)
    box.pass_(password)
    box.list()
    messages, _ = box.stat()
    for number in range(1, messages + 1):
        _, lines, _ = box.retr(number)
        print("Message %d:" % number)
        for line in lines:
            print("   " + repr(line))
        print("-----------------------")
    box.quit()
