# smtplib, poplib and imaplib, each against a server of a few lines.
import contextlib
import email.message
import imaplib
import io
import poplib
import shlex
import smtplib
import socket
import sys
import threading


@contextlib.contextmanager
def server(greeting, answer):
    """A server for one client: answer(line, more) gives what is sent back, None to hang up."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(20)

    def run():
        conn, _ = listener.accept()
        with conn, conn.makefile("rb") as lines:
            conn.settimeout(20)
            conn.sendall(greeting)
            for line in lines:
                reply = answer(line, lines)
                if reply is None:
                    break
                conn.sendall(reply)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        thread.join()
        listener.close()


def attempt(function, *args, **kwargs):
    try:
        return function(*args, **kwargs)
    except Exception as e:
        names = [c.__name__ for c in type(e).__mro__[:-3]]
        return names, e.args


print("-- SMTP")
seen = []


def smtp(line, more):
    words = line.decode().split()
    seen.append(line)
    command = words[0].lower() if words else ""
    if command in ("ehlo", "lhlo"):
        return (b"250-there\r\n250-SIZE 1000\r\n250-AUTH=LOGIN\r\n250-AUTH CRAM-MD5 PLAIN\r\n"
                b"250-8BITMIME\r\n250 HELP\r\n")
    if command == "helo":
        return b"250 hello\r\n"
    if command == "auth":
        if words[1] == "CRAM-MD5":
            return b"334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ=\r\n"
        if words[1] == "PLAIN":
            return b"535 no\r\n"
        return b"334 VXNlcm5hbWU6\r\n"
    if command == "mail":
        return b"250 ok\r\n" if b"bad" not in line else b"550 not from you\r\n"
    if command == "rcpt":
        return b"550 who?\r\n" if b"nobody" in line else b"251 will do\r\n"
    if command == "quit":
        return b"221 bye\r\n"
    if command == "expn":
        return b"250-A <a@x>\r\n250 B <b@x>\r\n"
    if command == "vrfy":
        return b"nonsense\r\n"
    if command in ("noop", "rset", "help"):
        return b"250 ok\r\n"
    return b"535 no such thing\r\n"


state = {"data": False, "text": []}


def smtp_server(line, more):
    if state["data"]:
        if line == b".\r\n":
            state["data"] = False
            seen.append(b"".join(state["text"]))
            state["text"] = []
            return b"250 queued\r\n"
        state["text"].append(line)
        return b""
    if line.strip().lower() == b"data":
        seen.append(line)
        state["data"] = True
        return b"354 go on\r\n"
    return smtp(line, more)


with server(b"220 here\r\n", smtp_server) as port:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="me.example") as client:
        print(client.ehlo(), sorted(client.esmtp_features.items()), client.does_esmtp, client.has_extn("SIZE"))
        print(client.noop(), client.expn("list"), client.verify("x@y"), client.help())
        print(attempt(client.login, "tim", "tanstaaftanstaaf"))
        print(client.sendmail("a@x", ["b@x", "nobody@x"], "one\n.two\r\n..three\rfour"))
        print(attempt(client.sendmail, "bad@x", "b@x", ""))
        print(attempt(client.sendmail, "a@x", "nobody@x", ""))
        print(attempt(client.mail, "a@x", ["SMTPUTF8"]))
        print(attempt(client.starttls))
        print(attempt(client.putcmd, "a\r\nb"), attempt(client.sendmail, "a@x", ["\u00e9@x"], ""))
        client.rset()
        message = email.message.EmailMessage()
        message["From"] = "A <a@x>"
        message["To"] = "B <b@x>, nobody@x"
        message["Bcc"] = "hidden@x"
        message["Subject"] = "what"
        message.set_content("text\n.\n")
        print(client.send_message(message), "Bcc" in message)
for line in seen:
    print(line)
print(attempt(client.noop), client.sock)
print(smtplib.quoteaddr("Me <me@x>"), smtplib.quoteaddr("<>"), smtplib.quoteaddr("a b c"), smtplib._addr_only("Me <me@x>"))
print(repr(smtplib.quotedata(".a\n..b\rc\r\n")))
with server(b"554 no\r\n", lambda line, more: None) as port:
    print(attempt(smtplib.SMTP, "127.0.0.1", port, timeout=5))
    print(attempt(smtplib.SMTP, "127.0.0.1:x"), attempt(smtplib.SMTP, "127.0.0.1", 1, timeout=0))
with server(b"220 here\r\n", smtp) as port:
    with contextlib.redirect_stderr(io.StringIO()) as err:
        client = smtplib.LMTP("127.0.0.1", port, local_hostname="me")
        client.set_debuglevel(1)
        print(client.ehlo()[0], client.quit(), client.esmtp_features)
    print(err.getvalue())


print("-- POP3")


def pop(line, more):
    words = line.split()
    command = words[0].upper()
    if command == b"PASS" and words[1] != b"secret":
        return b"-ERR wrong\r\n"
    if command == b"STAT":
        return b"+OK 2 320\r\n"
    if command in (b"LIST", b"UIDL") and len(words) == 1:
        return b"+OK 2 of them\r\n1 120\r\n2 200\r\n.\r\n"
    if command in (b"RETR", b"TOP"):
        return b"+OK\r\nSubject: x\r\n\r\n..dot\r\ntext\r\n.\r\n"
    if command == b"CAPA":
        return b"+OK\r\nTOP\r\nSASL PLAIN CRAM-MD5\r\n.\r\n"
    if command == b"QUIT":
        return b"+OK bye\r\n"
    return b"+OK " + line.strip() + b"\r\n"


with server(b"+OK ready <1896.697170952@dbc.mtview.ca.us>\r\n", pop) as port:
    box = poplib.POP3("127.0.0.1", port, timeout=20)
    print(box.getwelcome(), box.user("me"), attempt(box.pass_, "wrong"), box.pass_("secret"))
    with contextlib.redirect_stdout(io.StringIO()) as out:
        box.set_debuglevel(2)
        box.stat()
        box.set_debuglevel(0)
    print(out.getvalue(), box.stat(), box.list(), box.list(1), box.uidl(), box.uidl(2), box.retr(1), box.top(1, 0))
    print(box.dele(1), box.rset(), box.noop(), box.rpop("x"), box.utf8(), box.capa())
    print(box.apop("mrose", "tanstaaf"))
    print(box.quit(), box.sock, box.file)
print(attempt(poplib.POP3, "127.0.0.1", 1, timeout=0))


print("-- IMAP4")
got = []


def imap(line, more):
    tag, command, *words = line.split()
    got.append(b" ".join([command, *words]))
    command = command.upper()
    done = tag + b" OK done\r\n"
    if command == b"CAPABILITY":
        return b"* CAPABILITY IMAP4rev1 ENABLE UTF8=ACCEPT AUTH=CRAM-MD5\r\n" + done
    if command == b"LOGIN" and b"wrong" in line:
        return tag + b" NO [AUTHENTICATIONFAILED] no\r\n"
    if command in (b"SELECT", b"EXAMINE"):
        if b"locked" in line and command == b"SELECT":
            return b"* 1 EXISTS\r\n* OK [READ-ONLY] so\r\n" + done
        if b"missing" in line:
            return tag + b" NO there is none\r\n"
        return b"* 3 EXISTS\r\n* 1 RECENT\r\n* FLAGS (\\Seen \\Deleted)\r\n* OK [UIDVALIDITY 7] x\r\n" + done
    if command == b"SEARCH":
        return b"* SEARCH 1 3\r\n" + done
    if command == b"FETCH":
        return b"* 1 FETCH (UID 4 BODY[] {11}\r\nab\r\ncd\r\nefg FLAGS (\\Seen))\r\n* 2 FETCH (UID 5)\r\n" + done
    if command == b"UID":
        return b"* 1 FETCH (UID 4)\r\n* SORT 3 1\r\n" + done
    if command == b"LIST":
        return b'* LIST (\\Noselect) "/" foo\r\n* LIST () "/" {3}\r\nbar\r\n' + done
    if command == b"STATUS":
        return b'* STATUS x (MESSAGES 3)\r\n' + done
    if command == b"GETQUOTAROOT":
        return b'* QUOTAROOT INBOX ""\r\n* QUOTA "" (STORAGE 1 2)\r\n' + done
    if command == b"EXPUNGE":
        return b"* 2 EXPUNGE\r\n* 2 EXPUNGE\r\n" + done
    if command == b"APPEND":
        size = int(line.split(b"{")[1].split(b"}")[0])
        state["append"] = (tag, size)
        return b"+ go\r\n"
    if command == b"AUTHENTICATE":
        state["auth"] = tag
        return b"+ PDE4OTY=\r\n"
    if command == b"LOGOUT":
        return b"* BYE see you\r\n" + done
    if command == b"XBAD":
        return tag + b" BAD what?\r\n"
    return done


def imap_server(line, more):
    if "append" in state:
        tag, size = state.pop("append")
        text = line
        while len(text) < size + 2:
            text += more.readline()
        got.append(text)
        return tag + b" OK [APPENDUID 7 9] appended\r\n"
    if "auth" in state:
        tag = state.pop("auth")
        got.append(line)
        return tag + (b" OK in\r\n" if line != b"*\r\n" else b" NO given up\r\n")
    return imap(line, more)


with server(b"* OK IMAP4rev1 here\r\n", imap_server) as port:
    client = imaplib.IMAP4("127.0.0.1", port, timeout=20)
    print(client.welcome, client.state, client.capabilities, client.PROTOCOL_VERSION)
    print(attempt(client.select), attempt(client.login, "me", "wrong"))
    print(attempt(client.authenticate, "x", lambda challenge: None), client.state)
    print(client.authenticate("x", lambda challenge: challenge[::-1]), client.state)
    print(client.list(), client.status("x", "(MESSAGES)"), client.getquotaroot("INBOX"))
    print(client.append("", "\\Seen", '"18-May-2033 05:33:20 +0200"', b"a\nb\rc\r\n"), client.response("APPENDUID"))
    print(client.select(), client.state, client.recent(), client.response("UIDVALIDITY"), client.response("FLAGS"))
    print(client.search(None, "ALL"), client.search("UTF-8", "TEXT", "x"))
    print(client.fetch("1:2", "(UID BODY[])"), client.uid("fetch", "4", "(UID)"), client.uid("SORT", "x"))
    print(client.store("1", "+FLAGS", "\\Deleted"), client.expunge(), client.sort("DATE", "UTF-8", "ALL"))
    print(attempt(client.xatom, "xbad"), attempt(client.uid, "nothing"))
    print(attempt(lambda: client.nothing), client.CHECK(), client.noop())
    print(attempt(client.select, "locked"), attempt(client.select, "missing"), client.state)
    print(client.enable("UTF8=ACCEPT"), client.utf8_enabled)
    print(client.logout(), client.state)
for line in got:
    print(line)
print(imaplib.Int2AP(0), imaplib.Int2AP(4096), imaplib.Int2AP(-65535), imaplib.ParseFlags(b"FLAGS (\\A \\B)"), imaplib.ParseFlags(b""))
print(imaplib.Internaldate2tuple(b"x"), imaplib.Time2Internaldate('"x"'), attempt(imaplib.Time2Internaldate, b"x"))
with server(b"* BYE busy\r\n", lambda line, more: None) as port:
    print(attempt(imaplib.IMAP4, "127.0.0.1", port))
program = "import sys; p = sys.stdin; w = lambda s: (sys.stdout.write(s), sys.stdout.flush()); w('* PREAUTH hi\\r\\n')\n"
program += "for line in p:\n"
program += " t, c = line.split()[:2]\n"
program += " if c == 'CAPABILITY': w('* CAPABILITY IMAP4\\r\\n')\n"
program += " w(t + ' OK x\\r\\n')\n"
program += " if c == 'LOGOUT': break\n"
with imaplib.IMAP4_stream(shlex.join([sys.executable, "-c", program])) as client:
    print(client.state, client.capabilities, client.noop())
