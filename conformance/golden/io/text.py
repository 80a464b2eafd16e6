# Text files: line ends, positions, encodings and error handlers.
import io
import posix


def t(f):
    try:
        print(repr(f()))
    except BaseException as e:
        print(type(e).__name__, e)


P = "/tmp/taipan-golden-%d" % posix.getpid()
open(P,'w',newline='').write('a\r\nb\nc\rd\r\n\r\ne')
for nl in [None,'','\n','\r','\r\n']:
    f=open(P,newline=nl); print(repr(nl), f.readlines(), f.newlines); f.seek(0); print([f.read(2) for _ in range(8)]); f.seek(0); print(f.readline(1), repr(f.readline()), f.tell()); f.close()
f=open(P,'w',newline='\r\n')
f.write('x\ny\n')
f.close()
t(lambda: open(P,'rb').read())
f=open(P,'w+',encoding='utf-8')
f.write('héllo wörld\nzweite €\n😀x\n'*3)
f.seek(0)
for i in range(4):
    l=f.readline(); p=f.tell(); print(repr(l),p)
f.seek(p)
t(f.read)
f.seek(0)
t(lambda: f.read(3))
p=f.tell()
print(p)
t(lambda:f.read(4))
f.seek(p)
t(lambda:f.read(4))
t(lambda: f.seek(1,1))
t(lambda: f.seek(1,2))
t(lambda:f.seek(0,2))
t(lambda:f.seek(-1))
t(lambda:f.seek(0,3))
f.seek(0)
next(f)
t(f.tell)
f.close()
open(P,'wb').write(b'ab\xff\xfecd\n\xe2\x82')
for e in ['strict','ignore','replace','surrogateescape','backslashreplace']:
    t(lambda: open(P,errors=e).read())
for enc in ['ascii','latin-1','utf-16-le','cp1252']:
    t(lambda: open(P,encoding=enc).read())
t(lambda: open(P,'w',encoding='ascii').write('é'))
t(lambda: open(P,'w',encoding='latin-1',errors='xmlcharrefreplace').write('€é'))
t(lambda: open(P,'rb').read())
t(lambda: open(P,'w').write('\udc80'))
f=open(P,'w')
t(lambda: f.read())
t(lambda: f.write(b'x'))
t(lambda: f.write())
f.close()
f=open(P)
t(lambda:f.write('x'))
t(lambda: f.truncate())
f.close()
f=open(P,'rb')
t(lambda:f.write(b'x'))
t(lambda:f.truncate())
t(f.fileno is None)
f.close()
f=open(P,'wb')
t(f.read)
t(f.readline)
t(lambda:f.write('x'))
f.close()
posix.unlink(P)
