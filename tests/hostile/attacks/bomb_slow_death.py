# tries: to fill memory by children that end so slowly that theirs is not free yet when it is no process's any more
# must: be ended when two of them are too much together
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import os
import time

SIZE = 1000 * 2**20


def state(child):
    for line in open(f"/proc/{child}/status"):
        if line.startswith("State:"):
            return line.split()[1]


children = []
for _ in range(3):
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        held = bytearray(SIZE)
        held[::4096] = b"x" * (SIZE // 4096)
        os.write(tell, b"!")
        time.sleep(0.3)
        try:
            # Others of the session are to have the processor.
            open("/proc/self/autogroup", "w").write("19")
        except OSError:
            pass
        os._exit(len(held) % 2)
    os.read(told, 1)
    if not children:
        for _ in range(6):
            if os.fork() == 0:
                while True:
                    pass
    children.append(child)
    while "VmRSS" in open(f"/proc/{child}/status").read():
        time.sleep(0.02)
    ending = [child for child in children if state(child) not in "ZX"]
    if len(ending) > 1:  # 2,000 MiB
        time.sleep(1)
        print("GOT", "IT:", len(ending), "of 1,000 MiB are not free yet")
