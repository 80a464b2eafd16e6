# Echo: asyncore, channels that keep what cannot be sent yet. LOOP=poll: by poll() and not by select().
import os
import warnings
warnings.simplefilter("ignore", DeprecationWarning)
import asyncore
import _net


class Echo(asyncore.dispatcher_with_send):
    def handle_read(self):
        data = self.recv(65536)
        if data:
            self.send(data)


class Server(asyncore.dispatcher):
    def handle_accepted(self, sock, addr):
        _net.nodelay(sock)
        Echo(sock)


sock = _net.listen()
server = Server(sock)
server.accepting = True
_net.ready(sock)
asyncore.loop(use_poll=os.environ.get("LOOP") == "poll")
