"""Sending mail: the client's side of SMTP (RFC 5321), ESMTP and LMTP (RFC 2033).

A session by hand is ehlo(), perhaps starttls() and login(), then mail(), rcpt() and data(); sendmail() and
send_message() do all of it. What a server answers is a pair (code, text), the text as bytes without the codes.
"""

import base64
import contextlib
import copy
import datetime
import email.base64mime
import email.generator
import email.message
import email.utils
import hmac
import io
import re
import socket
import sys

from email.base64mime import body_encode as encode_base64

try:
    import ssl
except ImportError:
    ssl = None

_have_ssl = ssl is not None

__all__ = [
    "SMTPException", "SMTPNotSupportedError", "SMTPServerDisconnected", "SMTPResponseException",
    "SMTPSenderRefused", "SMTPRecipientsRefused", "SMTPDataError", "SMTPConnectError", "SMTPHeloError",
    "SMTPAuthenticationError", "quoteaddr", "quotedata", "SMTP",
]

SMTP_PORT = 25
SMTP_SSL_PORT = 465
LMTP_PORT = 2003
# Challenges in one exchange of auth() before the server is taken for a broken one.
_MAXCHALLENGE = 5
# A longer line is an error: who sends it may never stop.
_MAXLINE = 8192
CRLF = "\r\n"
bCRLF = CRLF.encode()

# What a line of the answer to EHLO announces, and how it was written before the standard.
_FEATURE = re.compile(r"(?P<feature>[A-Za-z0-9][A-Za-z0-9\-]*) ?")
OLDSTYLE_AUTH = re.compile(r"auth=(.*)", re.I)


def _tell(error, **told):
    """Give an error its attributes; their values are its args, too."""
    vars(error).update(told)
    error.args = tuple(told.values())


class SMTPException(OSError):
    """Any error of this module."""


class SMTPServerDisconnected(SMTPException):
    """There is no connection, or it broke."""


class SMTPNotSupportedError(SMTPException):
    """The server did not announce what the command or option needs."""


class SMTPRecipientsRefused(SMTPException):
    """No address was accepted; `recipients` maps each one to the answer."""

    def __init__(self, recipients):
        _tell(self, recipients=recipients)


class SMTPResponseException(SMTPException):
    """The server answered with a code of failure: smtp_code, and the text smtp_error."""

    def __init__(self, code, msg):
        _tell(self, smtp_code=code, smtp_error=msg)


# One for each step of a session that the server may refuse.


class SMTPConnectError(SMTPResponseException):
    """The server did not greet as it should."""


class SMTPHeloError(SMTPResponseException):
    """The server refused to be greeted."""


class SMTPAuthenticationError(SMTPResponseException):
    """User and password were refused."""


class SMTPSenderRefused(SMTPResponseException):
    """The address of the sender was refused; it is in `sender`."""

    def __init__(self, code, msg, sender):
        _tell(self, smtp_code=code, smtp_error=msg, sender=sender)


class SMTPDataError(SMTPResponseException):
    """The text of the message was refused."""


def quoteaddr(addrstring):
    """An address in angle brackets, without the name that may stand before it."""
    name, address = email.utils.parseaddr(addrstring)
    if (name, address) != ("", ""):
        return "<%s>" % address
    # It could not be taken apart: as it is.
    return addrstring if addrstring.strip().startswith("<") else "<%s>" % addrstring


def _addr_only(addrstring):
    name, address = email.utils.parseaddr(addrstring)
    return addrstring if (name, address) == ("", "") else address


def _fix_eols(data):
    return re.sub(r"\r\n|\n|\r", CRLF, data)


def _quote_periods(bindata):
    return re.sub(rb"(?m)^\.", b"..", bindata)


def quotedata(data):
    """A text as the command DATA sends it: lines end with CRLF, a dot at the start of one is doubled."""
    return re.sub(r"(?m)^\.", "..", _fix_eols(data))


