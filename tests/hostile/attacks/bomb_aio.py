# tries: to take all events of asynchronous reading and writing that this machine has for everybody
# must: be refused
# work: right
# scores: check_similarity=6 check_predictions=5

# %% similarity
import ctypes
import os
import platform

CALL = {"x86_64": 206, "aarch64": 0}[platform.machine()]
C = ctypes.CDLL(None, use_errno=True)
events = 0
for size in [4096] * 64:
    context = ctypes.c_ulong(0)
    if C.syscall(CALL, size, ctypes.byref(context)) != 0:
        print(os.strerror(ctypes.get_errno()))
        break
    events += size
if events:
    print("GOT", "IT:", events, "events")
