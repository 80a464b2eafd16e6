# Closing, line ends step by step, and changing a text layer.
import io


def t(f):
    try:
        print(repr(f()))
    except BaseException as e:
        print(type(e).__name__, e)


class C(io.IOBase):
    def close(self): print('closing'); super().close()
C()
c=C()
with c: print('in')
d=io.IncrementalNewlineDecoder(None,True)
t(lambda:d.decode('a\r'))
t(d.getstate)
t(lambda:d.decode('\nb\r\n'))
t(lambda:d.newlines)
t(lambda:d.decode('\r',True))
t(lambda: d.newlines)
t(d.reset)
tw=io.TextIOWrapper(io.BytesIO(),line_buffering=True,encoding='utf-8')
tw.write('a')
t(lambda: tw.buffer.getvalue())
tw.write('b\n')
t(lambda:tw.buffer.getvalue())
tw.reconfigure(newline='\r\n',line_buffering=False)
tw.write('c\n')
tw.flush()
t(lambda:tw.buffer.getvalue())
t(lambda:tw.reconfigure(encoding='latin-1'))
tw.write('é')
bb=tw.detach()
t(bb.getvalue)
t(lambda: tw.read())
t(lambda: repr(tw))
t(lambda: tw.closed)
