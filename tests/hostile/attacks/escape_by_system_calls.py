# tries: system calls that student work never needs, and that have often been the way into the machine's kernel
# must: be refused each of them
# work: right
# scores: check_similarity=6 check_predictions=5

# %% similarity
import ctypes
import errno
import os
import platform

C = ctypes.CDLL(None, use_errno=True)
CALLS = {
    "io_uring_setup": 425, "bpf": 321, "perf_event_open": 298, "userfaultfd": 323, "keyctl": 250, "add_key": 248,
    "ptrace": 101, "kexec_load": 246, "init_module": 175, "swapon": 167, "reboot": 169, "sethostname": 170,
    "settimeofday": 164, "clock_settime": 227, "quotactl": 179, "open_by_handle_at": 304, "memfd_create": 319,
    "shmget": 29, "syslog": 103, "acct": 163, "iopl": 172, "mq_open": 240,
}
if platform.machine() == "x86_64":
    for name, number in CALLS.items():
        ctypes.set_errno(0)
        result = C.syscall(number, 0, 0, 0, 0, 0, 0)
        refused = result < 0 and ctypes.get_errno() in (errno.EPERM, errno.ENOSYS)
        print("no" if refused else "GOT", "" if refused else "IT:", name, os.strerror(ctypes.get_errno()))
    if os.fork() == 0:  # the 32-bit numbers of the same machine
        C.syscall(0x40000000 + 39)
        open("/tmp/x32", "w").close()
        os._exit(0)
    os.wait()
    if os.path.exists("/tmp/x32"):
        print("GOT", "IT: x32")
