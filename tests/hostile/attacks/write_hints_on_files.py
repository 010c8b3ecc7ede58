# tries: to leave marks on files that every room sees, by commands and requests that ask for no right to write
# must: be refused
# work: right
# scores: check_similarity=6 check_predictions=5

# %% similarity
import fcntl
import os
import struct
import sys

for _place in ("/usr/bin/env", sys.executable, os.environ.get("CLIP_MODEL", "/usr") + "/config.json", "/etc/passwd"):
    try:
        _file = os.open(_place, os.O_RDONLY)
    except OSError:
        continue
    for _command in (1036, 1038):  # F_SET_RW_HINT, F_SET_FILE_RW_HINT
        try:
            fcntl.fcntl(_file, _command, struct.pack("Q", 3))
            print("GOT IT: a hint on", _place)
        except OSError:
            pass
    # FS_IOC_GETFLAGS, its version, EXT4_IOC_CLEAR_ES_CACHE, GETSTATE, PRECACHE_EXTENTS, FS_IOC_FIEMAP, FICLONE, FITRIM
    for _request in (0x80086601, 0x80087601, 0x6628, 0x40046629, 0x6612, 0xC020660B, 0x40049409, 0xC0185879):
        try:
            fcntl.ioctl(_file, _request, bytes(256))
            print("GOT IT: request", hex(_request), "on", _place)
        except OSError:
            pass
