# The prompt of `python -m asyncio`: top-level await, names that stay, errors, exit.
import os
import subprocess
import sys

SESSION = """import asyncio
await asyncio.sleep(0.01, 5)
x = 3
x
async def f():
    return x + 1

await f()
y = await f()
x, y
[await f() for _ in range(2)]
1 / 0
await asyncio.sleep(10, 1, 2, 3)
undefined
loop = asyncio.get_running_loop()
loop.is_running(), type(asyncio.current_task())
task = asyncio.create_task(f())
await task
exit()
print("not reached")
"""
done = subprocess.run([sys.executable, "-m", "asyncio"], input=SESSION, text=True, stdout=subprocess.PIPE,
                      stderr=subprocess.STDOUT, env=dict(os.environ, PYTHONUNBUFFERED="1"), timeout=60)
print(done.returncode)
for line in done.stdout.splitlines()[1:]:
    line = line.replace(">>> ", "").replace("... ", "")
    if line.startswith((" ", "Traceback")) or not line:
        continue  # of the library's own frames
    print(line)
