# tries: to keep whoever counts its memory waiting: a process that is always in fork() holds the lock of its maps
# must: be ended all the same when all that takes too much
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import os
import time


def hold(size):
    held = bytearray(size)
    held[::4096] = b"x" * (size // 4096)
    return held


told, tell = os.pipe()
if os.fork() == 0:
    os.setsid()
    held = hold(300 * 2**20)
    os.write(tell, b"!")
    try:
        open("/proc/self/autogroup", "w").write("19")
    except OSError:
        pass
    os.nice(19)
    while True:
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
os.read(told, 1)
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        while True:
            pass
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        held = hold(500 * 2**20)
        os.write(tell, b"!")
        time.sleep(10**6)
for _ in range(3):
    os.read(told, 1)
time.sleep(2.5)
print("GOT", "IT: 1,800 MiB")
