# Echo of messages of 1 KiB: asynchat, by number.
import warnings
warnings.simplefilter("ignore", DeprecationWarning)
import asyncore
import asynchat
import _net


class Echo(asynchat.async_chat):
    def __init__(self, sock):
        asynchat.async_chat.__init__(self, sock)
        self.set_terminator(1024)

    collect_incoming_data = asynchat.async_chat._collect_incoming_data

    def found_terminator(self):
        self.set_terminator(1024)
        self.push(self._get_data())


class Server(asyncore.dispatcher):
    def handle_accepted(self, sock, addr):
        _net.nodelay(sock)
        Echo(sock)


sock = _net.listen()
server = Server(sock)
server.accepting = True
_net.ready(sock)
asyncore.loop(use_poll=True)
