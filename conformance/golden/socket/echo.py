# Clients and servers in one process: the pairs of the manual, streams, timeouts.
import socket
import _thread
import time

def whole(s, size):
    # A stream may come in pieces.
    data = b''
    while len(data) < size and (piece := s.recv(1024)):
        data += piece
    return data

# 18.1.5 pair, IPv4
def server(ready):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(('', 0))
        s.listen(1)
        ready.append(s.getsockname()[1])
        conn, addr = s.accept()
        with conn:
            print('Connected by', addr[0])
            while True:
                data = conn.recv(1024)
                if not data: break
                conn.sendall(data)
ready=[]
_thread.start_new_thread(server,(ready,))
while not ready: time.sleep(0.01)
with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
    s.connect(('localhost', ready[0]))
    s.sendall(b'Hello, world')
    data = whole(s, 12)
print('Received', repr(data))
# dual stack
def server6(ready):
    s = None
    for res in socket.getaddrinfo(None, 0, socket.AF_UNSPEC, socket.SOCK_STREAM, 0, socket.AI_PASSIVE):
        af, socktype, proto, canonname, sa = res
        try:
            s = socket.socket(af, socktype, proto)
        except OSError as msg:
            s = None
            continue
        try:
            s.bind(sa)
            s.listen(1)
        except OSError as msg:
            s.close()
            s = None
            continue
        break
    ready.append(s.getsockname()[1])
    conn, addr = s.accept()
    with conn:
        while True:
            data = conn.recv(1024)
            if not data: break
            conn.sendall(data)
    s.close()
ready=[]
_thread.start_new_thread(server6,(ready,))
while not ready: time.sleep(0.01)
s=None
for res in socket.getaddrinfo('localhost', ready[0], socket.AF_UNSPEC, socket.SOCK_STREAM):
    af, socktype, proto, canonname, sa = res
    try: s = socket.socket(af, socktype, proto)
    except OSError as msg:
        s = None; continue
    try: s.connect(sa)
    except OSError as msg:
        s.close(); s = None; continue
    break
with s:
    s.sendall(b'Hello, dual')
    print('Received', repr(whole(s, 11)))
a,b=socket.socketpair()
f=a.makefile('rw',newline='\n'); g=b.makefile('rwb')
f.write('line one\nline two\n'); f.flush()
print(g.readline(), g.readline())
g.write(b'answer\n'); g.flush(); print(repr(f.readline()))
big=b'x'*5_000_000
def send(): a.sendall(big); a.shutdown(socket.SHUT_WR)
_thread.start_new_thread(send,())
n=0
while True:
    d=b.recv(65536)
    if not d: break
    n+=len(d)
print(n)
srv=socket.create_server(('127.0.0.1',0)); c=socket.create_connection(srv.getsockname(),timeout=2); x,_=srv.accept(); print(c.gettimeout(), x.gettimeout()); c.settimeout(0.05)
try: c.recv(1)
except TimeoutError as e: print('timeout', e, isinstance(e, socket.timeout))
try: socket.create_server(srv.getsockname())
except OSError as e: print(str(e).split('address')[0], e.errno)
try: socket.socket().connect(('127.0.0.1',1))
except ConnectionRefusedError as e: print(e)
