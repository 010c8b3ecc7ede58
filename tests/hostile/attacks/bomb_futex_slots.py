# tries: to have the system keep a gigabyte of slots for each of its processes, which is memory of none of them
# must: be refused
# work: right
# scores: check_similarity=6 check_predictions=5

# %% similarity
import ctypes

_prctl = ctypes.CDLL(None, use_errno=True).prctl
_prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
# PR_FUTEX_HASH with PR_FUTEX_HASH_SET_SLOTS; a number of the size is enough to see whether it is taken.
if _prctl(78, 1, 1 << 10, 0, 0) == 0:
    print("GOT IT: the system keeps slots for futexes")
for _option in (59, 67, 77, 0x53564D41, 0x59616D61):  # merged memory, names of maps, who may trace, and others
    if _prctl(_option, 0, 0, 0, 0) == 0 and _option != 59:
        print("GOT IT: option", _option)
