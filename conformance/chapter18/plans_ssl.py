"""How the examples of ssl's pages run: run.py says what the plans mean.

What they talk to is here, behind certificates that are made for each run by the program `openssl`: a site on port
443 and a mail server with STARTTLS on port 587, both in Python's own TLS.
"""
import os
import shutil
import socket
import ssl
import subprocess
import threading

NAMES = "www.python.org www.verisign.com mail.python.org myaddr.mydomain.com myaddr.example.com"
IMPORTS = "import pprint, select, socket, ssl\nfrom ssl import Purpose\n"
# (Of many objects of a page the type and what the page says of it are what can be compared.)
OPTIONS = "\nprint(type(ctx.options).__name__, bool(ctx.options & ssl.OP_NO_SSLv3))\n"
LOADED = IMPORTS + """
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.load_verify_locations("path/to/cabundle.pem")
"""
CIPHERS_USED = IMPORTS + """
ctx = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
ctx.set_ciphers('ECDHE+AESGCM:!ECDSA')
"""
# The page's paths begin at the root.
PATHS = """import socket, ssl
class Here(ssl.SSLContext):
    def load_cert_chain(self, *paths):
        super().load_cert_chain(*[path.lstrip("/") for path in paths])
ssl.SSLContext = Here
"""
ACCEPTED = """
print(conn.version(), conn.recv(100))
conn.sendall(b"done")
conn.close()
"""
# (The client ends it: who does keeps the port for a minute.)
CLIENTS = """
def do_something(connstream, data):
    connstream.sendall(data.upper())
    return True
"""
HANDSHAKE = IMPORTS + """
context = ssl.create_default_context()
plain = socket.create_connection(("www.python.org", 443))
sock = context.wrap_socket(plain, server_hostname="www.python.org", do_handshake_on_connect=False)
sock.setblocking(False)
"""
SESSION_3_6 = [24, 25, 26, 27]
SESSION_3_11 = [26, 27, 28, 29]
CONNECTED = IMPORTS + "context = ssl.create_default_context()\n"
VERSION = "\nprint(ssl_sock.version(), sorted(ssl_sock.getpeercert()))\n"
USABLE = "\nprint(ssl.OPENSSL_VERSION.split()[0])\n"

PLANS = {
    "ssl-3.6": {
        1: ("tls", IMPORTS, [1], OPTIONS), 2: ("tls session", IMPORTS, [2]), 3: ("tls session", "", [3]),
        9: ("tls session", LOADED, [9]), 11: ("tls session", CIPHERS_USED, [11]),
        12: ("tls session", LOADED, [12]), 13: ("tls", "", [13], VERSION),
        15: ("tls session", IMPORTS, [15]), 16: ("tls session", IMPORTS, [16]), 21: ("tls", "", [21], USABLE),
        22: ("tls session", IMPORTS, [22]), 23: ("tls session", IMPORTS, [23]),
        24: ("tls session", CONNECTED, SESSION_3_6), 28: ("tls server", CLIENTS, [28, 30, 29], "", 10023),
        31: ("tls", HANDSHAKE, [31], "\nprint(sock.version())\n"), 32: ("tls session", "", [32]),
        33: ("tls session", IMPORTS, [33]),
    },
    "ssl-3.11": {
        1: ("tls", "", [1], ""), 2: ("tls", IMPORTS, [2], ""), 3: ("tls server", PATHS, [3], ACCEPTED, 8443),
        4: ("tls", IMPORTS, [4], OPTIONS), 5: ("tls session", IMPORTS, [5]), 6: ("tls session", "", [6]),
        12: ("tls session", LOADED, [12]), 13: ("tls session", IMPORTS, [13]),
        14: ("tls session", LOADED, [14]), 15: ("tls", "", [15], VERSION),
        17: ("tls session", IMPORTS, [17]), 18: ("tls session", IMPORTS, [18]), 23: ("tls", "", [23], USABLE),
        24: ("tls session", IMPORTS, [24]), 25: ("tls session", IMPORTS, [25]),
        26: ("tls session", CONNECTED, SESSION_3_11), 30: ("tls server", CLIENTS, [30, 32, 31], "", 10023),
        33: ("tls", HANDSHAKE, [33], "\nprint(sock.version())\n"), 34: ("tls session", "", [34]),
        35: ("tls session", IMPORTS, [35]),
    },
}


class Certificates:
    """An authority and a certificate of it for NAMES, in a folder; `path` is None where there is no openssl."""

    def __init__(self, folder):
        self.path = folder if shutil.which("openssl") else None
        if self.path:
            self.make()

    def at(self, name):
        return os.path.join(self.path, name)

    def make(self):
        with open(self.at("names"), "w") as file:
            file.write("subjectAltName=" + ",".join("DNS:" + name for name in NAMES.split()) + "\n")
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        self.openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2",
                     "-subj", "/CN=Authority", "-set_serial", "1")
        self.openssl("req", "-new", *key, "-keyout", "server.key", "-out", "server.csr",
                     "-subj", "/C=US/O=Python Software Foundation/CN=www.python.org")
        self.openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "2",
                     "-set_serial", "4660", "-extfile", "names", "-out", "server.pem")

    def openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.path, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def files(self):
        """Where the pages have theirs, and what is there."""
        chain, key, authority = self.at("server.pem"), self.at("server.key"), self.at("ca.pem")
        return {"path/to/cabundle.pem": authority, "path/to/certchain.pem": chain, "path/to/private.key": key,
                "mycertfile": chain, "mykeyfile": key}

    def environ(self):
        return {"SSL_CERT_FILE": self.at("ca.pem")}

    def served(self):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.at("server.pem"), self.at("server.key"))
        return context

    def asked(self):
        return ssl.create_default_context(cafile=self.at("ca.pem"))


def site(context, client):
    """Answer one request."""
    with context.wrap_socket(client, server_side=True) as connection:
        request = b""
        while b"\r\n\r\n" not in request:
            data = connection.recv(1000)
            if not data:
                return
            request += data
        connection.sendall(b"HTTP/1.1 200 OK\r\nServer: here\r\nConnection: close\r\n\r\n")


def mail(context, client):
    """Greet, and start TLS when asked to."""
    lines = client.makefile("rwb", buffering=0)
    lines.write(b"220 mail.python.org ESMTP\r\n")
    for line in lines:
        command = line[:4].upper()
        if command == b"STAR":
            lines.write(b"220 2.0.0 Ready to start TLS\r\n")
            client = context.wrap_socket(client, server_side=True)
            lines = client.makefile("rwb", buffering=0)
        elif command == b"EHLO":
            lines.write(b"250-mail.python.org\r\n250 STARTTLS\r\n")
        else:
            lines.write(b"250 OK\r\n")


def listen(port, answer, context):
    listener = socket.create_server(("localhost", port))

    def talk(client):
        try:
            answer(context, client)
        except OSError:
            client.close()

    def serve():
        while True:
            client = listener.accept()[0]
            threading.Thread(target=talk, args=(client,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()


def start(certificates):
    context = certificates.served()
    listen(443, site, context)
    listen(587, mail, context)


def converse(certificates, port):
    """Talk to an example that is a server."""
    said = []
    with socket.create_connection(("localhost", port), 5) as plain:
        with certificates.asked().wrap_socket(plain, server_hostname="www.python.org") as client:
            for message in (b"hello", b"bye"):
                client.sendall(message)
                said.append(client.recv(100))
                if said[-1] == b"done":
                    break
    return repr(said)