def _context_of(context, **files):
    """The context of TLS: one that was given, or one made of files (keyfile, certfile), as it was done once."""
    given = [name for name, file in files.items() if file is not None]
    if given and context is not None:
        raise ValueError(f"context and {given[0]} arguments are mutually exclusive")
    if given:
        import warnings

        # (The caller of our caller.)
        warnings.warn("keyfile and certfile are deprecated, use a custom context instead", DeprecationWarning, 3)
    return context or ssl._create_stdlib_context(**files)


class SMTP:
    """A connection to a server that takes mail; in a `with` block it ends with QUIT.

    esmtp_features holds what the server announced to EHLO (names in lower case, with their parameters),
    helo_resp and ehlo_resp the answers to the greeting, each None before.
    """

    default_port = SMTP_PORT
    # How the server is greeted.
    ehlo_msg = "ehlo"
    sock = file = None
    helo_resp = ehlo_resp = None
    does_esmtp = False
    debuglevel = 0

    def __init__(self, host="", port=0, local_hostname=None, timeout=socket._GLOBAL_DEFAULT_TIMEOUT,
                 source_address=None):
        """Connect, if there is a host ("name" or "name:port").

        local_hostname is what the greeting calls this machine; without it the name is looked up.
        """
        self.source_address, self.timeout = source_address, timeout
        self.command_encoding = "ascii"
        self._auth_challenge_count = 0
        self._forget_greeting()
        self._host = host
        if host:
            answer = self.connect(host, port)
            if answer[0] != 220:
                self.close()
                raise SMTPConnectError(*answer)
        self.local_hostname = self._own_name() if local_hostname is None else local_hostname

    @staticmethod
    def _own_name():
        """The full name of this machine, or its address as RFC 5321 writes one."""
        name = socket.getfqdn()
        if "." in name:
            return name
        address = "127.0.0.1"
        try:
            address = socket.gethostbyname(socket.gethostname())
        except socket.gaierror:
            pass
        return "[%s]" % address

    def __enter__(self):
        return self

    def __exit__(self, *args):
        with contextlib.closing(self), contextlib.suppress(SMTPServerDisconnected):
            answer = self.docmd("QUIT")
            if answer[0] != 221:
                raise SMTPResponseException(*answer)

    def _print_debug(self, *args):
        if self.debuglevel > 1:
            args = (datetime.datetime.now().time(), *args)
        print(*args, file=sys.stderr)

    def _trace(self, what, *values):
        """Show values, if the level wants it."""
        if self.debuglevel > 0:
            self._print_debug(what, *map(repr, values))

    def set_debuglevel(self, debuglevel):
        """1 shows all that is sent and received on sys.stderr, 2 with the time of day."""
        self.debuglevel = debuglevel

    def _lost(self, text, error=SMTPServerDisconnected):
        """Close, as the connection is of no more use; the error that says so."""
        self.close()
        return error(text)

    def _forget_greeting(self):
        """Forget what the server said about itself."""
        self.helo_resp = self.ehlo_resp = None
        self.esmtp_features, self.does_esmtp = {}, False

    # The connection.

    def _get_socket(self, host, port, timeout):
        if timeout is not None and not timeout:
            raise ValueError("Non-blocking socket (timeout=0) is not supported")
        self._trace("connect: to", (host, port), self.source_address)
        return socket.create_connection((host, port), timeout, self.source_address)

    def connect(self, host="localhost", port=0, source_address=None):
        """Connect and read the greeting, which is returned."""
        self.source_address = source_address or self.source_address
        # More than one colon is an address of IPv6.
        if not port and host.count(":") == 1:
            name, _, number = host.partition(":")
            try:
                port = int(number)
            except ValueError:
                raise OSError("nonnumeric port")
            host = name
        port = port or self.default_port
        sys.audit("smtplib.connect", self, host, port)
        return self._begin(self._get_socket(host, port, self.timeout))

    def _begin(self, sock):
        """Talk over a new connection: read the greeting."""
        self.sock, self.file = sock, None
        code, greeting = self.getreply()
        self._trace("connect:", greeting)
        return code, greeting

    def send(self, s):
        """Send bytes, or a text in the encoding of commands."""
        self._trace("send:", s)
        if not self.sock:
            raise SMTPServerDisconnected("please run connect() first")
        data = s.encode(self.command_encoding) if isinstance(s, str) else s
        sys.audit("smtplib.send", self, data)
        try:
            self.sock.sendall(data)
        except OSError:
            raise self._lost("Server not connected")

    def putcmd(self, cmd, args=""):
        """Send a line."""
        line = cmd if args == "" else f"{cmd} {args}"
        if "\r" in line or "\n" in line:
            shown = line.replace("\n", "\\n").replace("\r", "\\r")
            raise ValueError(f"command and arguments contain prohibited newline characters: {shown}")
        self.send(line + CRLF)

    def _reply_line(self):
        """One line of an answer."""
        try:
            line = self.file.readline(_MAXLINE + 1)
        except OSError as e:
            raise self._lost(f"Connection unexpectedly closed: {e}")
        if line == b"":
            raise self._lost("Connection unexpectedly closed")
        self._trace("reply:", line)
        if len(line) <= _MAXLINE:
            return line
        self.close()
        raise SMTPResponseException(500, "Line too long.")

    def getreply(self):
        """Read an answer: (code, text). The code is -1 where a line has none."""
        if self.file is None:
            self.file = self.sock.makefile("rb")
        texts = []
        while True:
            line = self._reply_line()
            texts.append(line[4:].strip(b" \t\r\n"))
            try:
                code = int(line[:3])
            except ValueError:
                code = -1
                break
            if line[3:4] != b"-":
                break
        text = b"\n".join(texts)
        if self.debuglevel > 0:
            self._print_debug("reply: retcode (%s); Msg: %a" % (code, text))
        return code, text

    def docmd(self, cmd, args=""):
        """Send a line and read the answer."""
        self.putcmd(cmd, args)
        return self.getreply()

    # The commands.

    def helo(self, name=""):
        """Greet the old way."""
        answer = self.docmd("helo", name or self.local_hostname)
        self.helo_resp = answer[1]
        return answer

    def ehlo(self, name=""):
        """Greet, and learn what the server can do."""
        self.esmtp_features = {}
        code, message = self.docmd(self.ehlo_msg, name or self.local_hostname)
        # What some servers do that do not know the command.
        if (code, message) == (-1, b""):
            raise self._lost("Server not connected")
        self.ehlo_resp = message
        if code != 250:
            return code, message
        self.does_esmtp = True
        for line in message.decode("latin-1").split("\n")[1:]:
            self._learn_feature(line)
        return code, message

    def _learn_feature(self, line):
        features = self.esmtp_features
        # "AUTH=PLAIN" of before the standard stands beside "AUTH ...": one list of both.
        old = OLDSTYLE_AUTH.match(line)
        if old:
            features["auth"] = features.get("auth", "") + " " + old.group(1)
            return
        found = _FEATURE.match(line)
        if not found:
            return
        feature = found["feature"].lower()
        parameters = line[found.end("feature"):].strip()
        if feature == "auth":
            parameters = features.get(feature, "") + " " + parameters
        features[feature] = parameters

    def has_extn(self, opt):
        """Whether the server announced an extension."""
        return opt.lower() in self.esmtp_features

    def _need(self, extension, problem):
        """Complain if the server did not announce an extension."""
        if not self.has_extn(extension):
            raise SMTPNotSupportedError(problem)

    def rset(self):
        """Give up the message that is under way."""
        self.command_encoding = "ascii"
        return self.docmd("rset")

    def _rset(self):
        """rset() on the way to another error, which a broken connection must not hide."""
        with contextlib.suppress(SMTPServerDisconnected):
            self.rset()

    def mail(self, sender, options=()):
        """Begin a message."""
        suffix = ""
        if options and self.does_esmtp:
            if any(option.lower() == "smtputf8" for option in options):
                self._need("smtputf8", "SMTPUTF8 not supported by server")
                self.command_encoding = "utf-8"
            suffix = " " + " ".join(options)
        self.putcmd("mail", "FROM:%s%s" % (quoteaddr(sender), suffix))
        return self.getreply()

    def rcpt(self, recip, options=()):
        """Name one who shall get the message."""
        suffix = " " + " ".join(options) if options and self.does_esmtp else ""
        self.putcmd("rcpt", "TO:%s%s" % (quoteaddr(recip), suffix))
        return self.getreply()

    def data(self, msg):
        """Send the text: bytes as they are, but for dots; of a str, line ends are made CRLF."""
        self.putcmd("data")
        code, reply = self.getreply()
        self._trace("data:", (code, reply))
        if code != 354:
            raise SMTPDataError(code, reply)
        if isinstance(msg, str):
            msg = _fix_eols(msg).encode("ascii")
        body = _quote_periods(msg)
        if not body.endswith(bCRLF):
            body += bCRLF
        self.send(body + b"." + bCRLF)
        answer = self.getreply()
        self._trace("data:", answer)
        return answer

    def expn(self, address):
        """Ask who is on a mailing list."""
        return self.docmd("expn", _addr_only(address))

    def verify(self, address):
        """Ask whether there is such an address."""
        return self.docmd("vrfy", _addr_only(address))

    vrfy = verify

    def help(self, args=""):
        """What the server tells about its commands, or one."""
        _, text = self.docmd("help", args)
        return text

    def noop(self):
        """Do nothing, but show that both sides are alive."""
        return self.docmd("noop")

    def ehlo_or_helo_if_needed(self):
        """Greet, if that was not done; SMTPHeloError if the server wants neither way."""
        if self.helo_resp is None and self.ehlo_resp is None:
            if not 200 <= self.ehlo()[0] <= 299:
                code, message = self.helo()
                if not 200 <= code <= 299:
                    raise SMTPHeloError(code, message)

    # Who we are.

    def auth(self, mechanism, authobject, *, initial_response_ok=True):
        """One exchange of AUTH.

        authobject(challenge) gives the answer as text to the challenge (bytes); called without one it gives the
        first response, or None if the mechanism has none.
        """
        mechanism = mechanism.upper()
        first = authobject() if initial_response_ok else None
        if first is not None:
            code, message = self.docmd("AUTH", mechanism + " " + encode_base64(first.encode("ascii"), eol=""))
            self._auth_challenge_count = 1
        else:
            code, message = self.docmd("AUTH", mechanism)
            self._auth_challenge_count = 0
        while code == 334:
            self._auth_challenge_count += 1
            answer = authobject(base64.decodebytes(message))
            code, message = self.docmd(encode_base64(answer.encode("ascii"), eol=""))
            if self._auth_challenge_count > _MAXCHALLENGE:
                raise SMTPException(
                    "Server AUTH mechanism infinite loop. Last response: " + repr((code, message))
                )
        # 503: "already done".
        if code not in (235, 503):
            raise SMTPAuthenticationError(code, message)
        return code, message

    def auth_cram_md5(self, challenge=None):
        """For auth(): CRAM-MD5 with the user and password of login()."""
        if challenge is not None:
            proof = hmac.digest(self.password.encode("ascii"), challenge, "md5")
            return f"{self.user} {proof.hex()}"

    def auth_login(self, challenge=None):
        """For auth(): LOGIN with the user and password of login()."""
        is_second = challenge is not None and self._auth_challenge_count >= 2
        return self.password if is_second else self.user

    def auth_plain(self, challenge=None):
        """For auth(): PLAIN with the user and password of login()."""
        return "\0".join(("", self.user, self.password))

    def login(self, user, password, *, initial_response_ok=True):
        """Say who we are, in the best way that both sides know (CRAM-MD5, PLAIN, LOGIN)."""
        self.ehlo_or_helo_if_needed()
        self._need("auth", "SMTP AUTH extension not supported by server.")
        offered = self.esmtp_features["auth"].split()
        known = [name for name in ("CRAM-MD5", "PLAIN", "LOGIN") if name in offered]
        if not known:
            raise SMTPException("No suitable authentication method found.")
        self.user, self.password = user, password
        for name in known:
            method = getattr(self, "auth_" + name.lower().replace("-", "_"))
            try:
                return self.auth(name, method, initial_response_ok=initial_response_ok)
            except SMTPAuthenticationError as e:
                refused = e
        raise refused

    def starttls(self, keyfile=None, certfile=None, context=None):
        """From here on under TLS. What the server said about itself before is forgotten."""
        self.ehlo_or_helo_if_needed()
        self._need("starttls", "STARTTLS extension not supported by server.")
        code, reply = self.docmd("STARTTLS")
        if code != 220:
            raise SMTPResponseException(code, reply)
        if not _have_ssl:
            raise RuntimeError("No SSL support included in this Python")
        context = _context_of(context, keyfile=keyfile, certfile=certfile)
        self.sock = context.wrap_socket(self.sock, server_hostname=self._host)
        self.file = None
        self._forget_greeting()
        return code, reply

    # Whole messages.

    def _give_up(self, code):
        """Leave the message; 421 says that the server has left already."""
        leave = self.close if code == 421 else self._rset
        leave()

    def sendmail(self, from_addr, to_addrs, msg, mail_options=(), rcpt_options=()):
        """Send a text to addresses (a list, or a str that is one); returns those that were refused.

        SMTPRecipientsRefused if all were; SMTPHeloError, SMTPSenderRefused, SMTPDataError and
        SMTPNotSupportedError tell what else went wrong.
        """
        self.ehlo_or_helo_if_needed()
        if isinstance(msg, str):
            msg = _fix_eols(msg).encode("ascii")
        options = []
        if self.does_esmtp:
            if self.has_extn("size"):
                options.append("size=%d" % len(msg))
            options.extend(mail_options)
        code, reply = self.mail(from_addr, options)
        if code != 250:
            self._give_up(code)
            raise SMTPSenderRefused(code, reply, from_addr)
        refused = {}
        addresses = [to_addrs] if isinstance(to_addrs, str) else to_addrs
        for address in addresses:
            code, reply = self.rcpt(address, rcpt_options)
            if code not in (250, 251):
                refused[address] = (code, reply)
            if code == 421:
                self.close()
                raise SMTPRecipientsRefused(refused)
        if len(refused) == len(addresses):
            self._rset()
            raise SMTPRecipientsRefused(refused)
        code, reply = self.data(msg)
        if code != 250:
            self._give_up(code)
            raise SMTPDataError(code, reply)
        return refused

    @staticmethod
    def _sender(msg, prefix):
        """The one address that the headers give as the sender's."""
        field = prefix + "Sender"
        named = msg[field] if field in msg else msg[prefix + "From"]
        return email.utils.getaddresses([named])[0][1]

    @staticmethod
    def _receivers(msg, prefix):
        named = [msg[prefix + field] for field in ("To", "Bcc", "Cc")]
        return [address for _, address in email.utils.getaddresses([f for f in named if f is not None])]

    def send_message(self, msg, from_addr=None, to_addrs=None, mail_options=(), rcpt_options=()):
        """sendmail() of an email.message.Message; the addresses are those of its headers, if none are given.

        Of a message that was sent on, the headers `Resent-*` count. Bcc is not sent.
        """
        self.ehlo_or_helo_if_needed()
        resent = msg.get_all("Resent-Date")
        if resent is not None and len(resent) > 1:
            raise ValueError("message has more than one 'Resent-' header block")
        prefix = "" if resent is None else "Resent-"
        if from_addr is None:
            from_addr = self._sender(msg, prefix)
        if to_addrs is None:
            to_addrs = self._receivers(msg, prefix)
        copied = copy.copy(msg)
        del copied["Bcc"]
        del copied["Resent-Bcc"]
        policy = None
        if not all(map(str.isascii, (from_addr, *to_addrs))):
            self._need(
                "smtputf8",
                "One or more source or delivery addresses require internationalized email support, but the server"
                " does not advertise the required SMTPUTF8 capability",
            )
            policy = msg.policy.clone(utf8=True)
            mail_options = (*mail_options, "SMTPUTF8", "BODY=8BITMIME")
        out = io.BytesIO()
        email.generator.BytesGenerator(out, policy=policy).flatten(copied, linesep=CRLF)
        flat = out.getvalue()
        return self.sendmail(from_addr, to_addrs, flat, mail_options, rcpt_options)

    def close(self):
        """Drop the connection, without a word to the server."""
        parts = self.sock, self.file
        self.sock = self.file = None
        # (The last one that was pushed goes first, and what fails there does not keep the socket open.)
        with contextlib.ExitStack() as closing:
            for part in filter(None, parts):
                closing.callback(part.close)

    def quit(self):
        """Say good-bye and close; returns the answer."""
        answer = self.docmd("quit")
        # (The next connection begins with a greeting.)
        self._forget_greeting()
        self.close()
        return answer


