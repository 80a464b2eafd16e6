"""Sound files in the format WAVE, uncompressed (PCM)."""

__all__ = ["open", "Error", "Wave_read", "Wave_write"]

import builtins
import struct
import sys
from collections import namedtuple

WAVE_FORMAT_PCM = 1
_WAVE_FORMAT_EXTENSIBLE = 0xFFFE
# The format that is meant, inside of an extensible one.
_PCM_GUID = b"\x01\x00\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71"

_wave_params = namedtuple("_wave_params", "nchannels sampwidth framerate nframes comptype compname")


class Error(Exception):
    """The file is no WAVE, or not of a kind that is known here."""


def _byteswap(data, width):
    """Samples in the other order of bytes."""
    if width == 1:
        return bytes(data)
    out = bytearray(data)
    for place in range(width):
        out[place::width] = data[width - 1 - place :: width]
    return bytes(out)


class _Sound:
    """What reading and writing have in common: the file and the parameters."""

    _file = None
    _closes = False
    _nchannels = _sampwidth = _framerate = _nframes = 0
    _comptype, _compname = "NONE", "not compressed"
    # Errors of what asks for a parameter that is 0, by its name.
    _missing = {}

    def _opened(self, f, mode):
        """The file, which is ours to close if it was named."""
        self._closes = isinstance(f, str)
        return builtins.open(f, mode) if self._closes else f

    def _let_go(self):
        """Forget the file."""
        file, self._file = self._file, None
        if self._closes and file is not None:
            file.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __del__(self):
        self.close()

    def _parameter(self, name):
        value = getattr(self, "_" + name)
        if name in self._missing and not value:
            raise Error(self._missing[name])
        return value

    def getnchannels(self):
        return self._parameter("nchannels")

    def getsampwidth(self):
        return self._parameter("sampwidth")

    def getframerate(self):
        return self._parameter("framerate")

    def getcompname(self):
        return self._compname

    def getcomptype(self):
        return self._comptype

    def getparams(self):
        # (Of a writer: what it was told, not what it wrote up to now.)
        return _wave_params._make(getattr(self, "_" + name) for name in _wave_params._fields)

    # Marks, which no file has.

    def getmarkers(self):
        return None

    def getmark(self, id):
        raise Error("no marks")


