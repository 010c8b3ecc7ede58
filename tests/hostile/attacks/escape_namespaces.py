# tries: to become privileged in new namespaces, to mount, to change its root, to join the namespaces of others
# must: be refused each of them
# work: right
# scores: check_similarity=6 check_predictions=5

# %% similarity
import ctypes
import os

C = ctypes.CDLL(None, use_errno=True)
TRIES = {
    "unshare user": lambda: C.unshare(0x10000000),
    "unshare mount": lambda: C.unshare(0x00020000),
    "unshare time": lambda: C.unshare(0x80),
    "clone user": lambda: C.syscall(56, 0x10000000 | 17, 0, 0, 0, 0),
    "clone3": lambda: C.syscall(435, (ctypes.c_uint64 * 11)(0x10000000, *[0] * 10), 88),
    "mount": lambda: C.mount(b"none", b"/tmp", b"tmpfs", 0, None),
    "remount": lambda: C.mount(None, b"/", None, 32, None),
    "fsopen": lambda: C.syscall(430, b"tmpfs", 0),
    "open_tree": lambda: C.syscall(428, -100, b"/", 1),
    "umount": lambda: C.umount2(b"/proc", 2),
    "pivot_root": lambda: C.syscall(155, b"/tmp", b"/tmp"),
    "chroot": lambda: C.chroot(b"/tmp"),
    "setns": lambda: C.setns(os.open("/proc/1/ns/mnt", os.O_RDONLY), 0),
}
for name, attempt in TRIES.items():
    try:
        result = attempt()
    except OSError as error:
        print(name, error)
        continue
    if result == 0 and name.startswith("clone"):
        os._exit(0)
    print("GOT" if result >= 0 else "no", "IT:" if result >= 0 else "", name, os.strerror(ctypes.get_errno()))