if _have_ssl:

    class SMTP_SSL(SMTP):
        """SMTP over a connection that is under TLS from the start."""

        default_port = SMTP_SSL_PORT

        def __init__(self, host="", port=0, local_hostname=None, keyfile=None, certfile=None,
                     timeout=socket._GLOBAL_DEFAULT_TIMEOUT, source_address=None, context=None):
            self.context = _context_of(context, keyfile=keyfile, certfile=certfile)
            self.keyfile, self.certfile = keyfile, certfile
            super().__init__(host, port, local_hostname, timeout, source_address)

        def _get_socket(self, host, port, timeout):
            self._trace("connect:", (host, port))
            plain = super()._get_socket(host, port, timeout)
            return self.context.wrap_socket(plain, server_hostname=self._host)

    __all__.append("SMTP_SSL")


class LMTP(SMTP):
    """The protocol in which mail is delivered locally. A host that begins with "/" is a socket in the file system."""

    ehlo_msg = "lhlo"

    def __init__(self, host="", port=LMTP_PORT, local_hostname=None, source_address=None,
                 timeout=socket._GLOBAL_DEFAULT_TIMEOUT):
        super().__init__(host, port, local_hostname, timeout, source_address)

    def connect(self, host="localhost", port=0, source_address=None):
        """Connect and read the greeting, which is returned."""
        if host[:1] != "/":
            return super().connect(host, port, source_address=source_address)
        if self.timeout is not None and not self.timeout:
            raise ValueError("Non-blocking socket (timeout=0) is not supported")
        self.sock = None
        try:
            local = self._local_socket(host)
        except OSError:
            if self.debuglevel > 0:
                self._print_debug("connect fail:", host)
            raise
        return self._begin(local)

    def _local_socket(self, path):
        """A socket that is connected to one in the file system."""
        with contextlib.ExitStack() as on_error:
            sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            on_error.callback(sock.close)
            if self.timeout is not socket._GLOBAL_DEFAULT_TIMEOUT:
                sock.settimeout(self.timeout)
            sock.connect(path)
            on_error.pop_all()
        return sock


def _main():
    """Send a message from what is typed through the server of this machine."""

    def ask(what):
        sys.stdout.write(what + ": ")
        sys.stdout.flush()
        return sys.stdin.readline().strip()

    sender, receivers = ask("From"), ask("To").split(",")
    print("Enter message, end with ^D:")
    text = sys.stdin.read()
    print("Message length is %d" % len(text))
    server = SMTP("localhost")
    server.set_debuglevel(1)
    server.sendmail(sender, receivers, text)
    server.quit()


if __name__ == "__main__":
    _main()
