# tries: to get sockets of families that are refused by asking for a pair of them at once, or by other names
# must: get pairs of Unix sockets only
# work: right
# scores: check_similarity=6 check_predictions=5

# %% similarity
import ctypes
import errno
import os
import platform

C = ctypes.CDLL(None, use_errno=True)
SOCKET, PAIR = {"x86_64": (41, 53), "aarch64": (198, 199)}[platform.machine()]
HARMLESS = {1: "unix", 2: "inet", 10: "inet6", 16: "netlink"}
pair = (ctypes.c_int * 2)()
for family in range(47):
    for kind in (1, 2, 3, 4, 5, 2 | 0o4000):
        ctypes.set_errno(0)
        if family not in HARMLESS:
            # The upper half of a number that is compared by its lower one alone, and must not matter.
            for high in (0, 2**32, 2**63):
                if C.syscall(ctypes.c_long(SOCKET), ctypes.c_ulong(family | high), kind, 0) >= 0:
                    print("GOT", "IT: a socket of family", family)
        done = C.syscall(PAIR, family, kind, 0, pair)
        error = ctypes.get_errno()
        if done == 0 and family != 1:
            print("GOT", "IT: a pair of family", family)
        elif done != 0 and family not in HARMLESS and error not in (errno.EAFNOSUPPORT, errno.EPERM, errno.EACCES):
            print("GOT", "IT: family", family, "is there:", os.strerror(error))
        elif done == 0:
            os.close(pair[0]), os.close(pair[1])
