# Connections that know no host's name: the chain is verified, no name is looked for.
import socket
import ssl

from _pairs import Pair, attempt, client, server


def verdict(own, host=None, **settings):
    p = Pair(client(**settings), server(own), host)
    found = attempt(p.agree)
    return ["accepted", p.client.server_hostname] if isinstance(found, Pair) else found


for own in ("server", "second", "expired", "stranger", "selfsigned"):
    print(own, verdict(own, check_hostname=False))
print(verdict("server", check_hostname=False, verify_mode=ssl.CERT_NONE))
print(verdict("stranger", check_hostname=False, verify_mode=ssl.CERT_NONE))
print(verdict("server", ca=None, check_hostname=False))
print(verdict("second", "server.test"), verdict("second", "server.test", check_hostname=False))

for settings in ({}, {"check_hostname": False}):
    for host in (None, "", "server.test"):
        with socket.socket() as plain:
            made = attempt(client(**settings).wrap_socket, plain, False, True, True, host)
            print(settings, host, made if isinstance(made, list) else (type(made).__name__, made.server_hostname))
            if not isinstance(made, list):
                made.close()
a, b = socket.socketpair()
print(attempt(client().wrap_socket, a), a.fileno() >= 0)
print(attempt(server().wrap_socket, b, True, True, True, "server.test"), b.fileno() >= 0)
a.close()
b.close()
print(attempt(server().wrap_bio, ssl.MemoryBIO(), ssl.MemoryBIO(), False))
made = attempt(client().wrap_bio, ssl.MemoryBIO(), ssl.MemoryBIO())
print(type(made).__name__, made.server_hostname, made.server_side)
