"""The documented names, whatever their types are."""
import signal
print(int(signal.SIGINT), int(signal.SIG_DFL), int(signal.SIG_BLOCK), signal.NSIG, signal.SIGINT == 2)
print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)
print(signal.ItimerError, signal.struct_siginfo, signal.struct_siginfo.n_fields)
print(signal.struct_siginfo(range(7)))
print(sorted(int(n) for n in signal.valid_signals())[:3])
seen = []
signal.signal(signal.SIGUSR1, lambda n, f: seen.append(n))
signal.raise_signal(signal.SIGUSR1)
print(seen)
