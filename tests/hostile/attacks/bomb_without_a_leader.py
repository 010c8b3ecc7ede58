# tries: to hold memory in processes whose first thread has ended: their entry in /proc tells no memory any more
# must: be ended as any other
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import ctypes
import os
import platform
import threading
import time

EXIT = {"x86_64": 60, "aarch64": 93}[platform.machine()]
C = ctypes.CDLL(None)
told, tell = os.pipe()


def hold():
    time.sleep(0.3)
    kept = b"x" * (480 * 2**20)
    os.write(tell, b"!")
    time.sleep(10**6 + len(kept))


for _ in range(4):
    if os.fork() == 0:
        threading.Thread(target=hold).start()
        C.syscall(EXIT, 0)
for _ in range(4):
    os.read(told, 1)
time.sleep(1.5)
print("GOT", "IT: 1,920 MiB")