class Wave_read(_Sound):
    """A file that is read: open(file) or open(file, "rb")."""

    def __init__(self, f):
        f = self._opened(f, "rb")
        try:
            self._read_header(f)
        except:
            if self._closes:
                f.close()
            raise
        self._file = f

    def _read_header(self, file):
        self._at = 0
        self._pending = 0
        head = file.read(12)
        if len(head) < 8:
            raise EOFError
        if head[:4] != b"RIFF":
            raise Error("file does not start with RIFF id")
        if head[8:] != b"WAVE":
            raise Error("not a WAVE file")
        left = struct.unpack("<L", head[4:8])[0] - 4
        has_format = False
        while True:
            head = file.read(8)
            if len(head) < 8 or left < 8:
                raise Error("fmt chunk and/or data chunk missing")
            name, size = head[:4], struct.unpack("<L", head[4:])[0]
            left -= 8 + size + size % 2
            if name == b"fmt ":
                self._read_format(file.read(size + size % 2)[:size])
                has_format = True
            elif name == b"data":
                if not has_format:
                    raise Error("data chunk before fmt chunk")
                self._nframes = size // self._framesize
                self._size = size
                self._read = 0
                try:
                    self._start = file.tell()
                except (AttributeError, OSError):
                    self._start = None
                return
            else:
                file.read(size + size % 2)

    def _read_format(self, data):
        try:
            kind, self._nchannels, self._framerate, _, _, = struct.unpack_from("<HHLLH", data)
        except struct.error:
            raise EOFError from None
        if kind not in (WAVE_FORMAT_PCM, _WAVE_FORMAT_EXTENSIBLE):
            raise Error("unknown format: %r" % (kind,))
        try:
            bits = struct.unpack_from("<H", data, 14)[0]
        except struct.error:
            raise EOFError from None
        if kind == _WAVE_FORMAT_EXTENSIBLE and data[24:40] != _PCM_GUID:
            if len(data) < 40:
                raise EOFError
            raise Error("unknown extended format: %r" % (struct.unpack_from("<H", data, 24)[0],))
        self._sampwidth = (bits + 7) // 8
        if not self._sampwidth:
            raise Error("bad sample width")
        if not self._nchannels:
            raise Error("bad # of channels")
        self._framesize = self._nchannels * self._sampwidth

    def close(self):
        self._let_go()

    def getfp(self):
        return self._file

    def getnframes(self):
        return self._nframes

    def tell(self):
        """The number of the next frame."""
        return self._at

    def rewind(self):
        """Go back to the first frame."""
        self.setpos(0)

    def setpos(self, pos):
        """Go to a frame."""
        if not 0 <= pos <= self._nframes:
            raise Error("position not in range")
        if self._start is not None:
            self._file.seek(self._start + pos * self._framesize)
        elif pos != self._at:
            raise OSError("cannot seek")
        self._at = pos

    def readframes(self, nframes):
        """That many frames, as bytes; fewer at the end."""
        if nframes <= 0:
            return b""
        nframes = min(nframes, self._size // self._framesize - self._at)
        data = self._file.read(max(nframes, 0) * self._framesize)
        if sys.byteorder == "big":
            data = _byteswap(data, self._sampwidth)
        self._at += len(data) // self._framesize
        return data


class Wave_write(_Sound):
    """A file that is written: open(file, "wb"). The parameters come before the first frames."""

    _missing = {
        "nchannels": "number of channels not set",
        "sampwidth": "sample width not set",
        "framerate": "frame rate not set",
    }

    # Frames and bytes that were written, bytes that the header tells.
    _written = _bytes = _promised = 0
    _header = False
    # Where the header begins, if it can be changed.
    _start = None

    def __init__(self, f):
        self._file = self._opened(f, "wb")

    def _refuse(self, is_bad, problem):
        """Complain about a parameter that is bad or comes too late."""
        if self._header:
            raise Error("cannot change parameters after starting to write")
        if is_bad:
            raise Error(problem)

    def setnchannels(self, nchannels):
        self._refuse(nchannels < 1, "bad # of channels")
        self._nchannels = nchannels

    def setsampwidth(self, sampwidth):
        self._refuse(not 1 <= sampwidth <= 4, "bad sample width")
        self._sampwidth = sampwidth

    def setframerate(self, framerate):
        self._refuse(framerate <= 0, "bad frame rate")
        self._framerate = int(round(framerate))

    def setnframes(self, nframes):
        self._refuse(False, None)
        self._nframes = nframes

    def setcomptype(self, comptype, compname):
        self._refuse(comptype != self._comptype, "unsupported compression type")
        self._compname = compname

    def setparams(self, params):
        channels, width, rate, frames, kind, kind_name = params
        setters = self.setnchannels, self.setsampwidth, self.setframerate, self.setnframes
        for change, number in zip(setters, (channels, width, rate, frames)):
            change(number)
        self.setcomptype(kind, kind_name)

    def getparams(self):
        if not all(getattr(self, "_" + name) for name in self._missing):
            raise Error("not all parameters set")
        return super().getparams()

    def setmark(self, id, pos, name):
        raise Error("setmark() not supported")

    def getnframes(self):
        return self._written

    def tell(self):
        """The number of the next frame."""
        return self._written

    def writeframesraw(self, data):
        """Write frames; the header is put right when the file is closed."""
        if not isinstance(data, (bytes, bytearray)):
            data = memoryview(data).cast("B")
        self._write_header(len(data))
        if sys.byteorder == "big":
            data = _byteswap(data, self._sampwidth)
        self._file.write(data)
        self._bytes += len(data)
        self._written += len(data) // (self._sampwidth * self._nchannels)

    def writeframes(self, data):
        """Write frames, and put the header right."""
        self.writeframesraw(data)
        if self._bytes != self._promised:
            self._correct()

    def close(self):
        try:
            if self._file is not None:
                self._write_header(0)
                if self._bytes != self._promised:
                    self._correct()
                self._file.flush()
        finally:
            self._let_go()

    def _write_header(self, length):
        if self._header:
            return
        for number, what in (
            (self._nchannels, "# channels"), (self._sampwidth, "sample width"), (self._framerate, "sampling rate"),
        ):
            if not number:
                raise Error(what + " not specified")
        frame = self._nchannels * self._sampwidth
        if not self._nframes:
            self._nframes = length // frame
        self._promised = self._nframes * frame
        self._file.write(b"RIFF")
        try:
            self._start = self._file.tell() - 4
        except (AttributeError, OSError):
            self._start = None
        self._file.write(struct.pack(
            "<L4s4sLHHLLHH4sL", 36 + self._promised, b"WAVE", b"fmt ", 16, WAVE_FORMAT_PCM,
            self._nchannels, self._framerate, frame * self._framerate, frame, self._sampwidth * 8,
            b"data", self._promised,
        ))
        self._header = True

    def _correct(self):
        if self._start is None:
            raise OSError("cannot seek back to the header")
        here = self._file.tell()
        for place, value in ((4, 36 + self._bytes), (40, self._bytes)):
            self._file.seek(self._start + place)
            self._file.write(struct.pack("<L", value))
        self._file.seek(here)
        self._promised = self._bytes


def open(f, mode=None):
    """A file of sound, by its name or an open binary file; the mode is "rb" or "wb"."""
    if mode is None:
        mode = getattr(f, "mode", "rb")
    if mode in ("r", "rb"):
        return Wave_read(f)
    if mode in ("w", "wb"):
        return Wave_write(f)
    raise Error("mode must be 'r', 'rb', 'w', or 'wb'")
