# Files of sound.
import io
import struct
import wave


def shown(f, *args):
    try:
        return f(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"


frames = b"".join(struct.pack("<hh", i, -i) for i in range(100))
f = io.BytesIO()
with wave.open(f, "wb") as w:
    print(shown(w.getnchannels), shown(w.writeframes, frames), shown(w.setsampwidth, 9), shown(w.setnchannels, 0))
    w.setnchannels(2)
    w.setsampwidth(2)
    w.setframerate(44100.4)
    w.setcomptype("NONE", "not compressed")
    w.writeframesraw(frames[:200])
    w.writeframes(frames[200:])
    print(w.tell(), w.getnframes(), shown(w.setframerate, 5), w.getparams())
data = f.getvalue()
print(data[:60].hex(), len(data))
with wave.open(io.BytesIO(data)) as r:
    print(r.getparams(), r.readframes(3), r.tell(), r.readframes(1000) == frames[12:], r.readframes(5))
    r.rewind()
    print(r.tell(), shown(r.setpos, 101), r.setpos(99), r.readframes(9), r.getmarkers(), shown(r.getmark, 1))
for bad in [b"", b"RIFF", b"xxxx" + data[4:], data[:8] + b"abcd" + data[12:], data[:20] + b"\x02" + data[21:], data[:36]]:
    print(shown(wave.open, io.BytesIO(bad)))
print(shown(wave.open, io.BytesIO(), "q"))
f = io.BytesIO()
w = wave.open(f, "w")
w.setparams((1, 3, 8000, 2, "NONE", "x"))
w.writeframes(b"abcdef")
w.close()
print(f.getvalue())
r = wave.open(io.BytesIO(f.getvalue()), "r")
print(r.getsampwidth(), r.getnframes(), r.readframes(2), r.getcomptype(), r.getcompname())
