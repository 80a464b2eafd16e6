"""Files and data compressed as xz and lzma do it, over the module _lzma."""

__all__ = [
    "CHECK_CRC32", "CHECK_CRC64", "CHECK_ID_MAX", "CHECK_NONE", "CHECK_SHA256", "CHECK_UNKNOWN", "FILTER_ARM",
    "FILTER_ARMTHUMB", "FILTER_DELTA", "FILTER_IA64", "FILTER_LZMA1", "FILTER_LZMA2", "FILTER_POWERPC",
    "FILTER_SPARC", "FILTER_X86", "FORMAT_ALONE", "FORMAT_AUTO", "FORMAT_RAW", "FORMAT_XZ", "LZMACompressor",
    "LZMADecompressor", "LZMAError", "LZMAFile", "MF_BT2", "MF_BT3", "MF_BT4", "MF_HC3", "MF_HC4", "MODE_FAST",
    "MODE_NORMAL", "PRESET_DEFAULT", "PRESET_EXTREME", "compress", "decompress", "is_check_supported", "open",
]

import builtins
import io
import os

import _compression
from _lzma import *
from _lzma import _decode_filter_properties, _encode_filter_properties


class LZMAFile(_compression.BaseStream):
    """A compressed file, as a binary file of what is in it; for reading or for writing."""

    # Set while open: the stream that decompresses, or the compressor.
    _buffer = None
    _compressor = None
    _fp = None
    _closes = False
    _written = 0

    def __init__(self, filename=None, mode="r", *, format=None, check=-1, preset=None, filters=None):
        if mode in ("r", "rb"):
            # (What is read has it already.)
            given = "an integrity check" if check != -1 else None if preset is None else "a preset compression level"
            if given is not None:
                raise ValueError(f"Cannot specify {given} when opening a file for reading")
            format = FORMAT_AUTO if format is None else format
            options = dict(format=format, filters=filters)
        elif mode in ("w", "wb", "a", "ab", "x", "xb"):
            format = FORMAT_XZ if format is None else format
            self._compressor = LZMACompressor(format=format, check=check, preset=preset, filters=filters)
        else:
            raise ValueError("Invalid mode: {!r}".format(mode))
        if isinstance(filename, (str, bytes, os.PathLike)):
            self._fp = builtins.open(filename, mode if "b" in mode else mode + "b")
            self._closes = True
        elif hasattr(filename, "read") or hasattr(filename, "write"):
            self._fp = filename
        else:
            raise TypeError("filename must be a str, bytes, file or PathLike object")
        if self._compressor is None:
            raw = _compression.DecompressReader(
                self._fp, LZMADecompressor, trailing_error=LZMAError, **options
            )
            self._buffer = io.BufferedReader(raw)

    def close(self):
        """Finish what is written and close the file; nothing happens if it is closed."""
        file, self._fp = self._fp, None
        if file is None:
            return
        reader, self._buffer = self._buffer, None
        compressor, self._compressor = self._compressor, None
        try:
            if reader is not None:
                reader.close()
            elif compressor is not None:
                file.write(compressor.flush())
        finally:
            if self._closes:
                file.close()

    @property
    def closed(self):
        return self._fp is None

    def readable(self):
        self._check_not_closed()
        return self._buffer is not None

    def writable(self):
        self._check_not_closed()
        return self._compressor is not None

    def seekable(self):
        return self.readable() and self._buffer.seekable()

    def fileno(self):
        """The descriptor of the compressed file."""
        self._check_not_closed()
        return self._fp.fileno()

    def _reader(self):
        """The stream that decompresses."""
        self._check_can_read()
        return self._buffer

    def read(self, size=-1):
        return self._reader().read(size)

    def readline(self, size=-1):
        return self._reader().readline(size)

    def read1(self, size=-1):
        return self._reader().read1(io.DEFAULT_BUFFER_SIZE if size < 0 else size)

    def peek(self, size=-1):
        """Some data without going beyond it; at least a byte unless the end is reached."""
        return self._reader().peek(size)

    def write(self, data):
        """Compress data; how many bytes of it, which is all."""
        self._check_can_write()
        length = len(data) if isinstance(data, (bytes, bytearray)) else memoryview(data).nbytes
        self._fp.write(self._compressor.compress(data))
        self._written += length
        return length

    def tell(self):
        self._check_not_closed()
        return self._written if self._buffer is None else self._buffer.tell()

    def seek(self, offset, whence=io.SEEK_SET):
        """Go to a place in the data; slow, as all before it is decompressed."""
        self._check_can_seek()
        return self._buffer.seek(offset, whence)


def open(filename, mode="rb", *, format=None, check=-1, preset=None, filters=None,
         encoding=None, errors=None, newline=None):
    """Open a compressed file, as binary data or (with "t" in the mode) as text."""
    is_text = "t" in mode
    if is_text and "b" in mode:
        raise ValueError("Invalid mode: %r" % (mode,))
    of_texts = dict(encoding=encoding, errors=errors, newline=newline)
    if not is_text:
        for name, value in of_texts.items():
            if value is not None:
                raise ValueError(f"Argument {name!r} not supported in binary mode")
    file = LZMAFile(filename, mode.replace("t", ""), format=format, check=check, preset=preset, filters=filters)
    if not is_text:
        return file
    of_texts["encoding"] = io.text_encoding(encoding)
    return io.TextIOWrapper(file, **of_texts)


def compress(data, format=FORMAT_XZ, check=-1, preset=None, filters=None):
    """Compress data in one piece."""
    worker = LZMACompressor(format, check, preset, filters)
    return worker.compress(data) + worker.flush()


def decompress(data, format=FORMAT_AUTO, memlimit=None, filters=None):
    """Decompress data in one piece: one stream or several; what follows them and is none is left out."""
    parts = []
    while True:
        worker = LZMADecompressor(format, memlimit, filters)
        try:
            part = worker.decompress(data)
        except LZMAError:
            if not parts:
                raise
            break
        if not worker.eof:
            raise LZMAError("Compressed data ended before the end-of-stream marker was reached")
        parts.append(part)
        data = worker.unused_data
        if not data:
            break
    return b"".join(parts)
