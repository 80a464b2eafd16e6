"""What the threads are doing, when asked, after some time, on a signal, or when the program dies.

The tracebacks are made by the interpreter at a point where it is safe, and of one thread: dump_traceback() shows the
one that calls it, dump_traceback_later() and register() the main thread, which is interrupted by a signal; if that is
stuck inside a native function, it cannot be shown. On a fatal signal only its name is told, as nothing of the
interpreter may be looked at then.
"""
import _faulthandler
import _thread
import os
import signal
import sys

__all__ = [
    "enable", "disable", "is_enabled", "dump_traceback", "dump_traceback_later",
    "cancel_dump_traceback_later", "register", "unregister",
]

_MOST = 100
_here = __file__


def _descriptor(file):
    """The descriptor, and the object that must live as long as it is written to."""
    if file is None:
        file = sys.stderr
        if file is None:
            raise RuntimeError("unable to get sys.stderr")
    if isinstance(file, int):
        if file < 0:
            raise ValueError("file is not a valid file descripter")
        return file, None
    fd = file.fileno()
    if not isinstance(fd, int) or fd < 0:
        raise RuntimeError("file.fileno() is not a valid file descriptor")
    try:
        file.flush()
    except Exception:
        pass
    return fd, file


def _write(fd, text):
    data = text.encode("ascii", "backslashreplace")
    while data:
        try:
            data = data[os.write(fd, data) :]
        except OSError:
            return


def _stack(frame):
    while frame is not None and frame.f_code.co_filename == _here:
        frame = frame.f_back
    lines = []
    while frame is not None:
        if len(lines) == _MOST:
            lines.append("  ...\n")
            break
        code = frame.f_code
        lines.append(f'  File "{code.co_filename}", line {frame.f_lineno} in {code.co_name}\n')
        frame = frame.f_back
    return "".join(lines)


def _dump(fd, all_threads, frame, what="Current thread"):
    head = f"{what} 0x{_thread.get_ident():016x}" if all_threads else "Stack"
    _write(fd, f"{head} (most recent call first):\n{_stack(frame)}")


def dump_traceback(file=None, all_threads=True):
    """Write the traceback of this thread to a file."""
    fd, _ = _descriptor(file)
    _dump(fd, all_threads, sys._getframe())


# The program may have done it: -X faulthandler.
_enabled = (None,) if _faulthandler.is_enabled() else None


def enable(file=None, all_threads=True):
    """Tell of fatal signals (SIGSEGV, SIGFPE, SIGABRT, SIGBUS, SIGILL) before they end the program."""
    global _enabled
    fd, keep = _descriptor(file)
    _faulthandler.enable(fd)
    _enabled = (keep,)


def disable():
    """Undo enable(); whether it was in force."""
    global _enabled
    was, _enabled = _enabled, None
    if was is None:
        return False
    _faulthandler.disable()
    return True


def is_enabled():
    """Whether enable() is in force."""
    return _enabled is not None


_later = None


def _timeout_text(timeout):
    whole = int(timeout)
    micros = int(round((timeout - whole) * 1e6))
    minutes, seconds = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{micros:06d}" if micros else ""
    return f"Timeout ({hours}:{minutes:02d}:{seconds:02d}{fraction})!\n"


# What asks the main thread for its traceback; nobody else uses one as high.
_SIGNAL = signal.SIGRTMAX - 1
_PATIENCE = 2


def dump_traceback_later(timeout, repeat=False, file=None, exit=False):
    """Write the traceback of the main thread in so many seconds, unless cancelled; then perhaps again, or exit.

    To be called in the main thread.
    """
    global _later
    if timeout <= 0:
        raise ValueError("timeout must be greater than 0")
    if timeout > _thread.TIMEOUT_MAX:
        raise OverflowError("timeout value is too large")
    fd, keep = _descriptor(file)
    cancel_dump_traceback_later()
    cancelled, ended, told = (_thread.allocate_lock() for _ in range(3))
    for lock in (cancelled, ended, told):
        lock.acquire()

    def tell(number, frame):
        _dump(fd, True, frame, "Thread")
        if told.locked():
            told.release()

    signal.signal(_SIGNAL, tell)

    def watch():
        try:
            while not cancelled.acquire(timeout=timeout):
                _write(fd, _timeout_text(timeout))
                os.kill(os.getpid(), _SIGNAL)
                if not told.acquire(timeout=_PATIENCE):
                    _write(fd, "The main thread is inside of a native function.\n")
                if exit:
                    os._exit(1)
                if not repeat:
                    break
        finally:
            ended.release()

    _thread.start_new_thread(watch, ())
    _later = (cancelled, ended, keep)


def cancel_dump_traceback_later():
    """Undo dump_traceback_later()."""
    global _later
    later, _later = _later, None
    if later is None:
        return
    cancelled, ended, _ = later
    cancelled.release()
    # The main thread may be asked for its traceback while it waits.
    while not ended.acquire(timeout=0.01):
        pass


_registered = {}


def register(signum, file=None, all_threads=True, chain=False):
    """Write the tracebacks when the signal comes; chain: then do what was done before."""
    if signum in (signal.SIGSEGV, signal.SIGFPE, signal.SIGABRT, signal.SIGBUS, signal.SIGILL):
        raise RuntimeError(f"signal {int(signum)} cannot be registered, use enable() instead")
    if not 1 <= signum < signal.NSIG:
        raise ValueError("signal number out of range")
    fd, keep = _descriptor(file)
    old = _registered[signum][0] if signum in _registered else signal.getsignal(signum)

    def handler(number, frame):
        _dump(fd, all_threads, frame)
        if not chain:
            return
        if callable(old):
            old(number, frame)
        elif old == signal.SIG_DFL:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
            signal.signal(number, handler)

    signal.signal(signum, handler)
    _registered[signum] = (old, keep)


def unregister(signum):
    """Undo register(); whether the signal was registered."""
    if not 1 <= signum < signal.NSIG:
        raise ValueError("signal number out of range")
    known = _registered.pop(signum, None)
    if known is None:
        return False
    signal.signal(signum, known[0] if known[0] is not None else signal.SIG_DFL)
    return True
