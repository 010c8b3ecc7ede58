# tries: to read, write and trace other processes of its room, the first one above all, and of the host
# must: be refused: whoever takes over the room's first process has left the filter and the limits behind
# work: right
# scores: check_similarity=6 check_predictions=5

# %% similarity
import ctypes
import os

C = ctypes.CDLL(None, use_errno=True)
C.ptrace.argtypes = [ctypes.c_long] * 4
others = [int(name) for name in os.listdir("/proc") if name.isdecimal() and int(name) != os.getpid()]
for process in (*others, os.getppid(), @BYSTANDER@):
    if C.ptrace(16, process, 0, 0) == 0 or C.ptrace(0x4206, process, 0, 0) == 0:
        print("GOT", "IT: traces", process)
    for name in ("mem", "environ", "root", "cwd", "fd", "ns/mnt", "exe"):
        try:
            path = f"/proc/{process}/{name}"
            if name == "mem":
                os.close(os.open(path, os.O_RDWR))
                print("GOT", "IT: may write the memory of", process, open(f"/proc/{process}/comm").read())
            elif name == "root":
                print(process, os.listdir(path))
        except OSError as error:
            print(process, name, error)
    buffer = ctypes.create_string_buffer(64)
    span = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 64)
    if C.process_vm_readv(process, span, 1, span, 1, 0) > 0:
        print("GOT", "IT: reads", process)
    handle = C.syscall(434, process, 0)
    if handle >= 0 and C.syscall(438, handle, 0, 0) >= 0:
        print("GOT", "IT: takes descriptors of", process)
