# Buffers and text over raw streams written in Python.
import io


def t(f):
    try:
        print(repr(f()))
    except BaseException as e:
        print(type(e).__name__, e)


class R(io.RawIOBase):
    def __init__(self,data): self.d=data; self.log=[]
    def readable(self): return True
    def readinto(self,b):
        n=min(len(b),3,len(self.d)); b[:n]=self.d[:n]; self.d=self.d[n:]; return n
t(lambda: R(b'hello world').read(4))
t(lambda: R(b'hello world').read())
t(lambda: R(b'hel\nlo').readline())
t(lambda: list(R(b'a\nb\nc')))
br=io.BufferedReader(R(b'hello\nworld\nxyz'))
t(br.readline)
t(lambda: br.read(3))
t(lambda: br.read())
t(lambda: io.BufferedWriter(R(b'')))
t(lambda: io.BufferedReader(R(b''),0))
t(lambda: br.tell())
t(lambda: io.TextIOWrapper(io.BufferedReader(R(b'a\r\nb'))).read())
class W(io.RawIOBase):
    def __init__(self): self.out=[]
    def writable(self): return True
    def write(self,b): self.out.append(bytes(b)); return min(len(b),4)
w=W()
bw=io.BufferedWriter(w,8)
t(lambda:bw.write(b'12345'))
t(lambda:bw.write(b'67890abcdefghijkl'))
print(w.out)
bw.flush()
print(w.out)
t(lambda: bw.detach() is w)
t(lambda: bw.write(b'x'))
t(lambda: bw.closed)
t(lambda: repr(bw))
class N(io.RawIOBase):
    def readable(self): return True
    def writable(self): return True
    def readinto(self,b): return None
    def write(self,b): return None
n=io.BufferedReader(N())
t(lambda:n.read(3))
t(n.read)
t(lambda:n.read1(3))
nw=io.BufferedWriter(N(),4)
t(lambda:nw.write(b'abc'))
t(lambda:nw.write(b'defgh'))
try: nw.write(b'x'*50)
except BlockingIOError as e: print(e, e.characters_written)
p=io.BufferedRWPair(R(b'in'),W())
t(p.read)
t(lambda:p.write(b'x'))
t(lambda: p.closed)
