# The package: its names, each submodule by itself, its logger.
import subprocess
import sys

import asyncio

OLD = {"coroutine"}  # names of 3.6 that 3.11 has not
print(sorted(set(asyncio.__all__) - OLD))
print([name for name in asyncio.__all__ if not hasattr(asyncio, name)])
print(set(asyncio.__all__) <= set(dir(asyncio)))
names = {}
exec("from asyncio import *", names)
print(sorted(set(names) - OLD - {"__builtins__"}) == sorted(set(asyncio.__all__) - OLD))
for name in ("nothing", "windows_events_", "_private"):
    try:
        getattr(asyncio, name)
    except AttributeError as e:
        print(e)
try:
    from asyncio import nothing
except ImportError as e:
    print(str(e).split(" (")[0])
SUBMODULES = """base_events base_futures base_subprocess base_tasks constants coroutines events exceptions format_helpers
    futures locks log mixins protocols queues runners selector_events sslproto staggered streams subprocess taskgroups
    tasks threads timeouts transports trsock unix_events""".split()
for name in SUBMODULES:
    code = "import asyncio.%s as m, sys; print(m.__name__, asyncio.%s is m, 'asyncio' in sys.modules)" % (name, name)
    done = subprocess.run([sys.executable, "-c", code.replace("import asyncio", "import asyncio, asyncio", 1)],
                          capture_output=True, text=True)
    print(done.stdout.strip(), done.stderr.strip()[-100:])
print(asyncio.sleep is asyncio.tasks.sleep, asyncio.events.get_event_loop is asyncio.get_event_loop)
asyncio.sleep, kept = 5, asyncio.sleep
print(asyncio.sleep)
asyncio.sleep = kept

# What is said without logging, and with it.
SCRIPTS = ["""
import asyncio
loop = asyncio.new_event_loop()
loop.call_exception_handler({"message": "said", "exception": ValueError("why")})
asyncio.log.logger.warning("warned of %s", 5)
asyncio.log.logger.info("nothing")
asyncio.log.logger.debug("nothing")
loop.close()
""", """
import asyncio, logging, sys
logging.basicConfig(stream=sys.stderr, format="%(name)s %(levelname)s %(funcName)s %(message)s")
loop = asyncio.new_event_loop()
loop.call_exception_handler({"message": "said", "exception": ValueError("why")})
def function():
    asyncio.log.logger.warning("warned of %s", 5)
function()
logger = asyncio.log.logger
print(isinstance(logger, logging.Logger), logger.name, logger.level, logger.getEffectiveLevel(), logger.handlers)
logger.setLevel(logging.ERROR)
print(logging.getLogger("asyncio").level)
logger.warning("not said")
loop.close()
"""]
for script in SCRIPTS:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    print(done.returncode, done.stdout)
    print(done.stderr)
