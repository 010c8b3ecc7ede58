# tries: to fill memory with access lists of thousands of entries on each file in memory
# must: get no more of them than the limits of files or memory allow
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import os
import struct
import time

@NEARLY_FULL@
nearly_full()
UNDEFINED, ENTRIES = 0xFFFFFFFF, 8000


def access_list(entries):
    parts = [(1, 7, UNDEFINED), *[(2, 7, os.getuid())] * entries, (4, 7, UNDEFINED), (16, 7, UNDEFINED), (32, 7, UNDEFINED)]
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *part) for part in parts)


filled, begun, text = 0, time.monotonic(), access_list(ENTRIES)
for place in ("/run/kernel", "/tmp", "/dev/shm", os.path.expanduser("~")):
    try:
        for number in range(10**5):
            path = f"{place}/lists-{number}"
            os.mkdir(path)
            for kind in ("access", "default"):
                os.setxattr(path, f"system.posix_acl_{kind}", text)
                filled += 12 * ENTRIES
            if filled > 800 * 2**20 or time.monotonic() > begun + 3:
                break
    except OSError as error:
        print(place, error.strerror)
tell_if_over(filled, "access lists")
