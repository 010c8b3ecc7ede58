# tries: to take all instances that its user may have for watching files, so that no other program of that user gets one
# must: be refused them, or be given a bounded number of its own
# work: right
# scores: check_similarity=6 check_predictions=5

# %% similarity
import ctypes
import os
import platform

C = ctypes.CDLL(None, use_errno=True)
CALLS = {"x86_64": {"inotify": 294, "fanotify": 300}, "aarch64": {"inotify": 26, "fanotify": 262}}[platform.machine()]
for name, call in CALLS.items():
    handles = []
    # A plain class of notifications needs no rights: FAN_REPORT_FID.
    flags = 0 if name == "inotify" else 0x200
    while len(handles) < 900 and (handle := C.syscall(call, flags, 0)) >= 0:
        handles.append(handle)
    print(name, len(handles), os.strerror(ctypes.get_errno()))
    if len(handles) >= 100:
        print("GOT", "IT: all of them")
    for handle in handles:
        os.close(handle)
