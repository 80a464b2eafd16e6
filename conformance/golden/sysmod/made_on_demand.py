# What sys makes on first use looks as if it had been there from the start.
import sys


def lost(action):
    try:
        return action()
    except Exception as e:
        return f"{type(e).__name__}: {e}"


names = ["float_info", "hash_info", "int_info", "thread_info", "version_info", "flags", "stdin",
         "implementation", "stdlib_module_names", "builtin_module_names", "__stdout__"]
print([name in dir(sys) for name in names])
print([name in sys.__dict__ for name in names], [name in vars(sys) for name in names])
print([hasattr(sys, name) for name in names])
print(sys.flags is sys.flags, sys.implementation.version is sys.version_info)

del sys.float_info
print(lost(lambda: sys.float_info), hasattr(sys, "float_info"), "float_info" in dir(sys))
sys.int_info = 5
print(sys.int_info, vars(sys)["int_info"])
del sys.int_info
print(lost(lambda: sys.int_info))

out = sys.stdout
print(sys.__stdout__ is out, sys.__stdin__ is sys.stdin, sys.__stderr__ is sys.stderr)


class Log(list):
    def write(self, text):
        self.append(text)


sys.stdout = log = Log()
print("kept")
sys.stdout = sys.__stdout__
print(log, sys.stdout is out)
del sys.stdout
try:
    print("nowhere")
except RuntimeError as e:
    sys.stdout = out
    print(e)
import io
import builtins
print(open is io.open is builtins.open)
