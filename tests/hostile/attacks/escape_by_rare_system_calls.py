# tries: calls that no work needs and that pin memory, change how programs are loaded, or came after the filter was written
# must: be refused each of them
# work: right
# scores: check_similarity=6 check_predictions=5

# %% similarity
import ctypes
import errno
import os
import platform

C = ctypes.CDLL(None, use_errno=True)
REFUSED = (errno.EPERM, errno.ENOSYS)
NO_RANDOM_ADDRESSES, READ_IMPLIES_EXEC = 0x0040000, 0x0400000


def call(name, number, *arguments):
    ctypes.set_errno(0)
    result = C.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments))
    error = ctypes.get_errno()
    refused = result < 0 and error in REFUSED
    print("no" if refused else "GOT", "" if refused else "IT:", name, result, os.strerror(error))


if platform.machine() == "x86_64":
    call("vmsplice", 278, -1, 0, 0, 0)
    call("tee", 276, -1, -1, 0, 0)
    call("io_setup", 206, 0, 0)
    call("modify_ldt", 154, 0, 0, 0)
    call("personality", 135, NO_RANDOM_ADDRESSES)
    call("personality", 135, READ_IMPLIES_EXEC)
    call("uselib", 134, 0)
    call("sysfs", 139, 3)
    call("lookup_dcookie", 212, 0, 0, 0)
    call("move_pages", 279, 0, 0, 0, 0, 0, 0)
    call("migrate_pages", 256, 0, 0, 0, 0)
    call("fanotify_init", 300, 0x200, 0)
    call("pidfd_getfd", 438, -1, 0, 0)
    call("process_madvise", 440, -1, 0, 0, 0, 0)
    call("memfd_secret", 447, 0)
    call("process_mrelease", 448, -1, 0)
    call("map_shadow_stack", 453, 0, 0, 0)
    call("statmount", 457, 0, 0, 0, 0)
    call("listmount", 458, 0, 0, 0, 0)
# The same numbers everywhere: those that are new, and those that nobody knows yet.
for number in (*range(463, 480), 500, 511, 600, 1023, 4096, 2**20, 2**29):
    call(f"number {number}", number, 0, 0, 0, 0, 0, 0)
