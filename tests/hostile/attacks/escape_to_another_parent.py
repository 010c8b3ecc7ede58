# tries: to start a process whose parent lies outside of the room, and to send signals to those outside by its group
# must: be refused such a parent, and reach nobody
# work: right
# scores: check_similarity=6 check_predictions=5

# %% similarity
import ctypes
import os
import platform

SAME_PARENT, CLONE = 0x8000, {"x86_64": 56, "aarch64": 220}[platform.machine()]
child = ctypes.CDLL(None, use_errno=True).syscall(CLONE, SAME_PARENT | 17, 0, 0, 0, 0)
if child == 0:
    os._exit(0)
if child > 0:
    print("GOT IT: a child of", os.getppid())
if os.getpgid(0) == 0:
    print("GOT IT: a group that somebody outside leads")
