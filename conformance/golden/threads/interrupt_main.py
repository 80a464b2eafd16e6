import _thread, time
def poke(): _thread.interrupt_main()
try:
    _thread.start_new_thread(poke, ())
    for _ in range(200): time.sleep(0.01)
    print("not reached")
except KeyboardInterrupt as e: print("interrupted", e.args)
try:
    _thread.interrupt_main()
    for i in range(1000000): pass
    print("not reached")
except KeyboardInterrupt: print("again")
print("end")
