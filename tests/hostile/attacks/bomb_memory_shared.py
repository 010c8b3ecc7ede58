# tries: to fill memory that no limit of a process counts: shared maps, memfd, System V segments, /dev/zero
# must: be refused, or be ended when it uses too much
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import ctypes
import mmap
import os

C = ctypes.CDLL(None, use_errno=True)
SIZE = 2**28
kept = []


def anonymous():
    return mmap.mmap(-1, SIZE)


def named():
    return mmap.mmap(os.memfd_create("x"), SIZE)


def zeros():
    return mmap.mmap(os.open("/dev/zero", os.O_RDWR), SIZE, mmap.MAP_SHARED)


def segment():
    number = C.shmget(0, SIZE, 0o1600)
    if number < 0:
        raise OSError("refused")
    C.shmat.restype = ctypes.c_void_p
    return memoryview((ctypes.c_char * SIZE).from_address(C.shmat(number, None, 0)))


for kind in (anonymous, named, segment, zeros):
    filled = 0
    try:
        for _ in range(16):
            kept.append((ctypes.c_char * SIZE).from_buffer(kind()))
            ctypes.memset(kept[-1], 120, SIZE)
            filled += SIZE
    except Exception as error:
        print(kind.__name__, filled, error)
    if filled >= 2**32:
        print("GOT", "IT: 4 GiB by", kind.__name__)
