# subprocess: output, status, environment, descriptors, failures
import os
import signal
import subprocess
import sys

run = subprocess.run
p = run(["echo", "hi"], capture_output=True)
print(p)
print(run("echo $0 $FOO; echo err >&2; exit 3", shell=True, env={"FOO": "bar"}, text=True,
          stdout=subprocess.PIPE, stderr=subprocess.STDOUT))
print(run(["cat"], input=b"abc" * 100000, capture_output=True).stdout == b"abc" * 100000)
print(run(["pwd"], cwd="/", capture_output=True).stdout)
print(run(["sh", "-c", "kill -9 $$"]).returncode)
for args, kw in [(["/no/such"], {}), (["ls"], {"cwd": "/no/such"}), (["/etc/passwd"], {}),
                 (["/"], {}), ([], {}), (["a\0b"], {}), (["ls"], {"timeout": "x"})]:
    try:
        print(run(args, **kw, stdout=subprocess.DEVNULL))
    except Exception as e:
        print(type(e).__name__, e, getattr(e, "filename", None))
try:
    run(["sleep", "10"], timeout=0.05)
except subprocess.TimeoutExpired as e:
    print(type(e).__name__, e.cmd)
try:
    subprocess.check_output(["sh", "-c", "echo out; exit 2"])
except subprocess.CalledProcessError as e:
    print(e, e.output)
print(subprocess.getstatusoutput("echo x; exit 4"))

# descriptors
r, w = os.pipe()
script = f"echo in >&{w} && echo yes || echo no"
print(run(["bash", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout)
print(run(["bash", "-c", script], stdout=subprocess.PIPE, pass_fds=[w]).stdout, os.read(r, 9))
os.set_inheritable(w, True)
print(run(["bash", "-c", script], stdout=subprocess.PIPE, close_fds=False).stdout, os.read(r, 9))

# before the program
print(run(["sh", "-c", "umask"], umask=0o27, capture_output=True).stdout)
pid, group, session = run(["sh", "-c", "exec cut -d' ' -f1,5,6 /proc/self/stat"], capture_output=True,
                          start_new_session=True).stdout.split()
print(pid == group == session)
pid, group, session = run(["sh", "-c", "exec cut -d' ' -f1,5,6 /proc/self/stat"], capture_output=True,
                          process_group=0).stdout.split()
print(pid == group, session == str(os.getsid(0)).encode())
print(run(["sh", "-c", "echo $X"], preexec_fn=lambda: os.environ.update(X="set"), capture_output=True).stdout)


def fails():
    raise ValueError("before")


try:
    run(["true"], preexec_fn=fails)
except subprocess.SubprocessError as e:
    print(type(e).__name__, e)
signal.signal(signal.SIGUSR1, lambda *a: None)
signal.signal(signal.SIGUSR2, signal.SIG_IGN)
status = run(["grep", "-E", "Sig(Blk|Ign|Cgt)", "/proc/self/status"], capture_output=True, text=True).stdout
masks = {line.split(":")[0]: int(line.split()[1], 16) for line in status.splitlines()}
bit = {name: 1 << getattr(signal, name) - 1 for name in ("SIGUSR1", "SIGUSR2", "SIGPIPE")}
print(masks["SigBlk"], masks["SigCgt"] & bit["SIGUSR1"], masks["SigIgn"] & sum(bit.values()) == bit["SIGUSR2"])

# many at once
children = [subprocess.Popen(["sh", "-c", f"exit {i}"]) for i in range(8)]
print([p.wait() for p in children])
with subprocess.Popen(["tr", "a-z", "A-Z"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as p:
    print(p.communicate("text\n"))
p = subprocess.Popen(["sleep", "9"])
print(p.poll())
p.terminate()
print(p.wait(), p)
