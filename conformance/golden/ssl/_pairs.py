# Two ends of a connection in memory, and what the tests do with them.
import os
import ssl

CERTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "certs", "")


def client(ca="ca", **settings):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca:
        context.load_verify_locations(CERTS + ca + ".pem")
    for name, value in settings.items():
        setattr(context, name, value)
    return context


def server(own="server", **settings):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    key = "second" if own == "selfsigned" else own
    context.load_cert_chain(CERTS + own + ".pem", CERTS + key + ".key")
    for name, value in settings.items():
        setattr(context, name, value)
    return context


class Pair:
    def __init__(self, client, server, host="server.test", session=None):
        a, b, c, d = (ssl.MemoryBIO() for _ in range(4))
        self.client = client.wrap_bio(a, b, server_hostname=host, session=session)
        self.server = server.wrap_bio(c, d, server_side=True)
        self.bios = a, b, c, d

    def move(self):
        a, b, c, d = self.bios
        c.write(b.read())
        a.write(d.read())

    def agree(self):
        waiting = [self.client, self.server]
        while waiting:
            for end in list(waiting):
                try:
                    end.do_handshake()
                    waiting.remove(end)
                except ssl.SSLWantReadError:
                    pass
                self.move()
        return self


def text(failure):
    # Without the place in the source.
    return str(failure).partition(" (_ssl.c")[0]


def attempt(function, *args):
    try:
        return function(*args)
    except Exception as failure:
        found = [type(failure).__name__, text(failure)]
        for name in ("reason", "library", "verify_code", "verify_message"):
            if getattr(failure, name, None) is not None:
                found.append(getattr(failure, name))
        return found
