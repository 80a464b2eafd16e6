# What programs leave open is closed at the end, and nothing is said that CPython does not say.
import subprocess
import sys

PROGRAMS = {
    "a loop": "import asyncio\nloop = asyncio.new_event_loop()\n",
    "in debug mode": "import asyncio\nloop = asyncio.new_event_loop()\nloop.set_debug(True)\n",
    "that has run": """import asyncio
loop = asyncio.new_event_loop()
loop.set_debug(True)
print(loop.run_until_complete(asyncio.sleep(0, 5)))
""",
    "a future with an exception": """import asyncio
loop = asyncio.new_event_loop()
future = loop.create_future()
future.set_exception(ValueError("of nobody"))
""",
    "a finaliser that imports": """
class Late:
    def __del__(self):
        try:
            import colorsys
        except ImportError as failure:
            print("ImportError")
late = Late()
""",
}
for name, program in PROGRAMS.items():
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    print(name, done.returncode, done.stdout.split(), [line for line in done.stderr.splitlines() if line[:1] != " "])
